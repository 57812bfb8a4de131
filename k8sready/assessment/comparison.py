"""Two assessments side by side: what is new, what is fixed, what is still open, what can no longer be told."""

from dataclasses import dataclass
from datetime import datetime

from ..checks import Status
from ..snapshot import Identity
from .results import Assessment, CheckResult, Finding


@dataclass(frozen=True, slots=True)
class Comparison:
    """Open findings of the earlier and the later assessment. A finding whose check is now unknown is not fixed."""

    since: datetime  # when the earlier snapshot was captured
    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    still_open: tuple[Finding, ...]
    no_longer_known: tuple[Finding, ...]


def compare(earlier: Assessment, later: Assessment) -> Comparison:
    """Compare two assessments of one cluster.

    Raises:
        ValueError: they are of two clusters.
    """
    if not _one_cluster(earlier.identity, later.identity):
        raise ValueError(
            "The two assessments are of different clusters: the UIDs of kube-system differ, or one is not known and "
            "the sources are not the same."
        )
    before = {finding.key: finding for finding in earlier.findings}
    after = {finding.key: finding for finding in later.findings}
    gone = [finding for key, finding in before.items() if key not in after]
    results = {result.check: result for result in later.results}
    known = [finding for finding in gone if _told(results.get(finding.check), finding)]
    return Comparison(
        since=earlier.identity.captured_at,
        new=tuple(finding for key, finding in after.items() if key not in before),
        fixed=tuple(known),
        still_open=tuple(finding for key, finding in after.items() if key in before),
        no_longer_known=tuple(finding for finding in gone if finding not in known),
    )


def _one_cluster(earlier: Identity, later: Identity) -> bool:
    if earlier.uid and later.uid:
        return earlier.uid == later.uid
    return (earlier.origin, earlier.server) == (later.origin, later.server)


def _told(result: CheckResult | None, finding: Finding) -> bool:
    """Whether the later assessment could have seen the finding: its check knows, and so does its row."""
    if result is None or result.status is Status.UNKNOWN or result.detail:
        return False
    return all(item.key != finding.key for item in result.findings if item.passed is None)
