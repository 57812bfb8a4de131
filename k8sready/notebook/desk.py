"""The desk: what shows the case, cell by cell; a page per section; the files that are handed on."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from pandas import DataFrame

from ..reporting import write_csv, write_html, write_json
from ..widgets import source, summary
from ..widgets.style import page
from ..widgets.table import told_bytes
from .case import Case
from .page import Page


class Desk(Case):
    """What a notebook works on: a case, and the widgets, pages and files that show it."""

    def table(self, name: str) -> DataFrame:
        """A table by name (docs/tables.md)."""
        return self.tables[name]

    def source(self) -> Any:
        """The widget that chooses where the cluster comes from."""
        from ..sources.cluster import contexts

        return source.Source(self.told(), contexts, self.switch).widget

    def identity(self) -> Any:
        """Which cluster, when."""
        return self.shown(summary.identity)

    def coverage(self) -> Any:
        """What was not read, and why."""
        return self.shown(summary.coverage)

    def summary(self) -> Any:
        """The score and a line per section."""
        return self.shown(summary.summary)

    def section(self, name: str) -> Page:
        """The page of a section."""
        return Page(self, name)

    def report(self, path: str | Path = "k8sready-report.html") -> Path:
        """Write the HTML report and return its path."""
        return write_html(self.assess(), Path(path), tables=self.tables)

    def exports(self, folder: str | Path = ".") -> tuple[Path, Path]:
        """Write findings as JSON and CSV and return their paths."""
        target, assessment = Path(folder), self.assess()
        return (
            write_json(assessment, target / "k8sready-report.json"),
            write_csv(assessment, target / "k8sready-findings.csv"),
        )


def desk(folder: str | Path = "assessment") -> Desk:
    """The assessment in a folder; the first time, the demo cluster."""
    return Desk(folder)


def written(*paths: Path) -> Any:
    """Where files were written, as lines one can click on and copy."""
    from IPython import display

    here, lines = Path.cwd(), []
    for path in paths:
        link = path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_uri()
        size = told_bytes(path.stat().st_size)
        lines.append(
            f'<div><a href="{escape(link)}" target="_blank">{escape(path.name)}</a> '
            f'<span class="muted">{size}</span> · <code>{escape(str(path))}</code></div>'
        )
    made: Any = display.HTML
    return made(page("".join(lines)))
