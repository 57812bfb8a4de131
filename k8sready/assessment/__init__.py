"""Asks every check; the results, the score interval, and the comparison of two assessments."""

from collections.abc import Sequence

from ..answers import Said
from ..checklist import CHECKLIST
from ..checks import Section
from ..garbage import not_collected
from ..snapshot import Snapshot
from ..tables import Tables
from .asking import ask, ask_people
from .comparison import Comparison, compare
from .proof import prove
from .results import Assessment, CheckResult, Finding, ObjectName, Score, Why
from .score import closing, score

__all__ = [
    "Assessment",
    "CheckResult",
    "Comparison",
    "Finding",
    "ObjectName",
    "Score",
    "Why",
    "assess",
    "closing",
    "compare",
]


def assess(
    snapshot: Snapshot,
    said: Said | None = None,
    sections: Sequence[Section] = CHECKLIST,
    *,
    tables: Tables | None = None,
    before: Assessment | None = None,
) -> Assessment:
    """Ask every check of the sections over the snapshot; `said` holds answers, exemptions and thresholds.

    tables: those of the snapshot, where they are wanted afterwards.
    before: what was said of the snapshot that `tables` is like; checks whose tables are the same are not asked again.
    """
    said, tables = said or Said(), tables or Tables(snapshot)
    today, known = snapshot.identity.captured_at.date(), {item.check: item for item in before.results} if before else {}
    results: list[CheckResult] = []
    with not_collected():
        for section in sections:
            for check in section.checks:
                same = check.name in known and all(map(tables.same, check.tables))
                results.append(known[check.name] if same else ask(check, section.name, tables, said))
            results += [ask_people(question, section.name, said, today) for question in section.questions]
    used = {item.exemption for result in results for item in result.findings if item.exemption}
    expired = tuple(item for item in said.exemptions if item.expired(today))
    idle = tuple(item for item in said.exemptions if item not in used and item not in expired)
    return Assessment(
        snapshot.identity, snapshot.coverage, tuple(results), score(results), said, tuple(sections), idle, expired
    )


def proven(assessment: Assessment, snapshot: Snapshot, tables: Tables | None = None) -> Assessment:
    """The assessment with remedies proven: each was applied to the snapshot in memory and the checks asked again."""

    def again(tables: Tables, before: Assessment | None) -> Assessment:
        return assess(tables.snapshot, assessment.said, assessment.sections, tables=tables, before=before)

    return prove(assessment, tables or Tables(snapshot), again)
