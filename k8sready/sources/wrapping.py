"""What programs print around documents: kubectl's warnings, errors and logs, Helm's status and notes."""

import re
from collections.abc import Iterator

_SAID = ("Warning: ", "Error from server", ".go:")  # found faster than lines are
_WORDS = re.compile(r"^(?:(Warning: )|Error from server|[WEIF]\d{4} \d\d:\d\d:\d\d)[^\n]*$", re.MULTILINE)
_SOURCE = "\n# Source: "  # Helm's mark above each manifest
_STATUS = re.compile(r"\ANAME: .*?^(?=---\s)", re.MULTILINE | re.DOTALL)
_NOTES = re.compile(r"^NOTES:[ \t\r]*$.*\Z", re.MULTILINE | re.DOTALL)
_LOGS = re.compile(r"^==== START logs (for [^\n]*)$.*?^==== END logs \1$", re.MULTILINE | re.DOTALL)


def unwrapped(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with empty lines in the place of such words, and what of them tells that documents may be missing."""
    if _SOURCE in text:
        text = _STATUS.sub(_emptied, _NOTES.sub("", text))
    if "==== START logs " in text:  # of kubectl cluster-info dump
        text = _LOGS.sub(_emptied, text)
    if not any(said in text for said in _SAID):
        return text, ()
    return _WORDS.sub("", text), tuple(_missing(text))


def _emptied(words: re.Match[str]) -> str:
    return "\n" * words[0].count("\n")


def _missing(text: str) -> Iterator[str]:
    """Where an error stands; warnings (of old versions of an API) take nothing away."""
    error = next((words for words in _WORDS.finditer(text) if not words[1]), None)
    if error:
        line = text.count("\n", 0, error.start()) + 1
        yield f"line {line}: an error of kubectl instead of what it was asked for; dump that again, without 2>&1"
