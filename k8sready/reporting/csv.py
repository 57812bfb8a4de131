"""Findings as CSV that a spreadsheet can open without running anything in it."""

import csv
import io
from pathlib import Path

from ..assessment.results import Assessment
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
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(assessment: Assessment, path: Path) -> Path:
    """Write the open findings, most severe first, as UTF-8 with a byte-order mark (which spreadsheets look for)."""
    sections = section_of(assessment)
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(_COLUMNS)
    for item in assessment.findings:
        named, section = item.object, sections[item.check]
        where = (named.kind, named.namespace, named.name, named.container, item.item)
        told = (message(item, section), as_yaml(item.remedy) if item.remedy else "", "yes" if item.proven else "")
        writer.writerow([safe(cell) for cell in (item.severity.value, section, item.check, *where, *told)])
    return files.write(path, sink.getvalue().encode("utf-8-sig"))


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what could start one."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
