"""What changed since an earlier assessment, as plain values for the page."""

from typing import Any

from ..assessment import Comparison
from ..assessment.results import Assessment, Finding
from ..checks import Status
from ..sentences import message
from ..theme import GLYPHS
from ..words import interface_words

SHOWN = 20  # findings named of each kind of change; the JSON has all


def since(compared: Comparison, later: Assessment, language: str) -> dict[str, Any]:
    """When the earlier one was, and each kind of change: word, status that colours it, count, first findings."""
    words = interface_words(language)
    changes = (
        ("new", Status.FAIL, compared.new),
        ("fixed", Status.PASS, compared.fixed),
        ("no_longer_known", Status.UNKNOWN, compared.no_longer_known),
        ("still_open", Status.FAIL, compared.still_open),
    )
    return {
        "at": compared.since,
        "changes": [
            {
                "word": words[f"since_{name}"],
                "status": status,
                "glyph": GLYPHS[status],
                "count": len(findings),
                # what is still open stands in the sections below
                "findings": [_line(item, later, language) for item in findings[:SHOWN] if name != "still_open"],
                "hidden": max(0, len(findings) - SHOWN),
            }
            for name, status, findings in changes
        ],
    }


def _line(finding: Finding, later: Assessment, language: str) -> dict[str, Any]:
    told = message(finding, later.result(finding.check).section, language)
    return {"check": finding.check, "severity": finding.severity, "message": told}
