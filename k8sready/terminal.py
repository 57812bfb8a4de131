"""An assessment as lines for a terminal; strings from the cluster cannot move the cursor."""

import re

from .assessment import Assessment, Comparison, closing
from .assessment.results import CheckResult, Finding, Why
from .checks import Status
from .sentences import message, why
from .words import section_words

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_MARKS = {Status.PASS: "✓ pass", Status.FAIL: "✗ FAIL", Status.UNKNOWN: "? unknown", Status.SKIP: "– skip"}
_TOP = 10


def plain(text: object) -> str:
    """Text without control, invisible and direction-changing characters."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(text))


def summary(assessment: Assessment) -> str:
    """Cluster, a line per check, the most severe findings, the score and what would close it."""
    identity = assessment.identity
    named = (identity.name or identity.context or identity.server, identity.version, identity.uid)
    head = [
        f"Cluster   {'  '.join(plain(part) for part in named if part)}",
        f"Captured  {identity.captured_at:%Y-%m-%d %H:%M} UTC ({identity.origin.value})",
    ]
    return "\n".join([*head, *_sections(assessment), *_top(assessment), "", *_score(assessment)])


def _sections(assessment: Assessment) -> list[str]:
    lines: list[str] = []
    for section in assessment.sections:
        words = section_words(section.name)
        lines += ["", f"{section.point:>2}. {words.title}"]
        lines += [
            _line(result, words[result.check].title) for result in assessment.of(section.name) if not result.manual
        ]
        manual = [result for result in assessment.of(section.name) if result.manual]
        answered = sum(1 for result in manual if result.why is not Why.NOT_ANSWERED)
        if manual:
            lines.append(f"    {answered} of {len(manual)} questions for people answered")
    return lines


def _line(result: CheckResult, title: str) -> str:
    counts = f"{result.passed} of {result.examined} pass" if result.examined else ""
    told = plain(why(result))
    verdict = f"    {_MARKS[result.status]:<10} {result.severity.value:<9} {title}"
    return f"{verdict}  {'; '.join(filter(None, (counts, told)))}".rstrip()


def _top(assessment: Assessment) -> list[str]:
    findings = assessment.findings
    if not findings:
        return []
    more = f" ({len(findings) - _TOP} more in the report)" if len(findings) > _TOP else ""
    return [
        "",
        f"Most severe findings{more}",
        *(f"    {finding_line(finding, assessment)}" for finding in findings[:_TOP]),
    ]


def finding_line(finding: Finding, assessment: Assessment) -> str:
    """One finding as a sentence with its severity."""
    return f"{finding.severity.value:<9} {plain(message(finding, assessment.result(finding.check).section))}"


def _score(assessment: Assessment) -> list[str]:
    score = assessment.score
    lines = [f"Score     between {score.worst:.0f} and {score.best:.0f} of 100"]
    open_ends = closing(assessment.results)[:3]
    if open_ends:
        names = ", ".join(f"{result.check} ({width:.0f})" for result, width in open_ends)
        lines.append(f"          would close it most: {names}")
    return lines


def comparison(compared: Comparison) -> str:
    """What changed since the earlier snapshot, counted."""
    return (
        f"Since then: {len(compared.new)} new, {len(compared.fixed)} fixed, {len(compared.still_open)} still open, "
        f"{len(compared.no_longer_known)} no longer known"
    )
