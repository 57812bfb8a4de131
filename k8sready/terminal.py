"""An assessment as lines for a terminal; strings from the cluster cannot move the cursor."""

from collections import defaultdict
from collections.abc import Mapping

from .answers import Exemption
from .assessment import Assessment, Comparison, closing
from .assessment.results import CheckResult, Finding, Why
from .checks import Status
from .legible import legible
from .sentences import gap, message, points, selected, why
from .snapshot import Coverage, Reading
from .words import section_words

_MARKS = {Status.PASS: "✓ pass", Status.FAIL: "✗ FAIL", Status.UNKNOWN: "? unknown", Status.SKIP: "– skip"}
_TOP, _NAMES = 10, 5
_FINE = (Reading.COMPLETE, Reading.ABSENT)
__all__ = ["comparison", "finding_line", "summary", "unread"]


def summary(assessment: Assessment) -> str:
    """Cluster, a line per check, the most severe findings, the score and what would close it."""
    identity = assessment.identity
    named = (identity.name or identity.context or identity.server, identity.version, identity.uid)
    head = [
        f"Cluster   {'  '.join(legible(part) for part in named if part)}",
        f"Captured  {identity.captured_at:%Y-%m-%d %H:%M} UTC ({identity.origin.value})",
    ]
    body = [*_sections(assessment), *_top(assessment), *_not_read(assessment)]
    body += [*_exemptions(assessment), *_answers(assessment)]
    return "\n".join([*head, *body, "", *_score(assessment)])


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
    told = legible(why(result))
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
    return f"{finding.severity.value:<9} {legible(message(finding, assessment.result(finding.check).section))}"


def _not_read(assessment: Assessment) -> list[str]:
    lines = [
        f"    {_names(keys)}{' (in part)' if reading is Reading.PARTIAL else ''}: {legible(reason or reading.value)}"
        for (reading, reason), keys in _by_reason(assessment.coverage).items()
    ]
    return ["", "Not read", *lines] if lines else []


def _by_reason(coverage: Mapping[str, Coverage]) -> dict[tuple[Reading, str], list[str]]:
    grouped: dict[tuple[Reading, str], list[str]] = defaultdict(list)
    for key, covered in sorted(coverage.items()):
        if not covered.whole:
            grouped[covered.reading, gap(covered)].append(key)
    return grouped


def _names(keys: list[str]) -> str:
    more = f" and {len(keys) - _NAMES} more" if len(keys) > _NAMES + 1 else ""
    return ", ".join(legible(key) for key in (keys[:_NAMES] if more else keys)) + more


def unread(coverage: Mapping[str, Coverage]) -> list[str]:
    """A sentence per reason why kinds could not be read whole; kinds nobody asked for are left out."""
    lines = []
    for (reading, reason), keys in _by_reason(coverage).items():
        if reading is not Reading.NOT_REQUESTED:
            what = f"Cannot list {_names(keys)}"
            told = f"Read {_names(keys)} only in part" if reading in (Reading.PARTIAL, *_FINE) else what
            hint = " To include them apply the ClusterRole printed by: k8sready role" if "(403)" in reason else ""
            lines.append(f"{told}: {legible(reason)}. Checks that need them will be UNKNOWN.{hint}")
    return lines


def _exemptions(assessment: Assessment) -> list[str]:
    """Entries of the exemption file that do nothing: a typing error or a healed object, or their end has come."""
    idle = [f"    matches no finding: {_exemption(item)}" for item in assessment.idle_exemptions]
    expired = [f"    ended on {item.until}: {_exemption(item)}" for item in assessment.expired_exemptions]
    return ["", "Exemptions without effect", *idle, *expired] if idle or expired else []


def _answers(assessment: Assessment) -> list[str]:
    """Answers and thresholds that belong to nothing: typing errors, most likely."""
    questions = {question.name for section in assessment.sections for question in section.questions}
    thresholds = {
        (check.name, name) for section in assessment.sections for check in section.checks for name in check.thresholds
    }
    said = assessment.said
    lost = [f"question {item.question}" for item in said.answers if item.question not in questions]
    lost += [f"threshold {check}: {name}" for check, name, _ in said.profile if (check, name) not in thresholds]
    return ["", "Answers without effect", *(legible(f"    there is no {what}") for what in lost)] if lost else []


def _exemption(item: Exemption) -> str:
    return legible(f"{item.check} for {selected(item)} ({item.owner})")


def _score(assessment: Assessment) -> list[str]:
    lines = ["Score     between {} and {} of 100".format(*assessment.score.ends), f"          {points(assessment)}"]
    open_ends = closing(assessment.results)[:3]
    if open_ends:
        names = ", ".join(f"{result.check} ({width:.0f})" for result, width in open_ends)
        lines.append(f"          would close it most: {names}")
    return lines


def comparison(compared: Comparison, later: Assessment) -> str:
    """What changed since the earlier snapshot, counted; the most severe of what is new, fixed and lost from sight."""
    changed = {"new": compared.new, "fixed": compared.fixed, "no longer known": compared.no_longer_known}
    counts = [f"{len(compared.new)} new", f"{len(compared.fixed)} fixed", f"{len(compared.still_open)} still open"]
    lines = [f"Since then: {', '.join(counts)}, {len(compared.no_longer_known)} no longer known"]
    for word, findings in changed.items():
        more = [f"... and {len(findings) - _TOP} more"] if findings[_TOP:] else []
        told = [finding_line(finding, later) for finding in findings[:_TOP]]
        lines += [f"    {word:<15}  {line}" for line in [*told, *more]]
    return "\n".join(lines)
