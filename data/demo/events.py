"""The events that the kubelets of the demo would have left in the last hour, in the kubelet's own words."""

from collections.abc import Iterator, Mapping
from typing import Any

from .images import Image, without_digest
from .kubelet import Failure, workload_name

Manifest = dict[str, Any]


def events(
    pods: list[Manifest], images: Mapping[str, Image], failures: Mapping[tuple[str, str, str], Failure], now: str
) -> list[Manifest]:
    """One pull per image, and what the failing containers cause; every name is stable."""
    pulled: set[str] = set()
    found: list[Manifest] = []
    for pod in pods:
        for container in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
            key = (pod["metadata"]["namespace"], workload_name(pod), container["name"])
            image = images[without_digest(container["image"])]
            if key in failures:
                found.extend(_failing(pod, container, image, failures[key], now))
            elif image.reference not in pulled:
                pulled.add(image.reference)
                found.append(_event(pod, container, "Pulled", _pulled(container["image"], image), now))
    return found


def _pulled(reference: str, image: Image) -> str:
    # kubelet, since 1.30: pkg/kubelet/images/image_manager.go
    seconds, waited = _duration(image.pull_seconds), _duration(image.pull_seconds + 0.3)
    size = f"Image size: {image.size} bytes."
    return f'Successfully pulled image "{reference}" in {seconds} ({waited} including waiting). {size}'


def _duration(seconds: float) -> str:
    """As Go prints a duration: 1m1.5s, 2.1s."""
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{int(minutes)}m{round(rest, 3):g}s" if minutes else f"{round(rest, 3):g}s"


def _failing(pod: Manifest, container: Manifest, image: Image, failure: Failure, now: str) -> Iterator[Manifest]:
    if image.absent:
        why = (failure.waiting["message"].partition("ErrImagePull: ")[2]) or failure.waiting["message"]
        failed = f'Failed to pull image "{container["image"]}": {why}'
        yield _event(pod, container, "Failed", failed, now, "Warning", 511)
        yield _event(pod, container, "BackOff", failure.waiting["message"], now, "Warning", 2290)
        return
    name = pod["metadata"]["name"]
    message = f"Back-off restarting failed container {container['name']} in pod {name}_{pod['metadata']['namespace']}"
    yield _event(pod, container, "BackOff", message, now, "Warning", failure.restarts)


def _event(
    pod: Manifest, container: Manifest, reason: str, message: str, now: str, kind: str = "Normal", count: int = 1
) -> Manifest:
    metadata = pod["metadata"]
    regarding = {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "namespace": metadata["namespace"]}
    group = "initContainers" if container in pod["spec"].get("initContainers", []) else "containers"
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": f"{metadata['name']}.{container['name']}.{reason.lower()}",
            "namespace": metadata["namespace"],
        },
        "involvedObject": regarding | {"uid": metadata["uid"], "fieldPath": f"spec.{group}{{{container['name']}}}"},
        "reason": reason,
        "message": message,
        "type": kind,
        "count": count,
        "firstTimestamp": now,
        "lastTimestamp": now,
        "source": {"component": "kubelet", "host": pod["spec"]["nodeName"]},
    }
