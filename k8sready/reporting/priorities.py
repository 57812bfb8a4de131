"""What to do first: failing checks by the severity of their findings, each with where it fails."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..assessment.results import Assessment, Finding
from ..checks import Severity
from ..legible import legible
from ..sentences import message
from ..words import section_words

_NAMED = 4  # namespaces that a line names


@dataclass(frozen=True, slots=True)
class Priority:
    """Findings of one check and one severity."""

    check: str
    title: str
    severity: Severity
    findings: int
    namespaces: tuple[str, ...]  # the first few
    more: int  # namespaces beyond those
    example: str
    proven: int  # findings with a remedy that is proven


def priorities(assessment: Assessment, language: str = "en") -> list[Priority]:
    """Failing checks, the most severe first, then those with most findings. A check may stand at two severities."""
    groups: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in assessment.findings:
        groups.setdefault((finding.check, finding.severity), []).append(finding)
    section = {result.check: result.section for result in assessment.results}
    ordered = sorted(groups.items(), key=lambda item: (item[0][1].rank, -len(item[1]), item[0][0]))
    return [_priority(check, severity, found, section[check], language) for (check, severity), found in ordered]


def _priority(check: str, severity: Severity, found: Sequence[Finding], section: str, language: str) -> Priority:
    spaces = sorted({item.object.namespace for item in found} - {""})
    return Priority(
        check,
        section_words(section, language)[check].title,
        severity,
        len(found),
        tuple(legible(space) for space in spaces[:_NAMED]),
        max(0, len(spaces) - _NAMED),
        message(found[0], section, language),
        sum(1 for item in found if item.proven),
    )
