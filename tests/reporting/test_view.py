"""What the page shows is the whole of the assessment: nothing is left out without being counted."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

import k8sready
from k8sready import bundle
from k8sready.answers import Answer, Exemption, Reply, Said
from k8sready.assessment import Assessment, assess
from k8sready.checks import Severity, Status
from k8sready.remedies import as_yaml
from k8sready.reporting.html import render
from k8sready.reporting.view import SHOWN, View
from k8sready.snapshot import Coverage, Reading
from k8sready.tables import Tables
from tests.checklist.clusters import cluster
from tests.checklist.making import DIGEST, container, deployment

EFFECTIVE = Exemption("image_pinned", "r", "o")
IDLE = Exemption("image_pinned", "r", "o", namespace="nowhere")
ENDED = Exemption("quota_set", "r", "o", until=date(2020, 1, 1))
UNHEARD = Exemption("no_such_check", "r", "o")
SAID = Said((Answer("secrets_rotated", Reply.NO, "a\nb", "ops"),), (EFFECTIVE, IDLE, ENDED, UNHEARD))


@pytest.fixture(scope="module")
def whole() -> Assessment:
    return assess(k8sready.open(bundle.demo()), SAID)


def test_every_finding_is_in_the_table_with_its_remedy(whole: Assessment) -> None:
    page = View(whole, "en").page()
    assert [(row[0], row[-1]) for row in page["findings"]] == [
        (item.severity.rank, item.check) for item in whole.findings
    ]
    told = [page["remedies"][row[5]]["yaml"] if row[5] is not None else "" for row in page["findings"]]
    assert told == [as_yaml(item.remedy) if item.remedy else "" for item in whole.findings]
    assert all(item["command"] for item in page["remedies"])


def crowded() -> Assessment:
    """More of everything than a card shows: failures, what cannot be told, and what is exempted."""
    images = [("a", f"registry.example/web@{DIGEST}"), ("b", "nginx"), ("c", "Not A Reference")]
    spec = {"containers": [container(*image) for image in images]}
    exemption = Exemption("image_pinned", "r", "o", name="web-[34]*")
    return assess(cluster([deployment(f"web-{n}", spec) for n in range(50)]), Said(exemptions=(exemption,)))


def test_a_card_counts_what_it_does_not_show(whole: Assessment) -> None:
    for assessment in (whole, crowded()):
        sections = View(assessment, "en").page()["sections"]
        cards = {card["result"].check: card for section in sections for card in section["checks"]}
        assert set(cards) == {result.check for result in assessment.results if not result.manual}
        for name, card in cards.items():
            result = assessment.result(name)
            undecided = sum(item.passed is None for item in result.findings)
            counts = {"findings": result.failed, "undecided": undecided, "exempted": result.exempted}
            hidden = [card["hidden"], card["undecided_hidden"], card["exempted_hidden"]]
            assert hidden == [max(0, number - SHOWN) for number in counts.values()]
            assert [len(card[part]) for part in counts] == [min(number, SHOWN) for number in counts.values()]
    assert all((cards["image_pinned"]["hidden"], cards["image_pinned"]["undecided_hidden"]))
    assert cards["image_pinned"]["exempted_hidden"]


def test_an_answer_is_shown_as_it_was_given(whole: Assessment) -> None:
    questions = [card for section in View(whole, "en").page()["sections"] for card in section["questions"]]
    assert [card["result"].check for card in questions] == [item.check for item in whole.results if item.manual]
    answered = {card["result"].check: (card["note"], card["by"]) for card in questions if card["note"]}
    assert answered == {"secrets_rotated": ("a\nb", "ops")}


def test_the_matrix_adds_up_to_the_results(whole: Assessment) -> None:
    matrix = View(whole, "en").page()["matrix"]
    names = [name for name, _ in matrix["sections"]]
    for at, name in enumerate(names):
        cells = [row[at] for _, row in matrix["rows"] if row[at]]
        own = [counts for item in whole.of(name) for space, counts in (item.namespaces or {}).items() if space]
        assert [sum(column) for column in zip(*cells, strict=True)] == [
            sum(column) for column in zip(*own, strict=True)
        ]
    failures = [sum(cell[1] for cell in row if cell) for _, row in matrix["rows"]]
    assert failures == sorted(failures, reverse=True)


def test_counts_are_of_open_findings_and_of_checks(whole: Assessment) -> None:
    counts = View(whole, "en").page()["counts"]
    assert {name: number for name, _, number in counts["severities"]} == {
        severity: sum(item.severity is severity for item in whole.findings) for severity in Severity
    }
    told = Counter(item.status for item in whole.results if not item.manual)
    assert {name: number for name, _, number in counts["statuses"]} == {status: told[status] for status in Status}
    assert counts["exempted"] == sum(
        item.exemption == EFFECTIVE for result in whole.results for item in result.findings
    )


def test_an_exemption_is_told_with_what_it_does(whole: Assessment) -> None:
    told = View(whole, "en").page()["exemptions"]
    assert [(bool(title), state) for _, title, _, state in told] == [
        (True, ""),
        (True, "idle"),
        (True, "expired"),
        (False, "no_such_check"),
    ]


def test_what_was_not_read_comes_first(whole: Assessment) -> None:
    wanted = ("forbidden", "failed", "partial", "not-requested", "complete", "absent")
    coverage = {name: Coverage(name, Reading(name)) for name in sorted(wanted)}
    coverage |= {"changed": Coverage("changed", Reading.COMPLETE, inconsistent=True)}
    told = View(replace(whole, coverage=coverage), "en").page()["coverage"]
    assert [item["key"] for item in told] == [*wanted[:4], "changed", *wanted[4:]]
    assert [item["key"] for item in told if item["complete"]] == ["complete", "absent"]


def test_a_chart_that_breaks_costs_only_itself(whole: Assessment) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    tables, first = Tables(k8sready.open(bundle.demo())), whole.sections[0]
    drawn = charts(render(whole, tables=tables))
    assert drawn
    assert first.charts[0].name in drawn
    changed = replace(first, charts=(replace(first.charts[0], function=broken), *first.charts[1:]))
    page = render(replace(whole, sections=(changed, *whole.sections[1:])), tables=tables)
    assert charts(page) == drawn - {first.charts[0].name}
    assert charts(render(whole)) == set()


def charts(page: str) -> set[str]:
    return set(re.findall(r'data-chart="(\w+)"', page))
