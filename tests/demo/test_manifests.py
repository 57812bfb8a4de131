"""The demo's manifests are in order, and its list of faults is about them."""

from pathlib import Path

import pytest
import yaml

from data.demo.images import read_images, without_digest
from data.demo.manifests import HERE, documents, everything, middle
from data.demo.scanner import reports

FAULTS = yaml.safe_load((HERE / "faults.yaml").read_text("utf-8"))
NAMES = {(item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]): item for item in everything()}


def named(fault: dict) -> tuple[str, str, str]:
    """Kind, namespace, name of a fault's object."""
    target = fault["object"]
    return target["kind"], target.get("namespace", ""), target["name"]


def pod_spec(item: dict) -> dict:
    """The pod spec of a workload or pod; empty for anything else."""
    spec = item.get("spec") or {}
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    found = spec if item["kind"] == "Pod" else spec.get("template", {}).get("spec", {})
    return found if isinstance(found, dict) else {}


def containers(item: dict) -> list[dict]:
    """All containers of a workload or pod."""
    return [*pod_spec(item).get("initContainers", []), *pod_spec(item).get("containers", [])]


def test_no_object_is_defined_twice() -> None:
    assert len(NAMES) == len(list(everything()))


@pytest.mark.parametrize("path", middle(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_folder_holds_objects_of_its_own_namespace_only(path: Path) -> None:
    assert {item["metadata"]["namespace"] for item in documents(path)} == {path.parent.name}


def test_every_fault_is_well_formed() -> None:
    for fault in FAULTS:
        assert set(fault) == {"point", "check", "object", "why"}, fault
        assert {"kind", "name"} <= set(fault["object"]) <= {"kind", "namespace", "name", "container"}, fault
        assert fault["check"].isidentifier(), fault
        assert fault["check"].islower(), fault
        assert fault["why"].endswith("."), fault


def test_faults_are_planted_over_all_sixteen_points() -> None:
    assert {fault["point"] for fault in FAULTS} == set(range(1, 17))


def test_every_fault_names_an_object_of_the_demo() -> None:
    assert [fault for fault in FAULTS if named(fault) not in NAMES] == []


def test_every_fault_names_a_container_of_its_object() -> None:
    blamed = [fault for fault in FAULTS if "container" in fault["object"]]
    wrong = [
        fault
        for fault in blamed
        if fault["object"]["container"] not in {container["name"] for container in containers(NAMES[named(fault)])}
    ]
    assert blamed
    assert wrong == []


def test_every_image_is_known_and_none_is_left_over() -> None:
    used = {without_digest(container["image"]) for item in NAMES.values() for container in containers(item)}
    assert used == set(read_images())


def test_pinned_digests_are_the_ones_that_run() -> None:
    images = read_images()
    pinned = [
        container["image"] for item in NAMES.values() for container in containers(item) if "@" in container["image"]
    ]
    assert len(pinned) > 20
    assert [image for image in pinned if image.partition("@")[2] != images[without_digest(image)].digest(0)] == []


def test_about_half_of_the_workloads_carry_no_fault() -> None:
    workloads = {name for name, item in NAMES.items() if containers(item)}
    faulty = {named(fault) for fault in FAULTS}
    assert 0.4 <= len(workloads - faulty) / len(workloads) <= 0.7


def test_a_report_is_about_the_image_that_the_catalogue_describes() -> None:
    """One report per scanned container, with digest, family and end of life from images.yaml."""
    deployment = NAMES["Deployment", "legacy", "warehouse-erp"]
    owner = {**deployment, "metadata": {**deployment["metadata"], "uid": "1"}}
    (report,) = reports([owner], read_images(), "2026-11-23T12:00:00Z")
    assert report["report"]["artifact"] == {
        "repository": "legacy/warehouse-erp",
        "tag": "8-jdk",
        "digest": read_images()["registry.lanternfish.example/legacy/warehouse-erp:8-jdk"].digest(0),
    }
    assert report["report"]["os"] == {"family": "debian", "name": "11.0", "eosl": True}
    assert report["report"]["summary"]["criticalCount"] == 2
