"""The laws of the score, over generated results."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8sready.assessment import CheckResult, Score, Why, closing
from k8sready.assessment.score import score
from k8sready.checks import Severity, Status

ROUNDING = 1e-6


@st.composite
def results(draw: st.DrawFn, exempted: bool = True) -> CheckResult:
    severity = draw(st.sampled_from(Severity))
    why = draw(st.sampled_from([Why.NONE, Why.NONE, Why.NOT_READ, Why.PARTLY_READ, Why.RAISED, Why.NOT_ANSWERED]))
    blank = CheckResult("c", "s", severity, Status.UNKNOWN, why)
    if why not in (Why.NONE, Why.PARTLY_READ):
        return blank
    passed, failed, unknown = (draw(st.integers(0, 6)) for _ in range(3))
    out = draw(st.integers(0, 3)) if exempted else 0
    return judged(replace(blank, passed=passed, failed=failed, unknown=unknown, exempted=out))


def judged(result: CheckResult) -> CheckResult:
    """The status that the counts and the reading give (the rule of `asking`, stated again)."""
    if result.failed:
        status = Status.FAIL
    elif result.why is Why.PARTLY_READ or result.unknown:
        status = Status.UNKNOWN
    else:
        status = Status.PASS if result.passed else Status.SKIP
    return replace(result, status=status)


many = st.lists(results(), max_size=8)


def test_nothing_assessed_is_the_whole_interval() -> None:
    assert (score([]).worst, score([]).best) == (0.0, 100.0)


@given(many)
def test_the_interval_lies_within_0_and_100_and_is_ordered(before: list[CheckResult]) -> None:
    outcome = score(before)
    assert 0 <= outcome.worst <= outcome.best <= 100


@given(many, results())
def test_one_more_pass_never_lowers(others: list[CheckResult], result: CheckResult) -> None:
    before = score([*others, result])
    after = (
        score([*others, judged(replace(result, passed=result.passed + 1))])
        if result.status is not Status.SKIP
        else None
    )
    if after and result.why in (Why.NONE, Why.PARTLY_READ):
        assert after.worst >= before.worst - ROUNDING
        assert after.best >= before.best - ROUNDING


@given(many, results())
def test_an_exemption_never_lowers(others: list[CheckResult], result: CheckResult) -> None:
    if not result.failed:
        return
    before = score([*others, result])
    after = score([*others, judged(replace(result, failed=result.failed - 1, exempted=result.exempted + 1))])
    assert after.worst >= before.worst - ROUNDING
    assert after.best >= before.best - ROUNDING


@given(many, results())
def test_evidence_for_an_unread_check_only_narrows(others: list[CheckResult], known: CheckResult) -> None:
    unread = CheckResult("c", "s", known.severity, Status.UNKNOWN, Why.NOT_READ)
    before, after = score([*others, unread]), score([*others, known])
    if any(item.severity.weight and item.status is not Status.SKIP for item in [*others, known]):
        assert before.worst - ROUNDING <= after.worst
        assert after.best <= before.best + ROUNDING


@given(many, results(exempted=False), st.booleans())
def test_deciding_an_undecided_row_only_narrows(others: list[CheckResult], result: CheckResult, good: bool) -> None:
    if not result.unknown:
        return
    told = replace(result, unknown=result.unknown - 1, passed=result.passed + good, failed=result.failed + (not good))
    before, after = score([*others, result]), score([*others, judged(told)])
    assert before.worst - ROUNDING <= after.worst
    assert after.best <= before.best + ROUNDING


@given(many)
def test_what_would_close_the_interval_adds_up_to_it(several: list[CheckResult]) -> None:
    outcome, parts = score(several), [points for _, points in closing(several)]
    if any(item.severity.weight and item.status is not Status.SKIP for item in several):
        assert sum(parts) == pytest.approx(outcome.best - outcome.worst, abs=ROUNDING)
    assert all(points > 0 for points in parts)
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(
    ("worst", "best", "ends"),
    [(0.0, 100.0, (0, 100)), (0.2, 99.97, (1, 99)), (99.6, 99.6, (99, 99)), (41.4, 82.6, (41, 83))],
)
def test_no_score_is_said_to_be_whole_or_nothing_that_is_merely_near(
    worst: float, best: float, ends: tuple[int, int]
) -> None:
    assert Score(worst, best).ends == ends
