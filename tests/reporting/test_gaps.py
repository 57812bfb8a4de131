"""What was not read is told alike in report, notebook and terminal, and never cut without a word."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from k8sready import assess
from k8sready.assessment import Assessment
from k8sready.reporting.html import render
from k8sready.reporting.json import document
from k8sready.snapshot import Coverage, Reading
from k8sready.terminal import summary
from k8sready.widgets.summary import coverage
from tests.checklist.clusters import cluster

FORBIDDEN = "the API server forbids it (403)"
TEAMS = tuple(f"team-{number:03d}" for number in range(300))
BROKEN = tuple(f"shop/s{number}: a Service without a spec" for number in range(8))


@pytest.mark.parametrize("show", [render, coverage, summary])
@pytest.mark.parametrize(
    ("covered", "told"),
    [
        (
            Coverage("pods", Reading.PARTIAL, 9, FORBIDDEN, missing=TEAMS),
            f"{FORBIDDEN}; not in team-000, team-001, team-002, team-003, team-004 + 295",
        ),
        (Coverage("pods", Reading.COMPLETE, 9, inconsistent=True), "the list changed while it was read"),
        (Coverage("services", Reading.PARTIAL, 9, broken=BROKEN), f"{BROKEN[0]}, {BROKEN[1]}"),
        (Coverage("services", Reading.PARTIAL, 9, broken=BROKEN), f"{BROKEN[4]} + 3"),
        (Coverage("pods", Reading.PARTIAL, 9, namespaces=("shop",)), "only asked for in shop"),
    ],
)
def test_a_gap_is_told_everywhere(show: Callable[[Assessment], str], covered: Coverage, told: str) -> None:
    snapshot = cluster()
    gaps = replace(snapshot, coverage={**snapshot.coverage, covered.key: covered})
    assert told in show(assess(gaps))


def test_what_the_reason_tells_already_is_not_told_again() -> None:
    broken = Coverage("pods", Reading.PARTIAL, 0, f"not readable: {BROKEN[0]}", broken=BROKEN[:1])
    snapshot = cluster()
    told = coverage(assess(replace(snapshot, coverage={**snapshot.coverage, "pods": broken})))
    assert told.count(BROKEN[0]) == 1


def test_a_pipeline_sees_that_a_list_changed_while_it_was_read() -> None:
    snapshot = cluster()
    pods = Coverage("pods", Reading.COMPLETE, 9, inconsistent=True)
    told = document(assess(replace(snapshot, coverage={**snapshot.coverage, "pods": pods})))
    assert [item["resource"] for item in told["coverage"] if item["changed"]] == ["pods"]
