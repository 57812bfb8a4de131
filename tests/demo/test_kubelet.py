"""The stand-ins report what kubelets would."""

import re
from typing import Any

import pytest

from data.demo.events import events
from data.demo.images import Image, read_images
from data.demo.kubelet import Failure, Kubelets, node_address, workload_name
from data.demo.manifests import everything

NOW = "2026-11-23T19:30:00Z"
# The five shapes of the kubelet's message, oldest first (pkg/kubelet/images/image_manager.go).
PULLED = re.compile(
    r'^Successfully pulled image "(?P<image>[^"]+)"(?: in (?P<dur>[0-9.hmsµun]+))?'
    r"(?: \((?P<wall>[0-9.hmsµun]+) including waiting\))?(?:\. Image size: (?P<size>\d+) bytes\.)?$"
)
IMAGES = {
    "app:stable": Image("app:stable", {"size": 90, "digests": 3, "pull": 127.4}),
    "sidecar:1": Image("sidecar:1", {"size": 10}),
    "gone:1": Image("gone:1", {"absent": True}),
}
BROKEN = {("shop", "cards", "api"): Failure({"reason": "ImagePullBackOff", "message": "Back-off"}, 0)}
KUBELETS = Kubelets(IMAGES, BROKEN, NOW)


def pod(
    name: str = "web-1", owner: str = "ReplicaSet", workload: str = "web-6d4f", image: str = "app:stable"
) -> dict[str, Any]:
    """A pod as the scheduler leaves it."""
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": name,
            "ownerReferences": [{"kind": owner, "name": workload}],
        },
        "spec": {
            "nodeName": "lf-general-3",
            "initContainers": [
                {"name": "setup", "image": "sidecar:1"},
                {"name": "proxy", "image": "sidecar:1", "restartPolicy": "Always"},
            ],
            "containers": [{"name": "api", "image": image}],
        },
    }


def test_a_native_sidecar_runs_and_an_init_container_has_ended() -> None:
    setup, proxy = KUBELETS.pod_status(pod(), 0, 0)["initContainerStatuses"]
    assert setup["state"]["terminated"]["exitCode"] == 0
    assert "running" in proxy["state"]


def test_a_moving_tag_runs_three_digests_and_comes_round_again() -> None:
    ran = [KUBELETS.pod_status(pod(), nth, nth)["containerStatuses"][0]["imageID"] for nth in range(4)]
    assert len(set(ran)) == 3
    assert ran[3] == ran[0]


def test_a_pod_whose_image_is_gone_is_pending_and_not_ready() -> None:
    status = KUBELETS.pod_status(pod(workload="cards-77f", image="gone:1"), 0, 0)
    assert status["phase"] == "Pending"
    assert status["containerStatuses"][0]["imageID"] == ""
    assert {c["type"]: c["status"] for c in status["conditions"]}["Ready"] == "False"


def test_the_pod_of_a_job_has_succeeded() -> None:
    assert KUBELETS.pod_status(pod(owner="Job", workload="build"), 0, 0)["phase"] == "Succeeded"


@pytest.mark.parametrize(
    ("owner", "name", "workload"),
    [("ReplicaSet", "web-6d4f", "web"), ("StatefulSet", "db", "db"), ("DaemonSet", "log-shipper", "log-shipper")],
)
def test_pods_are_known_by_their_workload(owner: str, name: str, workload: str) -> None:
    assert workload_name(pod(owner=owner, workload=name)) == workload


def test_a_node_lists_its_largest_images_first_and_digests_before_tags() -> None:
    listed = KUBELETS.node_images([(pod(), 0), (pod(), 1)])
    assert [image["sizeBytes"] for image in listed] == sorted((i["sizeBytes"] for i in listed), reverse=True)
    assert len(listed) == 3
    assert all("@sha256:" in image["names"][0] for image in listed)


def test_a_pull_is_told_in_the_words_of_the_kubelet() -> None:
    (told,) = [e["message"] for e in events([pod()], IMAGES, {}, NOW) if "app:stable" in e["message"]]
    match = PULLED.match(told)
    assert match is not None
    assert (match["image"], match["dur"], match["wall"]) == ("app:stable", "2m7.4s", "2m7.7s")
    assert match["size"] == str(IMAGES["app:stable"].size)


def test_each_image_is_pulled_once_and_a_failing_container_never() -> None:
    found = events([pod(), pod("web-2"), pod("cards-1", workload="cards-77f", image="gone:1")], IMAGES, BROKEN, NOW)
    assert sorted(event["reason"] for event in found) == ["BackOff", "Failed", "Pulled", "Pulled"]


def test_every_node_has_an_address_of_its_own() -> None:
    nodes = [item["metadata"]["name"] for item in everything() if item["kind"] == "Node"]
    assert len({node_address(node) for node in nodes}) == len(nodes) == 8


def test_no_image_of_the_demo_has_a_round_size() -> None:
    assert [image.reference for image in read_images().values() if image.size % 1000 == 0] == []
