"""JSON and CSV say the same of one assessment."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from k8sready import __version__, assess
from k8sready.answers import Exemption, Said
from k8sready.reporting import write_csv
from k8sready.reporting.csv import safe
from k8sready.reporting.json import document
from k8sready.snapshot import Coverage, Identity, Origin, Reading
from tests.checklist.clusters import NOW, fixture_cluster

SNAPSHOT = fixture_cluster("secrets", "secret_mounts_readonly", "fail")
LISTS = ("findings", "undecided", "exempted")


def test_a_table_has_the_findings_of_the_document(tmp_path: Path) -> None:
    assessment = assess(SNAPSHOT)
    told = document(assessment)["findings"]
    with write_csv(assessment, tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    sections = {check.name: section.name for section in assessment.sections for check in section.checks}
    same = ("severity", "check", "kind", "namespace", "name", "container", "item", "message")
    expected = [
        {"section": sections[item["check"]], "remedy": item["remedy"] or "", "proven": "yes" if item["proven"] else ""}
        | {name: item[name] for name in same}
        for item in told
    ]
    assert rows == [{name: safe(cell) for name, cell in item.items()} for item in expected]
    assert any(item["proven"] for item in told)


def test_every_row_that_did_not_pass_is_in_one_list_of_the_document() -> None:
    exemption = Exemption("secret_mounts_readonly", "r", "o")
    idle, ended = replace(exemption, name="nothing"), replace(exemption, until=date(2020, 1, 1))
    assessment = assess(SNAPSHOT, Said(exemptions=(exemption, idle, ended)), prove=False)
    told = document(assessment)
    for result in assessment.results:
        lists = [sum(item["check"] == result.check for item in told[name]) for name in LISTS]
        assert lists == [result.failed, result.unknown, result.exempted], result.check
    assert all(told[name] for name in LISTS)
    assert [item["name"] for item in told["exemptions"]["idle"]] == ["nothing"]
    assert [item["until"] for item in told["exemptions"]["expired"]] == ["2020-01-01"]
    assert told["tool"] == {"name": "k8sready", "version": __version__}


def test_a_document_says_of_which_cluster_it_is_and_what_was_read() -> None:
    read = Coverage("pods", Reading.PARTIAL, 7, "why", ("a",), ("b",), broken=("a/x: odd",), inconsistent=True)
    identity = Identity(Origin.DUMP, NOW, "u-1", "https://s", "ctx", "v1.37.2", "ana", "prod")
    told = document(assess(replace(SNAPSHOT, identity=identity, coverage={"pods": read}), prove=False))
    assert told["cluster"] == {
        "uid": "u-1",
        "name": "prod",
        "context": "ctx",
        "server": "https://s",
        "version": "v1.37.2",
        "origin": "dump",
        "captured_at": NOW.isoformat(),
        "captured_by": "ana",
    }
    assert told["coverage"] == [
        {"resource": "pods", "reading": "partial", "count": 7, "reason": "why", "namespaces": ("a",)}
        | {"missing": ("b",), "broken": ("a/x: odd",), "changed": True}
    ]
