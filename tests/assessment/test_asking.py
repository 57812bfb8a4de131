"""How a check's rows and people's answers become results."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pandas import DataFrame

from k8sready.answers import Answer, Exemption, Reply, Said
from k8sready.assessment import CheckResult, Why
from k8sready.assessment.asking import ask, ask_people
from k8sready.checks import Check, Question, Severity, Status, check
from k8sready.snapshot import Coverage, Reading
from k8sready.tables import Tables
from tests.checklist.clusters import NOW, cluster

TODAY = NOW.date()
QUESTION = Question("keys_rotated", Severity.HIGH)


def told(reply: Reply | None, *exemptions: Exemption) -> CheckResult:
    answers = (Answer(QUESTION.name, reply, "a note", "ops"),) if reply else ()
    return ask_people(QUESTION, "s", Said(answers, exemptions), TODAY)


ACCEPTED = Exemption(QUESTION.name, "r", "o", until=TODAY)
ENDED = Exemption(QUESTION.name, "r", "o", until=date(2026, 10, 31))
OTHER = Exemption("another", "r", "o")


@pytest.mark.parametrize(
    ("reply", "exemptions", "status", "why", "counts"),
    [
        (None, (), Status.UNKNOWN, Why.NOT_ANSWERED, (0, 0, 0)),
        (None, (ACCEPTED,), Status.UNKNOWN, Why.NOT_ANSWERED, (0, 0, 0)),
        (Reply.YES, (), Status.PASS, Why.NONE, (1, 0, 0)),
        (Reply.NOT_APPLICABLE, (), Status.SKIP, Why.NOT_APPLICABLE, (0, 0, 0)),
        (Reply.NO, (), Status.FAIL, Why.NONE, (0, 1, 0)),
        (Reply.NO, (ENDED, OTHER), Status.FAIL, Why.NONE, (0, 1, 0)),
        (Reply.NO, (OTHER, ACCEPTED), Status.SKIP, Why.ALL_EXEMPTED, (0, 0, 1)),
    ],
)
def test_an_answer_is_a_result(
    reply: Reply | None, exemptions: tuple[Exemption, ...], status: Status, why: Why, counts: tuple[int, int, int]
) -> None:
    result = told(reply, *exemptions)
    assert (result.status, result.why, result.manual) == (status, why, True)
    assert (result.passed, result.failed, result.exempted, result.unknown) == (*counts, 0)
    assert [dict(item.evidence) for item in result.findings] == [{"note": "a note", "by": "ops"}] * sum(counts[1:])
    assert len(result.open_findings) == result.failed


ROWS: dict[str, list[Any]] = {
    "kind": ["Pod"] * 6,
    "namespace": ["a", "a", "b", "b", "c", "c"],
    "name": ["p1", "p2", "p3", "p4", "p5", "p6"],
    "passed": [True, False, True, None, None, False],
    "severity": ["high", "low", "high", "low", "high", "critical"],
    "share": [1, 2, 3, 4, 5, 6],
}


@check(Severity.MEDIUM, absent=("nodes",), speaks_of=("a",))
def tidy(image_pulls: DataFrame, *, share_below: int = 7, others: int = 1) -> DataFrame:
    """Rows of one's own, from a table that reads events, and nodes if it can."""
    return DataFrame(ROWS).assign(passed=lambda rows: rows["passed"].astype("boolean") & (rows["share"] < share_below))


def result(said: Said | None = None, *coverage: Coverage, of: Check = tidy) -> CheckResult:
    snapshot = cluster()
    read = {**snapshot.coverage, **{item.key: item for item in coverage}}
    return ask(of, "s", Tables(replace(snapshot, coverage=read)), said or Said())


def failed(asked: CheckResult) -> set[str]:
    return {item.object.name for item in asked.findings if item.passed is False}


