"""What an API server would have set: manifests have not been through one.

Source: pkg/apis/{core,apps,batch,networking}/v1/defaults.go and the ServiceAccount admission plugin.
"""

from collections.abc import Callable
from typing import Any

from .pod_defaults import Manifest, default_pod, fill, member, members

_UNLIMITED = (1 << 31) - 1
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
        fill(metadata, "namespace", "default")
    if kind in _OF_KINDS:
        _OF_KINDS[kind](manifest)
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
    member(metadata, "labels")["kubernetes.io/metadata.name"] = metadata.get("name", "")


def _replicated(manifest: Manifest) -> None:
    fill(member(manifest, "spec"), "replicas", 1)


def _controller(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = member(manifest, "spec")
    if not spec.get("selector"):
        spec["selector"] = dict(member(member(member(spec, "template"), "metadata"), "labels"))


def _deployment(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = member(manifest, "spec")
    strategy = member(spec, "strategy")
    fill(strategy, "type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = member(strategy, "rollingUpdate")
        fill(rolling, "maxSurge", "25%")
        fill(rolling, "maxUnavailable", "25%")
    fill(spec, "revisionHistoryLimit", 10)
    fill(spec, "progressDeadlineSeconds", 600)


def _stateful(manifest: Manifest) -> None:
    _replicated(manifest)
    spec = member(manifest, "spec")
    strategy = member(spec, "updateStrategy")
    if not strategy.get("type"):  # with a type and nothing else, nothing else is set
        strategy["type"] = "RollingUpdate"
        member(strategy, "rollingUpdate")
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] == "RollingUpdate" and isinstance(rolling, dict):
        fill(rolling, "partition", 0)
        fill(rolling, "maxUnavailable", 1)
    fill(spec, "revisionHistoryLimit", 10)


def _daemon(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    strategy = member(spec, "updateStrategy")
    fill(strategy, "type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = member(strategy, "rollingUpdate")
        fill(rolling, "maxUnavailable", 1)
        fill(rolling, "maxSurge", 0)
    fill(spec, "revisionHistoryLimit", 10)


def _service(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    fill(spec, "type", "ClusterIP")
    for port in members(spec, "ports"):
        fill(port, "protocol", "TCP")
        port["targetPort"] = port.get("targetPort") or port.get("port")


def _bare_pod(manifest: Manifest) -> None:
    default_pod(member(manifest, "spec"), "Always")


def _policy(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    for rule in (*members(spec, "ingress"), *members(spec, "egress")):
        for port in members(rule, "ports"):
            fill(port, "protocol", "TCP")


def _job(manifest: Manifest) -> None:
    spec = member(manifest, "spec")
    fill(spec, "parallelism", 1)
    fill(spec, "backoffLimit", 6 if spec.get("backoffLimitPerIndex") is None else _UNLIMITED)


def _cron_job(manifest: Manifest) -> None:
    fill(member(manifest, "spec"), "concurrencyPolicy", "Allow")


def _autoscaler(manifest: Manifest) -> None:
    fill(member(manifest, "spec"), "minReplicas", 1)


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
    fill(member(manifest, "roleRef"), "apiGroup", group)
    for subject in members(manifest, "subjects"):
        fill(subject, "apiGroup", "" if subject.get("kind") == "ServiceAccount" else group)


_OF_KINDS: dict[str, Callable[[Manifest], None]] = {
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
