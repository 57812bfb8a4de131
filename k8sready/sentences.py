"""Findings and results as sentences: where the words meet the results."""

from .assessment.results import Assessment, CheckResult, Finding, Why
from .words import interface_words, section_words


def message(finding: Finding, section: str, language: str = "en") -> str:
    """The finding's sentence, plain text; of a question for people its title and the note."""
    entry = section_words(section, language)[finding.check]
    named = finding.object
    if "finding" not in entry.parts:
        note = str(finding.evidence.get("note") or "")
        return f"{entry.title} {interface_words(language)['answered_no']}{': ' + note if note else ''}"
    row = {**finding.evidence, "kind": named.kind, "namespace": named.namespace, "name": named.name}
    return entry.finding({**row, "container": named.container, "item": finding.item})


def why(result: CheckResult, language: str = "en") -> str:
    """Why a result is neither pass nor fail, with what the server said; empty otherwise."""
    if result.why is Why.NONE:
        return ""
    told = interface_words(language)[f"why_{result.why.value}"]
    return f"{told} ({result.detail})" if result.detail else told


def section_of(assessment: Assessment) -> dict[str, str]:
    """Which section each check belongs to."""
    return {result.check: result.section for result in assessment.results}
