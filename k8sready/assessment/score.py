"""The score: an interval that closes as evidence arrives, and never flatters."""

from collections.abc import Iterable

from ..checks import Status
from .results import CheckResult, Score, Why


def share(result: CheckResult) -> tuple[float, float] | None:
    """The worst and best share of one check that may be passing, 0 … 1; None where there is nothing to count.

    A check that saw only part of its evidence may turn out anything, so it spans the whole of 0 … 1: rows that were
    not seen could outnumber those that were.
    """
    if result.status is Status.SKIP:
        return None
    if result.why is Why.PARTLY_READ or not result.examined:  # not read, not answered, or raised: nothing was examined
        return (0.0, 1.0)
    return (result.passed / result.examined, (result.passed + result.unknown) / result.examined)


def score(results: Iterable[CheckResult]) -> Score:
    """The weighted mean of the checks' shares, in percent. Nothing assessed gives 0 … 100.

    Weights are those of the checks' own severities, never of single rows, so that a row which arrives with more
    permission can only narrow the interval.
    """
    worst = best = weights = 0.0
    for result in results:
        counted = share(result)
        if counted is not None:
            weights += result.severity.weight
            worst += result.severity.weight * counted[0]
            best += result.severity.weight * counted[1]
    if not weights:
        return Score(0.0, 100.0)
    return Score(round(100 * worst / weights, 9), round(100 * best / weights, 9))


def closing(results: Iterable[CheckResult]) -> list[tuple[CheckResult, float]]:
    """What would close the interval: results that widen it and by how many points, widest first."""
    counted = [(result, spans) for result in results if (spans := share(result)) is not None]
    total = sum(result.severity.weight for result, _ in counted)
    widths = [
        (result, 100 * result.severity.weight * (best - worst) / total) for result, (worst, best) in counted if total
    ]
    return sorted((item for item in widths if item[1] > 0), key=lambda item: (-item[1], item[0].check))
