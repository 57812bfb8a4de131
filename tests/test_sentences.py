"""Sentences that people read: no sign too many, and what is counted is named."""

import pytest

from k8sready import assess
from k8sready.answers import Answer, Reply, Said
from k8sready.assessment import CheckResult
from k8sready.checks import Severity, Status
from k8sready.reporting.html import render
from k8sready.sentences import message, thresholds, why
from k8sready.snapshot import Reading
from k8sready.terminal import summary
from k8sready.widgets.summary import score_html
from tests.checklist.clusters import cluster, without
from tests.checklist.making import container, deployment


@pytest.mark.parametrize(("note", "end"), [("", "done? No."), ("Never yet", "done? No: Never yet")])
def test_an_answer_of_no(note: str, end: str) -> None:
    assessment = assess(cluster(), Said((Answer("secrets_rotated", Reply.NO, note),)), prove=False)
    (finding,) = assessment.findings
    assert message(finding, "secrets").endswith(end)
    assert "?:" not in render(assessment)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"seconds_at_most": 30.0, "share": 0.4}, "seconds at most 30, share 0.4"),
        ({"size_mb": 1_500_000}, "size mb 1500000"),
        (None, ""),
    ],
)
def test_limits_are_numbers_as_people_write_them(limits: dict[str, float] | None, told: str) -> None:
    result = CheckResult("c", "secrets", Severity.LOW, Status.PASS, thresholds=limits)
    assert thresholds(result) == told


def test_of_a_long_list_the_sentence_says_how_many_more() -> None:
    env = [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "a"}}}]
    users = [deployment(f"web{n}", {"containers": [container(env=env)]}, "shop") for n in range(7)]
    assessment = assess(cluster(users), prove=False)
    (finding,) = assessment.result("secret_not_shared_widely").open_findings
    assert message(finding, "secrets").endswith(", Deployment web4 + 2.")


def test_kinds_that_were_not_read_are_told_by_what_happened_to_them() -> None:
    snapshot = cluster([deployment("web", {"containers": [container()]})])
    denied = without(without(snapshot, ["pods", "deployments.apps"], Reading.FORBIDDEN), ["nodes"], Reading.FAILED)
    told = why(assess(denied, prove=False).result("one_digest_per_tag"))
    assert told == "could not be read (failed: nodes; forbidden: deployments.apps, pods)"


@pytest.mark.parametrize("show", [render, summary, score_html])
def test_the_score_says_which_points_it_covers(show) -> None:  # type: ignore[no-untyped-def]
    told = show(assess(cluster(), prove=False)).replace("&#39;", "'").replace("&#x27;", "'")
    assert "Of the checklist's sixteen points it covers 1, 4, 10." in told
