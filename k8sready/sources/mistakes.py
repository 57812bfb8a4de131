"""What is wrong with a document, in words, without its values."""

import json
import re
from typing import Any

DEEP = "nested too deeply"
_TEMPLATE = re.compile(r"^[ \t]*(?:- +)*(?:[\w./-]+:[ \t]+)?\{\{", re.MULTILINE)  # in quotes it would be valid


def not_json(error: Exception) -> str:
    """Why text is not JSON, with the line."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}: not valid JSON ({error.msg})"
    return f"not valid JSON ({DEEP if isinstance(error, RecursionError) else 'a number that is none'})"


def not_yaml(error: Exception, lines: int, document: str) -> str:
    """Why a document is not YAML; its stream begins after `lines` lines of the file."""
    mark = getattr(error, "problem_mark", None)
    line = f"line {lines + mark.line + 1}: " if mark else ""
    if _TEMPLATE.search(document):
        told = "a template ({{ }}), not a manifest; render it first, as with: helm template NAME FOLDER > all.yaml"
        return line + told
    why = getattr(error, "problem", None) or getattr(error, "reason", None)  # the latter of characters
    return f"{line}not valid YAML ({why or (DEEP if isinstance(error, RecursionError) else type(error).__name__)})"


def twice(key: Any, lines: int) -> str:
    """That a key stands twice in its map, if one does."""
    if key is None:
        return ""
    return f"line {lines + key.start_mark.line + 1}: {key.value!r:.60} stands there twice; the last one was taken"
