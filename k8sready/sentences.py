"""Findings and results as sentences: where the words meet the results."""

import re
from collections.abc import Sequence

from .answers import Exemption
from .assessment.results import Assessment, CheckResult, Finding, ObjectName, Why
from .legible import legible
from .snapshot import Coverage
from .words import interface_words, section_words

_NAMED = 5  # names that a line of gaps holds; how many more there are is said
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def shown(named: ObjectName) -> str:
    """An object as people write it: Deployment shop/cart · api; the last part is the container."""
    place = f"{named.namespace}/{named.name}" if named.namespace and named.kind != "Namespace" else named.name
    container = f" · {named.container}" if named.container else ""
    return legible(f"{named.kind} {place}{container}".strip())


def selected(exemption: Exemption, language: str = "en") -> str:
    """The objects that an exemption selects, as `shown` writes them; patterns stay patterns."""
    patterns = (exemption.kind, exemption.namespace, exemption.name, exemption.container)
    if set(patterns) == {"*"}:
        return interface_words(language)["every_object"]
    kind, namespace, name, container = ("" if pattern == "*" else pattern for pattern in patterns)
    return shown(ObjectName(kind, namespace, name or "*", container))


def granted(exemption: Exemption, language: str = "en") -> str:
    """Why an exemption was granted, whose it is and how long it lasts: Vendor's chart (team-erp, until 2027-03-31)."""
    until = f", {interface_words(language)['until'].lower()} {exemption.until}" if exemption.until else ""
    return legible(f"{exemption.reason} ({exemption.owner}{until})")


def message(finding: Finding, section: str, language: str = "en") -> str:
    """The finding's sentence, one line of legible plain text; of a question for people its title and the note.

    Digests are brief; the evidence has them whole.
    """
    return brief(_sentence(finding, section, language))


def brief(text: object) -> str:
    """Legible text in which a digest is cut to the twelve digits that people compare."""
    return _DIGEST.sub(r"\1…", legible(text))


def _sentence(finding: Finding, section: str, language: str) -> str:
    entry = section_words(section, language)[finding.check]
    named = finding.object
    if "finding" not in entry.parts:
        note = " ".join(str(finding.evidence.get("note") or "").split())
        return f"{entry.title} {interface_words(language)['answered_no']}{': ' + note if note else '.'}"
    if finding.passed is None:
        return f"{entry.title}: {interface_words(language)['rows_undecided']}"
    row = {**finding.evidence, "kind": named.kind, "namespace": named.namespace, "name": named.name}
    told = entry.finding({**row, "container": named.container, "item": finding.item})
    return told if named.container else told.replace(", container –:", ":")


def why(result: CheckResult, language: str = "en") -> str:
    """Why a result is neither pass nor fail, with what the server said; empty otherwise."""
    if result.why is Why.NONE:
        return ""
    told = interface_words(language)[f"why_{result.why.value}"]
    return f"{told} ({result.detail})" if result.detail else told


def points(assessment: Assessment, language: str = "en") -> str:
    """Which points of the checklist were assessed at all: the score speaks of no others."""
    numbers = ", ".join(str(section.point) for section in assessment.sections)
    return f"{interface_words(language)['score_points']} {numbers}."


def thresholds(result: CheckResult) -> str:
    """The limits that a check went by: "compressed low mb 400, seconds at most 30"; empty where it has none."""
    limits = (result.thresholds or {}).items()
    return ", ".join(
        f"{name.replace('_', ' ')} {f'{value:.15g}' if isinstance(value, float) else value}" for name, value in limits
    )


def gap(covered: Coverage, language: str = "en") -> str:
    """What of a kind was not read or not asked for, and why; empty where it was read everywhere and to the end."""
    words = interface_words(language)
    told = [covered.reason, _listed(words["gap_missing"], covered.missing)]
    told += [
        _listed(words["gap_scope"], covered.namespaces or ()),
        words["gap_changed"] if covered.inconsistent else "",
    ]
    unfit = [item for item in covered.broken if item not in covered.reason]
    return legible("; ".join(filter(None, [*told, _listed("", unfit)])))


def _listed(before: str, names: Sequence[str]) -> str:
    more = f" + {len(names) - _NAMED}" if names[_NAMED:] else ""
    return f"{before} {', '.join(names[:_NAMED])}{more}".strip() if names else ""


def section_of(assessment: Assessment) -> dict[str, str]:
    """Which section each check belongs to."""
    return {result.check: result.section for result in assessment.results}
