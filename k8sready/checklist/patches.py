"""How remedies reach into a workload: the patch of a pod template, whatever kind holds it."""

from typing import Any

from ..checks import Manifest, Row

_API_VERSIONS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "CronJob": "batch/v1",
    "ReplicationController": "v1",
}


def pod_spec_patch(row: Row, spec: dict[str, Any]) -> list[Manifest]:
    """A strategic-merge patch of the workload's pod template.

    Empty for kinds whose pods cannot be changed in place (bare pods, Jobs) and for kinds of other controllers.
    """
    kind = str(row["kind"])
    if kind not in _API_VERSIONS:
        return []
    template: dict[str, Any] = {"spec": {"template": {"spec": spec}}}
    if kind == "CronJob":
        template = {"spec": {"jobTemplate": template}}
    metadata = {"name": str(row["name"]), "namespace": str(row["namespace"])}
    return [{"apiVersion": _API_VERSIONS[kind], "kind": kind, "metadata": metadata, **template}]


def container_patch(row: Row, fields: dict[str, Any], pod: dict[str, Any] | None = None) -> list[Manifest]:
    """A strategic-merge patch of one container (init and sidecar too), with fields of its pod in the same patch.

    Empty where the workload's template does not have this container: of a debug session or of an injector (a patch
    would add one without an image), or of a former revision (a patch would put its fields into the present one).
    """
    if row.get("role") == "ephemeral" or row.get("injected") or row.get("former"):
        return []
    member = "initContainers" if str(row.get("role")) in ("init", "sidecar") else "containers"
    return pod_spec_patch(row, {**(pod or {}), member: [{"name": str(row["container"]), **fields}]})
