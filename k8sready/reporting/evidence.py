"""The evidence that is shown: what a finding's sentence speaks of, what its check worked out, the pods concerned."""

from typing import Any

from ..assessment.results import Finding
from ..legible import legible
from ..tables import TABLES
from ..words import section_words

_ALWAYS = frozenset({"pods", "pod"})
_OF_TABLES = frozenset(column.name for table in TABLES.values() for column in table.columns)


def evidence(finding: Finding, section: str) -> dict[str, Any]:
    """Column → plain value. A row has all columns of the tables that its check read: most do not show the finding."""
    spoken_of = section_words(section)[finding.check].placeholders() | _ALWAYS
    return {name: value for name, value in finding.evidence.items() if name in spoken_of or name not in _OF_TABLES}


def shown_evidence(finding: Finding, section: str) -> list[tuple[str, str]]:
    """Name and text of each piece of evidence that says something, short and legible."""
    told = ((name, value) for name, value in evidence(finding, section).items() if value not in (None, "", [], False))
    return [(name.replace("_", " "), _short(value)) for name, value in told]


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    text = legible(", ".join(map(str, value)) if isinstance(value, list) else value)
    return text if len(text) <= 160 else f"{text[:159]}…"
