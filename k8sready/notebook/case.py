"""The case on the desk: one cluster with its tables, what was said of it, and the assessment; what shows it follows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import k8sready

from .. import bundle
from ..assessment import Assessment
from ..errors import K8sReadyError
from ..legible import legible
from ..progress import Progress
from ..tables import Tables
from ..widgets.style import page
from ..words import interface_words
from .folder import Folder


class Case:
    """The state of a notebook; the first time it is the demo cluster."""

    def __init__(self, folder: str | Path = "assessment") -> None:
        self.folder = Folder(Path(folder))
        self._followers: list[Callable[[Assessment], None]] = []
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
        for show in self._followers:
            show(assessment)

    def follow(self, show: Callable[[Assessment], None]) -> None:
        """Have `show` called with every assessment that takes the place of this one."""
        self._followers.append(show)

    def shown(self, words: Callable[[Assessment], str]) -> Any:
        """A widget of HTML that follows the assessment."""
        import ipywidgets

        widget = ipywidgets.HTML(page(words(self.assessment)))
        self.follow(lambda assessment: setattr(widget, "value", page(words(assessment))))
        return widget

    def _repr_html_(self) -> str:
        return page(f"<b>{escape(self.told())}</b>")

    def told(self) -> str:
        """Which cluster, and when, in a line."""
        identity = self.snapshot.identity
        parts = (identity.name or identity.server, identity.version, f"{identity.captured_at:%Y-%m-%d %H:%M} UTC")
        return legible(" · ".join(part for part in parts if part))

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
        return f"{words['source_done']}: {self.told()}.{kept} {words['source_rerun']}"
