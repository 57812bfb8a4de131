"""Findings as CSV that a spreadsheet can open without running anything in it."""

import csv
import io
import re
import unicodedata
from pathlib import Path

from ..assessment.results import Assessment
from ..legible import legible
from ..remedies import as_yaml
from ..sentences import message, section_of
from . import files

_COLUMNS = (
    "severity",
    "section",
    "check",
    "kind",
    "namespace",
    "name",
    "container",
    "item",
    "message",
    "remedy",
    "proven",
)
_FORMULA = frozenset("=+-@\u2212")  # and what looks like one of them: full-width, small, raised
_SPLITS = re.compile(r"(?<=[;\t])")  # where spreadsheets of some countries begin a new cell, quoted or not


def write_csv(assessment: Assessment, path: Path) -> Path:
    """Write the open findings, most severe first, as UTF-8 with a byte-order mark (which spreadsheets look for)."""
    sections = section_of(assessment)
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(_COLUMNS)
    for item in assessment.findings:
        named, section = item.object, sections[item.check]
        where = map(legible, (named.kind, named.namespace, named.name, named.container, item.item))
        told = (message(item, section), as_yaml(item.remedy) if item.remedy else "", "yes" if item.proven else "")
        writer.writerow([safe(cell) for cell in (item.severity.value, section, item.check, *where, *told)])
    return files.write(path, sink.getvalue().encode("utf-8-sig"))


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, nor a part of it: an apostrophe before what could start one."""
    return "".join(f"'{part}" if _starts_formula(part) else part for part in _SPLITS.split(cell))


def _starts_formula(text: str) -> bool:
    first = next((letter for letter in text if letter.isprintable() and not letter.isspace()), "")
    return unicodedata.normalize("NFKC", first) in _FORMULA
