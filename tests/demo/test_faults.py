"""The assessment of the demo snapshot finds what was planted, where it was planted."""

import pytest
import yaml

import k8sready
from data.demo.manifests import HERE, middle
from k8sready.assessment import Assessment, ObjectName
from k8sready.checklist import CHECKLIST
from k8sready.checks import Section, Status
from k8sready.objects.decoding import to_manifest
from k8sready.objects.kinds import BY_KEY
from k8sready.snapshot import Snapshot

FAULTS = yaml.safe_load((HERE / "faults.yaml").read_text("utf-8"))
SECTIONS: dict[int, Section] = {section.point: section for section in CHECKLIST}
ASKED = [fault for fault in FAULTS if fault["point"] in SECTIONS]
EXEMPLARY = "payments"


@pytest.fixture(scope="module")
def assessment(demo: Snapshot) -> Assessment:
    return k8sready.assess(demo, prove=False)


def told(fault: dict) -> str:
    """The fault in one line."""
    target = fault["object"]
    name = "/".join(part for part in (target.get("namespace"), target["name"], target.get("container")) if part)
    return f"{fault['point']:02} {fault['check']}: {target['kind']} {name}"


def is_about(found: ObjectName, target: dict) -> bool:
    """Whether a finding is about the faulty object, or about a pod of it (an event is about a pod)."""
    if target["kind"] == "Namespace":  # some findings give a namespace as its own namespace
        return (found.kind, found.name) == ("Namespace", target["name"])
    if found.namespace != target.get("namespace", ""):
        return False
    of_it = found.kind == "Pod" and found.name.startswith(target["name"] + "-")
    return of_it or (found.kind, found.name) == (target["kind"], target["name"])


def test_every_faulty_object_is_in_the_snapshot(demo: Snapshot) -> None:
    """Of the kinds that are read: some of the later points are about custom resources that nobody reads yet."""
    present = {
        (BY_KEY[key].name, item.metadata.namespace, item.metadata.name)
        for key, items in demo.objects.items()
        for item in items
    }
    read = {BY_KEY[key].name for key in demo.objects}
    wanted = {
        (fault["object"]["kind"], fault["object"].get("namespace", ""), fault["object"]["name"])
        for fault in FAULTS
        if fault["object"]["kind"] in read
    }
    assert len(wanted) > 50
    assert wanted - present == set()


@pytest.mark.parametrize("fault", ASKED, ids=told)
def test_a_planted_fault_is_found(fault: dict, assessment: Assessment) -> None:
    target = fault["object"]
    found = [
        finding.object
        for result in assessment.results
        if result.check == fault["check"]
        for finding in result.findings
        if finding.passed is False
    ]
    matching = [item for item in found if is_about(item, target)]
    assert matching, f"{fault['check']} found {found}"
    if "container" in target and any(item.container for item in matching):
        assert target["container"] in {item.container for item in matching}


def test_the_exemplary_namespace_has_no_finding_but_those_planted(assessment: Assessment) -> None:
    planted = {fault["check"] for fault in FAULTS if fault["object"].get("namespace") == EXEMPLARY}
    found = {
        finding.check
        for result in assessment.results
        for finding in result.findings
        if finding.passed is False and EXEMPLARY in (finding.object.namespace, finding.object.name)
    }
    assert found - planted == set()


def test_the_demo_is_neither_all_red_nor_all_green(assessment: Assessment) -> None:
    """Almost every check has a finding to show, and beside it what is right."""
    decided = [r for r in assessment.results if not r.manual and r.passed + r.failed]
    assert sum(r.status is Status.FAIL for r in decided) / len(decided) > 0.75
    assert 0.6 < sum(r.passed / (r.passed + r.failed) for r in decided) / len(decided) < 0.95
    assert [r.check for r in decided if r.failed > r.passed and r.examined > 10] == []


def test_every_check_has_a_planted_fault_but_those_that_the_demo_gets_right() -> None:
    planted = {fault["check"] for fault in FAULTS}
    every = {check.name for section in CHECKLIST for check in section.checks}
    assert every - planted == {"encryption_at_rest", "namespace_not_overloaded"}


@pytest.mark.parametrize("planted", ["not-a-real", "f4ke-"])
def test_no_planted_credential_is_in_the_snapshot(planted: str, demo: Snapshot) -> None:
    """Neither a Secret's value nor a literal of the manifests."""
    manifests = "\n".join(path.read_text("utf-8") for path in middle())
    kept = [str(to_manifest(BY_KEY[key], item)) for key, items in demo.objects.items() for item in items]
    assert manifests.count(planted) >= 5
    assert [item for item in kept if planted in item] == []
