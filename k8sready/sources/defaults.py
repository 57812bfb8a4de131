"""What an API server would have set: manifests have not been through one.

Source: pkg/apis/{core,apps,batch,networking}/v1/defaults.go and the ServiceAccount admission plugin.
"""

from collections.abc import Callable
from typing import Any

from ..engines.images import parse

Manifest = dict[str, Any]
_TEMPLATES: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "PodTemplate": ("template",),
}


def defaulted(manifest: Manifest, namespaced: bool) -> Manifest:
    """The manifest with the defaults that checks can see; changed in place and returned."""
    kind = str(manifest.get("kind", ""))
    metadata = _map(manifest, "metadata")
    if namespaced:
        metadata.setdefault("namespace", "default")
    fill = _FILL.get(kind)
    if fill:
        fill(manifest)
    if kind in _TEMPLATES:
        holder = manifest
        for part in _TEMPLATES[kind]:
            holder = _map(holder, part)
        _pod(_map(holder, "spec"), "" if kind in ("Job", "CronJob") else "Always")
    return manifest


def template(manifest: Manifest) -> Manifest:
    """The pod template of a workload's manifest, or the manifest itself; empty where it is not a map."""
    holder: Any = manifest
    for part in _TEMPLATES.get(str(manifest.get("kind", "")), ()):
        holder = holder.get(part) if isinstance(holder, dict) else None
    return holder if isinstance(holder, dict) else {}


def _map(holder: Manifest, name: str) -> Manifest:
    """A member that is a map, made where it is absent or null; a value of another type is left for the decoder."""
    value = holder.get(name)
    if value is None:
        value = holder[name] = {}
    return value if isinstance(value, dict) else {}


def _maps(holder: Manifest, name: str) -> list[Manifest]:
    value = holder.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _namespace(manifest: Manifest) -> None:
    metadata = _map(manifest, "metadata")
    _map(metadata, "labels").setdefault("kubernetes.io/metadata.name", metadata.get("name", ""))


def _replicated(manifest: Manifest) -> None:
    spec = _map(manifest, "spec")
    if spec.get("replicas") is None:
        spec["replicas"] = 1


def _deployment(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = _map(manifest, "spec")
    strategy = _map(spec, "strategy")
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = _map(strategy, "rollingUpdate")
        rolling.setdefault("maxSurge", "25%")
        rolling.setdefault("maxUnavailable", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)


def _stateful(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = _map(manifest, "spec")
    strategy = _map(spec, "updateStrategy")
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = _map(strategy, "rollingUpdate")
        rolling.setdefault("partition", 0)
        rolling.setdefault("maxUnavailable", 1)
    spec.setdefault("revisionHistoryLimit", 10)


def _daemon(manifest: Manifest) -> None:
    spec = _map(manifest, "spec")
    strategy = _map(spec, "updateStrategy")
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = _map(strategy, "rollingUpdate")
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def _service(manifest: Manifest) -> None:
    spec = _map(manifest, "spec")
    spec.setdefault("type", "ClusterIP")
    for port in _maps(spec, "ports"):
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))


def _bare_pod(manifest: Manifest) -> None:
    _pod(_map(manifest, "spec"), "Always")


def _policy(manifest: Manifest) -> None:
    spec = _map(manifest, "spec")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _pod(spec: Manifest, restart: str) -> None:
    if restart:
        spec.setdefault("restartPolicy", restart)
    if not spec.get("serviceAccountName"):
        spec["serviceAccountName"] = spec.get("serviceAccount") or "default"
    for member in ("initContainers", "containers", "ephemeralContainers"):
        for container in _maps(spec, member):
            _container(container, bool(spec.get("hostNetwork")))
    for volume in _maps(spec, "volumes"):
        _volume(volume)


def _container(container: Manifest, host_network: bool) -> None:
    if not container.get("imagePullPolicy"):
        reference = parse(str(container.get("image", "")))
        container["imagePullPolicy"] = reference.default_pull_policy if reference else "IfNotPresent"
    for port in _maps(container, "ports"):
        port.setdefault("protocol", "TCP")
        if host_network:
            port.setdefault("hostPort", port.get("containerPort"))
    limits = (container.get("resources") or {}).get("limits") if isinstance(container.get("resources"), dict) else None
    if isinstance(limits, dict):
        requests = _map(container["resources"], "requests")
        for name, value in limits.items():
            requests.setdefault(name, value)


def _volume(volume: Manifest) -> None:
    if set(volume) == {"name"}:
        volume["emptyDir"] = {}
    for source in ("secret", "configMap", "projected", "downwardAPI"):
        if isinstance(volume.get(source), dict):
            volume[source].setdefault("defaultMode", 0o644)


_FILL: dict[str, Callable[[Manifest], None]] = {
    "Namespace": _namespace,
    "Deployment": _deployment,
    "StatefulSet": _stateful,
    "DaemonSet": _daemon,
    "ReplicaSet": _replicated,
    "ReplicationController": _replicated,
    "Service": _service,
    "Pod": _bare_pod,
    "NetworkPolicy": _policy,
}
