"""One assessment in a folder: the snapshot, the answers, the exemptions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from pandas import DataFrame

import k8sready

from .. import bundle
from ..assessment import Assessment
from ..errors import K8sReadyError
from ..legible import legible
from ..progress import Progress
from ..reporting import write_csv, write_html, write_json
from ..tables import Tables
from ..widgets import source, summary
from ..widgets.style import page
from ..widgets.table import told_bytes
from ..words import interface_words
from .folder import Folder
from .page import Page


class Desk:
    """What a notebook works on; the first time it is the demo cluster."""

    def __init__(self, folder: str | Path = "assessment") -> None:
        self.folder = Folder(Path(folder))
        self._shown: list[tuple[Any, Callable[[Assessment], str]]] = []
        self._pages: list[Page] = []
        snapshot, cluster = self.folder.load()
        tables = Tables(snapshot)
        self._put(tables, cluster, k8sready.assess(snapshot, self.folder.said(cluster), tables=tables))

    def _put(self, tables: Tables, cluster: str, assessment: Assessment) -> None:
        self.snapshot, self.tables, self.cluster = tables.snapshot, tables, cluster
        self._show(assessment)

    def assess(self) -> Assessment:
        """Ask the checklist again, with the answers and exemptions that are on disk; what is shown follows."""
        said = self.folder.said(self.cluster)
        if said != self.assessment.said:
            self._show(k8sready.assess(self.snapshot, said, tables=self.tables))
        return self.assessment

    def _show(self, assessment: Assessment) -> None:
        self.assessment = assessment
        for widget, words in self._shown:
            widget.value = page(words(assessment))
        for shown in self._pages:
            shown.refresh()

    def shown(self, words: Callable[[Assessment], str]) -> Any:
        """A widget of HTML that follows the assessment."""
        import ipywidgets

        widget = ipywidgets.HTML(page(words(self.assessment)))
        self._shown.append((widget, words))
        return widget

    def _repr_html_(self) -> str:
        return page(f"<b>{escape(self._told())}</b>")

    def _told(self) -> str:
        identity = self.snapshot.identity
        parts = (identity.name or identity.server, identity.version, f"{identity.captured_at:%Y-%m-%d %H:%M} UTC")
        return legible(" · ".join(part for part in parts if part))

    def table(self, name: str) -> DataFrame:
        """A table by name (docs/tables.md)."""
        return self.tables[name]

    def source(self) -> Any:
        """The widget that chooses where the cluster comes from."""
        from ..sources.cluster import contexts

        return source.Source(self._told(), contexts, self.switch).widget

    def switch(self, chosen: str, secrets: bool, progress: Progress, cancel: threading.Event) -> str:
        """Put another cluster on the desk: "demo:", "context:NAME", a file or a folder; returns a line for people.

        Raises:
            K8sReadyError: it cannot be read, or reading was stopped; the cluster before stays.
        """
        words, before, place = interface_words(), self.cluster, ""
        if chosen.startswith("context:"):
            name = chosen.removeprefix("context:") or None
            snapshot = k8sready.collect(context=name, secrets=secrets, progress=progress, cancel=cancel)
        else:
            path = bundle.demo() if chosen == "demo:" else Path(chosen).expanduser()
            snapshot, place = k8sready.open(path), str(path.resolve())
        if cancel.is_set():
            raise K8sReadyError(words["source_stopped"])
        cluster = self.folder.named(snapshot.identity, place)
        tables = Tables(snapshot)
        assessment = k8sready.assess(snapshot, self.folder.said(cluster), tables=tables)
        aside = self.folder.put(snapshot, cluster, before)
        self._put(tables, cluster, assessment)
        kept = f" {words['source_aside']} {aside}." if aside else ""
        return f"{words['source_done']}: {self._told()}.{kept} {words['source_rerun']}"

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
        opened = Page(self, name)
        self._pages.append(opened)
        return opened

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
