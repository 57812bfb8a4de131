"""Small objects for tests of checks, as an API server would return them."""

from typing import Any

from k8sready.answers import Said
from k8sready.assessment import CheckResult
from k8sready.assessment.asking import ask
from k8sready.checklist import CHECKLIST
from k8sready.snapshot import Snapshot
from k8sready.tables import Tables

Manifest = dict[str, Any]
DIGEST = "sha256:" + "ab12" * 16
_CHECKS = {check.name: check for section in CHECKLIST for check in section.checks}
_VERSIONS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "CronJob": "batch/v1"}


def asked(check: str, snapshot: Snapshot) -> CheckResult:
    """The result of one check by name."""
    return ask(_CHECKS[check], "test", Tables(snapshot), Said())


def verdicts(check: str, snapshot: Snapshot) -> dict[str, bool | None]:
    """Object and container (or name) → verdict of rows that did not pass."""
    found = asked(check, snapshot).findings
    return {"/".join(filter(None, (item.object.name, item.object.container))): item.passed for item in found}


def namespace(name: str, **labels: str) -> Manifest:
    named = {"name": name, "uid": f"ns-{name}", "creationTimestamp": "2026-01-10T08:00:00Z", "labels": labels}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": named, "status": {"phase": "Active"}}


def container(name: str = "web", image: str = f"registry.example/web@{DIGEST}", **fields: Any) -> Manifest:
    return {"name": name, "image": image, "imagePullPolicy": "IfNotPresent", **fields}


def workload(kind: str, name: str, spec: Manifest, space: str = "shop", **labels: str) -> Manifest:
    """A workload of any kind that holds a pod template."""
    template: Manifest = {"metadata": {"labels": {"app": name, **labels}}, "spec": spec}
    own: Manifest = {"template": template, "selector": {"matchLabels": {"app": name}}}
    if kind == "CronJob":
        spec["restartPolicy"] = "Never"
        own = {"schedule": "0 * * * *", "jobTemplate": {"spec": {"template": template}}}
    if kind == "StatefulSet":
        own["serviceName"] = name
    metadata = {"name": name, "namespace": space, "uid": f"{kind}-{space}-{name}", "labels": labels}
    return {"apiVersion": _VERSIONS[kind], "kind": kind, "metadata": metadata, "spec": own}


def deployment(name: str, spec: Manifest, space: str = "shop", **labels: str) -> Manifest:
    return workload("Deployment", name, spec, space, **labels)


def pod(name: str, spec: Manifest, space: str = "shop", owner: Manifest | None = None, **status: Any) -> Manifest:
    """A running pod; `owner` is its controller (kind and name)."""
    metadata: Manifest = {"name": name, "namespace": space, "uid": f"pod-{space}-{name}"}
    if owner:
        metadata["ownerReferences"] = [{"apiVersion": "x/v1", "controller": True, "uid": str(owner), **owner}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": spec,
        "status": {"phase": "Running", **status},
    }


def running(name: str, digest: str, image: str = "x") -> Manifest:
    """The status of a container that runs a digest."""
    told = {"name": name, "image": image, "imageID": f"{image.partition(':')[0]}@{digest}", "ready": True}
    return {"containerStatuses": [told]}


def node(name: str, runtime: str = "containerd://2.2.0", images: Any = (), taints: Any = (), **labels: str) -> Manifest:
    info = {"containerRuntimeVersion": runtime, "operatingSystem": "linux", "architecture": labels.pop("arch", "amd64")}
    metadata = {"name": name, "uid": f"node-{name}", "labels": labels, "creationTimestamp": "2026-01-10T08:00:00Z"}
    status = {"nodeInfo": info, "images": [{"names": list(names), "sizeBytes": size} for names, size in images]}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata,
        "spec": {"taints": list(taints)},
        "status": status,
    }
