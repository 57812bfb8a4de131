"""A stand-in for eight kubelets: what they would report of pods, images and themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .images import Image, without_digest

KUBELET, RUNTIME = "v1.37.2", "containerd://2.2.0"
_OS = {"osImage": "Debian GNU/Linux 13 (trixie)", "kernelVersion": "6.12.48+deb13-amd64", "operatingSystem": "linux"}
Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """A container that does not run."""

    waiting: Mapping[str, str]
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Kubelets:
    """`failures` by (namespace, workload, container); `now` is an RFC 3339 time."""

    images: Mapping[str, Image]
    failures: Mapping[tuple[str, str, str], Failure]
    now: str

    def pod_status(self, pod: Manifest, nth: int, serial: int) -> Manifest:
        """The status of a scheduled pod, the nth of its owner and the serial-th of the cluster."""
        done = owner_kind(pod) == "Job"
        containers = [self._container(pod, container, nth, done) for container in pod["spec"]["containers"]]
        starting = [self._init(container, nth) for container in pod["spec"].get("initContainers", [])]
        ready = not done and all(status["ready"] for status in containers)
        pulled = all("ImagePull" not in str(status["state"]) for status in containers)
        phase = "Succeeded" if done else "Running" if pulled else "Pending"
        address = self._address(pod, serial)
        return {
            "phase": phase,
            "startTime": self.now,
            "hostIP": node_address(pod["spec"]["nodeName"]),
            "podIP": address,
            "podIPs": [{"ip": address}],
            "conditions": self._conditions(ready),
            "containerStatuses": containers,
            **({"initContainerStatuses": starting} if starting else {}),
        }

    def _address(self, pod: Manifest, serial: int) -> str:
        node = pod["spec"]["nodeName"]
        if pod["spec"].get("hostNetwork"):
            return node_address(node)
        return f"10.244.{node_number(node)}.{2 + serial % 252}"

    def _conditions(self, ready: bool) -> list[Manifest]:
        states = {"Initialized": True, "ContainersReady": ready, "Ready": ready, "PodReadyToStartContainers": True}
        return [
            {"type": kind, "status": "True" if good else "False", "lastTransitionTime": self.now}
            for kind, good in states.items()
        ]

    def _container(self, pod: Manifest, container: Manifest, nth: int, done: bool) -> Manifest:
        key = (pod["metadata"]["namespace"], workload_name(pod), container["name"])
        failure = self.failures.get(key)
        if failure:
            state: Manifest = {"waiting": dict(failure.waiting)}
        elif done:
            state = {"terminated": self._ended()}
        else:
            state = {"running": {"startedAt": self.now}}
        return self._status(container, nth, state, failure.restarts if failure else 0)

    def _init(self, container: Manifest, nth: int) -> Manifest:
        if container.get("restartPolicy") == "Always":
            return self._status(container, nth, {"running": {"startedAt": self.now}}, 0)
        return self._status(container, nth, {"terminated": self._ended()}, 0) | {"ready": True}

    def _ended(self) -> Manifest:
        return {"exitCode": 0, "reason": "Completed", "startedAt": self.now, "finishedAt": self.now}

    def _status(self, container: Manifest, nth: int, state: Manifest, restarts: int) -> Manifest:
        image = self.images[without_digest(container["image"])]
        running = "running" in state
        return {
            "name": container["name"],
            "image": container["image"],
            "imageID": "" if image.absent else image.image_id(nth),
            "ready": running,
            "started": running,
            "restartCount": restarts,
            "state": state,
        }

    def node_status(self, node: Manifest, pods: list[tuple[Manifest, int]]) -> Manifest:
        """The status of a node that runs these pods (with their ordinals)."""
        conditions = {"Ready": "True", "MemoryPressure": "False", "DiskPressure": "False", "PIDPressure": "False"}
        status = {key: node["status"][key] for key in ("capacity", "allocatable") if key in node.get("status", {})}
        return status | {
            "nodeInfo": _OS
            | {"kubeletVersion": KUBELET, "containerRuntimeVersion": RUNTIME, "architecture": "amd64"}
            | {"machineID": "", "systemUUID": "", "bootID": "", "kubeProxyVersion": ""},
            "addresses": [
                {"type": "InternalIP", "address": node_address(node["metadata"]["name"])},
                {"type": "Hostname", "address": node["metadata"]["name"]},
            ],
            "conditions": [
                {"type": kind, "status": status, "reason": "Kubelet" + kind, "message": "kubelet is posting status"}
                | {"lastHeartbeatTime": self.now, "lastTransitionTime": self.now}
                for kind, status in conditions.items()
            ],
            "images": self.node_images(pods),
        }

    def node_images(self, pods: list[tuple[Manifest, int]]) -> list[Manifest]:
        """The images of a node as a kubelet lists them: the fifty largest, largest first."""
        found: dict[str, Manifest] = {}
        for pod, nth in pods:
            for container in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
                image = self.images[without_digest(container["image"])]
                if not image.absent:
                    names = image.names(nth, by_digest="@" in container["image"])
                    found[image.digest(nth)] = {"names": names, "sizeBytes": image.size}
        return sorted(found.values(), key=lambda image: -image["sizeBytes"])[:50]


def owner_kind(pod: Manifest) -> str:
    """The kind of the pod's controller; empty for a bare pod."""
    owners = pod["metadata"].get("ownerReferences", [])
    return str(owners[0]["kind"]) if owners else ""


def workload_name(pod: Manifest) -> str:
    """The name of what made the pod: the Deployment behind its ReplicaSet, else its owner."""
    owners = pod["metadata"].get("ownerReferences", [])
    name = str(owners[0]["name"]) if owners else str(pod["metadata"]["name"])
    return re.sub(r"-[a-z0-9]+$", "", name) if owner_kind(pod) == "ReplicaSet" else name


def node_number(node: str) -> int:
    """lf-control-1 → 1, lf-general-3 → 13, lf-data-2 → 22."""
    pool, number = node.split("-")[1:]
    return {"control": 0, "general": 10, "data": 20}[pool] + int(number)


def node_address(node: str) -> str:
    """The node's address in the company's (documentation) network."""
    return f"192.0.2.{9 + node_number(node)}"
