"""The stage: applies manifests to a control plane and plays the parts of kubelets, scanner and load balancers."""

import json
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Protocol

import yaml

from .clock import CLOCK
from .events import events
from .images import read_images
from .kubelet import Failure, Kubelets, workload_name
from .manifests import BY_HAND, HERE, by_hand_of, documents
from .scanner import reports

Manifest = dict[str, Any]
_SCANNED = "statefulsets.apps,daemonsets.apps,replicasets.apps,replicationcontrollers,cronjobs.batch"


class ControlPlane(Protocol):
    """What is needed of a control plane: kubectl as its administrator, and a kubeconfig of an account."""

    def kubectl(self, *arguments: str, stdin: str | None = None) -> CompletedProcess[str]:
        """Run kubectl."""
        ...

    def kubeconfig_for(self, namespace: str, account: str) -> Path:
        """A kubeconfig file of a ServiceAccount, which is made if it does not exist."""
        ...


class Stage:
    """One performance; `cluster` already runs its controllers."""

    def __init__(self, cluster: ControlPlane) -> None:
        states = yaml.safe_load((HERE / "states.yaml").read_text("utf-8"))
        self.cluster = cluster
        self.images = read_images()
        self.answers: list[Manifest] = states["answers"]
        self.failures = {
            (entry["namespace"], entry["workload"], entry["container"]): Failure(
                entry["waiting"], entry.get("restarts", 0)
            )
            for entry in states["failing"]
        }
        self.kubelets = Kubelets(self.images, self.failures, _before(hours=1))
        self.seats: dict[str, tuple[int, int]] = {}  # uid of a pod: which of its workload, which of the cluster
        self.taken: Counter[tuple[str, str]] = Counter()  # pods seen of each workload

    def apply(self, paths: list[Path]) -> None:
        """Apply files, each object by the hand that a real cluster would show."""
        for path in paths:
            for manager, manifests in by_hand_of(documents(path)).items():
                if manager == BY_HAND:
                    self._kubectl(manifests, "apply")
                else:
                    self._kubectl(manifests, "apply", "--server-side", f"--field-manager={manager}")

    def ready_nodes(self) -> None:
        """Report the nodes ready, with the images of their pods, and renew their leases."""
        on: dict[str, list[tuple[Manifest, int]]] = {}
        for pod in self._get("pods"):
            if pod["metadata"]["uid"] in self.seats:
                on.setdefault(pod["spec"]["nodeName"], []).append((pod, self.seats[pod["metadata"]["uid"]][0]))
        nodes = {node["metadata"]["name"]: node for node in documents(HERE / "cluster" / "02-nodes.yaml")}
        statuses = [self.kubelets.node_status(node, on.get(name, [])) for name, node in nodes.items()]
        self._report([_with_status(node, new) for node, new in zip(nodes.values(), statuses, strict=True)])
        self.renew_leases()

    def renew_leases(self) -> None:
        """Say that every node lives; to be repeated within a node's grace period (forty seconds)."""
        nodes = [node["metadata"]["name"] for node in documents(HERE / "cluster" / "02-nodes.yaml")]
        spec = {"leaseDurationSeconds": 40, "renewTime": _before().replace("Z", ".000000Z")}
        leases = [
            {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": spec | {"holderIdentity": node}}
            | {"metadata": {"name": node, "namespace": "kube-node-lease"}}
            for node in nodes
        ]
        self._kubectl(leases, "apply", "--server-side", "--force-conflicts", "--field-manager=kubelet")

    def settle(self, *, quiet_rounds: int = 4) -> None:
        """Run what was scheduled until nothing new appears for a while."""
        quiet = 0
        while quiet < quiet_rounds:
            quiet = 0 if self._round() else quiet + 1
            time.sleep(0.7)

    def _round(self) -> int:
        pods = self._get("pods")
        leaving = [pod for pod in pods if pod["metadata"].get("deletionTimestamp")]
        new = [
            pod
            for pod in pods
            if pod not in leaving and pod["spec"].get("nodeName") and pod["metadata"]["uid"] not in self.seats
        ]
        for pod in leaving:
            name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
            self.cluster.kubectl("delete", "pod", name, "-n", namespace, "--force", "--grace-period=0", "--wait=false")
        self._report([_with_status(pod, self._seated(pod)) for pod in new])
        return len(new) + len(leaving)

    def _seated(self, pod: Manifest) -> Manifest:
        workload = (pod["metadata"]["namespace"], workload_name(pod))
        seat = (self.taken[workload], len(self.seats))
        self.taken[workload] += 1
        self.seats[pod["metadata"]["uid"]] = seat
        return self.kubelets.pod_status(pod, *seat)

    def report(self) -> None:
        """Load balancers answer, the scanner reports, and events of setting the stage give way to the hour's own."""
        self._report(self.answers)
        scanned_at = (CLOCK - timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
        owners = [owner for owner in self._get(_SCANNED) if _current(owner)]
        found = reports(owners, self.images, scanned_at)
        self._kubectl(found, "apply", "--server-side", "--field-manager=trivy-operator")
        for namespace in self._get("namespaces"):
            self.cluster.kubectl("delete", "--raw", f"/api/v1/namespaces/{namespace['metadata']['name']}/events")
        pods = [pod for pod in self._get("pods") if pod["spec"].get("nodeName")]
        self._kubectl(events(pods, self.images, self.failures, _before(minutes=17)), "create")

    def _report(self, manifests: list[Manifest]) -> None:
        hands = ("--server-side", "--force-conflicts", "--field-manager=kubelet")
        self._kubectl(manifests, "apply", "--subresource=status", *hands)

    def _kubectl(self, manifests: list[Manifest], *args: str) -> None:
        if manifests:
            everything = {"apiVersion": "v1", "kind": "List", "items": manifests}
            self.cluster.kubectl(*args, "-f", "-", stdin=json.dumps(everything))

    def _get(self, resources: str) -> list[Manifest]:
        answer = self.cluster.kubectl("get", resources, "--all-namespaces", "-o", "json")
        items: list[Manifest] = json.loads(answer.stdout)["items"]
        return items


def _with_status(item: Manifest, status: Manifest) -> Manifest:
    metadata = {key: item["metadata"][key] for key in ("name", "namespace") if key in item["metadata"]}
    return {"apiVersion": item.get("apiVersion", "v1"), "kind": item["kind"], "metadata": metadata, "status": status}


def _current(owner: Manifest) -> bool:
    return owner["kind"] != "ReplicaSet" or bool(owner["spec"].get("replicas"))


def _before(**delta: int) -> str:
    return (datetime.now(timezone.utc) - timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")
