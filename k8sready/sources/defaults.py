"""What an API server would have set: manifests have not been through one.

Source: pkg/apis/{core,apps,batch,networking}/v1/defaults.go and the ServiceAccount admission plugin.
"""

from collections.abc import Callable
from typing import Any

from .pod_defaults import Manifest, default_pod, member, members

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
    metadata = member(manifest, "metadata")
    if namespaced:
        metadata.setdefault("namespace", "default")
    fill = _FILL.get(kind)
    if fill:
        fill(manifest)
    if kind in _TEMPLATES:
        holder = manifest
        for part in _TEMPLATES[kind]:
            holder = member(holder, part)
        default_pod(member(holder, "spec"), "" if kind in ("Job", "CronJob") else "Always")
    return manifest


def template(manifest: Manifest) -> Manifest:
    """The pod template of a workload's manifest, or the manifest itself; empty where it is not a map."""
    holder: Any = manifest
    for part in _TEMPLATES.get(str(manifest.get("kind", "")), ()):
        holder = holder.get(part) if isinstance(holder, dict) else None
    return holder if isinstance(holder, dict) else {}


def _namespace(manifest: Manifest) -> None:
    metadata = member(manifest, "metadata")
    member(metadata, "labels").setdefault("kubernetes.io/metadata.name", metadata.get("name", ""))


def _replicated(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    if spec.get("replicas") is None:
        spec["replicas"] = 1


def _controller(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = member(manifest, "spec")
    if not spec.get("selector"):
        spec["selector"] = dict(member(member(member(spec, "template"), "metadata"), "labels"))


def _deployment(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = member(manifest, "spec")
    strategy = member(spec, "strategy")
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = member(strategy, "rollingUpdate")
        rolling.setdefault("maxSurge", "25%")
        rolling.setdefault("maxUnavailable", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)


def _stateful(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = member(manifest, "spec")
    strategy = member(spec, "updateStrategy")
    if not strategy.get("type"):  # with a type and nothing else, nothing else is set
        strategy["type"] = "RollingUpdate"
        member(strategy, "rollingUpdate")
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] == "RollingUpdate" and isinstance(rolling, dict):
        rolling.setdefault("partition", 0)
        rolling.setdefault("maxUnavailable", 1)
    spec.setdefault("revisionHistoryLimit", 10)


def _daemon(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    strategy = member(spec, "updateStrategy")
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = member(strategy, "rollingUpdate")
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def _service(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    spec.setdefault("type", "ClusterIP")
    for port in members(spec, "ports"):
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))


def _bare_pod(manifest: Manifest) -> None:
    default_pod(member(manifest, "spec"), "Always")


def _policy(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    for rule in (*members(spec, "ingress"), *members(spec, "egress")):
        for port in members(rule, "ports"):
            port.setdefault("protocol", "TCP")


def _job(manifest: Manifest) -> None:
    member(manifest, "spec").setdefault("backoffLimit", 6)


def _cron_job(manifest: Manifest) -> None:
    member(manifest, "spec").setdefault("concurrencyPolicy", "Allow")


def _autoscaler(manifest: Manifest) -> None:
    member(manifest, "spec").setdefault("minReplicas", 1)


def _limit_range(manifest: Manifest) -> None:
    """Of containers: the maximum is the default limit, that one or the minimum is the default request."""
    for item in members(member(manifest, "spec"), "limits"):
        if item.get("type") == "Container":
            item["default"] = {**member(item, "max"), **member(item, "default")}
            item["defaultRequest"] = {
                **member(item, "min"),
                **member(item, "default"),
                **member(item, "defaultRequest"),
            }


def _binding(manifest: Manifest) -> None:
    group = "rbac.authorization.k8s.io"
    member(manifest, "roleRef").setdefault("apiGroup", group)
    for subject in members(manifest, "subjects"):
        subject.setdefault("apiGroup", "" if subject.get("kind") == "ServiceAccount" else group)


_FILL: dict[str, Callable[[Manifest], None]] = {
    "Namespace": _namespace,
    "Deployment": _deployment,
    "StatefulSet": _stateful,
    "DaemonSet": _daemon,
    "ReplicaSet": _replicated,
    "ReplicationController": _controller,
    "Service": _service,
    "Pod": _bare_pod,
    "NetworkPolicy": _policy,
    "Job": _job,
    "CronJob": _cron_job,
    "HorizontalPodAutoscaler": _autoscaler,
    "LimitRange": _limit_range,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
}
