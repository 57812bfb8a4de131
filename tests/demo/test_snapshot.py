"""The demo snapshot is what its manifests give, and stays small."""

from pathlib import Path

import pytest

import k8sready
from data.demo.clock import CLOCK
from data.demo.make import build, capture, started
from data.demo.manifests import HERE, by_hand_of, everything
from k8sready.objects.core import SecretRow
from k8sready.objects.kinds import BY_KEY, kind_of
from k8sready.objects.pods import Pod
from k8sready.objects.workloads import Workload
from k8sready.snapshot import Snapshot, save
from tests.controlplane.fixtures import programs

FILE = HERE / "demo.k8sready"
WRITTEN_BY_CONTROLLERS = {"ControllerRevision", "EndpointSlice", "Event", "Pod", "ReplicaSet", "VulnerabilityReport"}


def names(snapshot: Snapshot) -> set[tuple[str, str, str]]:
    """Kind, namespace and name of all objects."""
    return {
        (BY_KEY[key].name, item.metadata.namespace, item.metadata.name)
        for key, items in snapshot.objects.items()
        for item in items
    }


def written() -> set[tuple[str, str, str]]:
    """Kind, namespace and name of the manifests whose kind is read."""
    return {
        (item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"])
        for item in everything()
        if kind_of(item["apiVersion"], item["kind"])
    }


def test_every_manifest_is_in_the_snapshot(demo: Snapshot) -> None:
    assert written() - names(demo) == set()


def test_every_workload_of_the_snapshot_has_a_manifest(demo: Snapshot) -> None:
    kinds = {"Deployment", "StatefulSet", "DaemonSet", "CronJob", "NetworkPolicy", "Namespace"}
    left = {name for name in names(demo) - written() if name[0] in kinds}
    assert left == {("Namespace", "", name) for name in ("default", "kube-node-lease", "kube-public", "kube-system")}


def test_the_snapshot_runs_the_images_of_the_manifests(demo: Snapshot) -> None:
    deployed = {
        (item["metadata"]["namespace"], item["metadata"]["name"]): [
            container["image"] for container in item["spec"]["template"]["spec"]["containers"]
        ]
        for item in everything()
        if item["kind"] == "Deployment"
    }
    running = {
        (item.metadata.namespace, item.metadata.name): [
            str(container.image) for container in item.spec.template.spec.containers
        ]
        for item in demo.of("deployments.apps", Workload)
    }
    assert running == deployed


def test_the_capture_is_dated_and_its_objects_are_older(demo: Snapshot) -> None:
    assert demo.identity.captured_at == CLOCK
    born = [item.metadata.creation_timestamp for items in demo.objects.values() for item in items]
    assert max(time for time in born if time) <= CLOCK
    assert {row.age for row in demo.of("secrets", SecretRow)} >= {"210d", "4y30d"}


def test_some_pods_are_in_trouble_and_most_are_not(demo: Snapshot) -> None:
    pods = demo.of("pods", Pod)
    waiting = {
        status.state.waiting.reason
        for pod in pods
        for status in pod.status.container_statuses
        if status.state.waiting is not None
    }
    assert waiting == {"ImagePullBackOff", "CrashLoopBackOff"}
    assert sum(pod.status.phase == "Running" for pod in pods) / len(pods) > 0.9


def test_the_file_is_small() -> None:
    assert FILE.stat().st_size < 300_000


def test_objects_are_applied_by_the_hands_that_a_real_cluster_would_show() -> None:
    hands = {
        hand: {item["metadata"]["name"] for item in items} for hand, items in by_hand_of(list(everything())).items()
    }
    assert set(hands) == {"argocd-controller", "helm", "kubectl-client-side-apply"}
    assert {"payments-api", "storefront"} <= hands["argocd-controller"]
    assert {"grafana", "istiod"} <= hands["helm"]
    assert {"warehouse-erp", "coupon-service"} <= hands["kubectl-client-side-apply"]


@pytest.mark.long
@pytest.mark.controlplane
def test_making_the_demo_again_gives_the_same_objects(demo: Snapshot, tmp_path: Path) -> None:
    """Names that a controller makes up differ; everything else is the same, and so is how often each kind occurs."""
    programs()
    with started() as cluster:
        build(cluster)
        again = k8sready.open(save(capture(cluster), tmp_path / "again.k8sready"))
    told = {name for name in names(demo) if name[0] not in WRITTEN_BY_CONTROLLERS}
    assert {name for name in names(again) if name[0] not in WRITTEN_BY_CONTROLLERS} == told
    counts = {key: len(items) for key, items in demo.objects.items() if key != "events"}
    assert {key: len(items) for key, items in again.objects.items() if key != "events"} == counts