def test_rows_are_counted_by_verdict_and_namespace_and_read_from_the_worst() -> None:
    asked = result()
    assert (asked.status, asked.passed, asked.failed, asked.unknown, asked.exempted) == (Status.FAIL, 2, 2, 2, 0)
    assert list(asked.namespaces or ()) == ["a", "b", "c"]
    assert asked.namespaces == {"a": (1, 1, 0), "b": (1, 0, 1), "c": (0, 1, 1)}
    assert [(item.object.name, item.severity.value) for item in asked.findings] == [
        *(("p6", "critical"), ("p5", "high"), ("p2", "low"), ("p4", "low")),
    ]
    assert [dict(item.evidence) for item in asked.findings] == [{"share": share} for share in (6, 5, 2, 4)]


def test_what_is_exempted_is_neither_failed_nor_passed_and_only_failures_are() -> None:
    everything = Said(
        exemptions=(ENDED, OTHER, Exemption("tid?", "r", "o", namespace="[ab]"), Exemption("*", "r", "o"))
    )
    asked = result(everything)
    assert (asked.status, asked.why) == (Status.UNKNOWN, Why.UNDECIDED)
    assert (asked.passed, asked.failed, asked.unknown, asked.exempted) == (2, 0, 2, 2)
    by = {item.object.name: item.exemption.check if item.exemption else "" for item in asked.findings}
    assert by == {"p2": "tid?", "p4": "", "p5": "", "p6": "*"}
    assert asked.namespaces == {"a": (1, 0, 0), "b": (1, 0, 1), "c": (0, 0, 1)}


def test_only_its_own_thresholds_that_it_has_are_changed_and_all_are_told() -> None:
    asked = result(Said(profile=(("tidy", "share_below", 3), ("another", "others", 5), ("tidy", "unheard", 1))))
    assert asked.thresholds == {"share_below": 3, "others": 1}
    assert failed(asked) == {"p2", "p3", "p4", "p5", "p6"}


@pytest.mark.parametrize(
    ("coverage", "undecided"),
    [
        (Coverage("events", Reading.PARTIAL, missing=("a",)), {"p1", "p2"}),  # of that namespace not all was read
        (Coverage("events", Reading.COMPLETE, namespaces=("b", "c")), {"p1", "p3"}),  # it speaks of a: no pass is sure
        (Coverage("events", Reading.COMPLETE, namespaces=("a", "b")), set()),
        # It says that there is no node: where one may be there unread, no failure is sure.
        (Coverage("nodes", Reading.FORBIDDEN), {"p2", "p6"}),
        (Coverage("nodes", Reading.FAILED), {"p2", "p6"}),
        (Coverage("nodes", Reading.PARTIAL), {"p2", "p6"}),  # cut short
        (Coverage("nodes", Reading.PARTIAL, missing=("z",), broken=("n: odd",)), {"p2", "p6"}),
        (Coverage("nodes", Reading.PARTIAL, missing=("z",)), set()),
        (Coverage("nodes", Reading.ABSENT), set()),
    ],
)
def test_what_was_not_read_leaves_undecided_what_it_could_change(coverage: Coverage, undecided: set[str]) -> None:
    asked = result(None, coverage)
    assert {item.object.name for item in asked.findings if item.passed is None} == undecided | {"p4", "p5"}
    assert failed(asked) == {"p2", "p6"} - undecided
    assert (asked.why is Why.PARTLY_READ, bool(asked.detail)) == (coverage.reading is Reading.PARTIAL,) * 2
    assert asked.status is (Status.FAIL if asked.failed else Status.UNKNOWN)


def test_of_rows_about_one_thing_the_worst_counts() -> None:
    @check(Severity.LOW)
    def alike(services: DataFrame) -> DataFrame:
        verdicts = [True, None, False, None, None, True, True, True]
        names = ["x", "x", "x", "y", "y", "y", "z", "z"]
        rows = {"kind": "Pod", "name": names, "passed": verdicts, "row": range(8)}
        return DataFrame(rows).astype({"passed": "boolean"})

    asked = result(of=alike)
    assert (asked.passed, asked.failed, asked.unknown) == (1, 1, 1)
    assert [(item.object.name, item.evidence["row"]) for item in asked.findings] == [("x", 2), ("y", 3)]
