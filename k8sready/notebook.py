"""What a notebook imports: a desk with a cluster on it, and a page per section. State is on disk, in `assessment/`."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pandas import DataFrame

import k8sready

from . import answers, bundle
from .answers import Answer, Exemption
from .assessment import Assessment
from .checklist import CHECKLIST
from .progress import Progress
from .reporting import write_csv, write_html, write_json
from .snapshot import Snapshot, save
from .tables import Tables
from .widgets import cards, chart, exemptions, questions, source, summary
from .words import interface_words, section_words, to_html

SNAPSHOT = "snapshot.k8sready"


class Desk:
    """One assessment in a folder: the snapshot, the answers, the exemptions. The first time it is the demo cluster."""

    def __init__(self, folder: str | Path = "assessment") -> None:
        self.folder = Path(folder)
        saved = self.folder / SNAPSHOT
        self._put(k8sready.open(saved if saved.exists() else bundle.demo()))

    def _put(self, snapshot: Snapshot) -> None:
        self.snapshot, self.tables = snapshot, Tables(snapshot)
        self.assess()

    def assess(self) -> Assessment:
        """Ask the checklist again, with the answers and exemptions that are on disk."""
        self.assessment = k8sready.assess(self.snapshot, answers.read(self.folder))
        return self.assessment

    def table(self, name: str) -> DataFrame:
        """A table by name (docs/tables.md)."""
        return self.tables[name]

    def source(self) -> Any:
        """The widget that chooses where the cluster comes from."""
        from .sources.cluster import contexts

        return source.source(self._told(), contexts()[0], self._switch)

    def _told(self) -> str:
        identity = self.snapshot.identity
        return f"{identity.name or identity.server} · {identity.version} · {identity.captured_at:%Y-%m-%d %H:%M} UTC"

    def _switch(self, chosen: str, secrets: bool, progress: Progress, cancel: threading.Event) -> str:
        if chosen.startswith("context:"):
            name = chosen.removeprefix("context:") or None
            snapshot = k8sready.collect(context=name, secrets=secrets, progress=progress, cancel=cancel)
        else:
            snapshot = k8sready.open(bundle.demo() if chosen == "demo:" else chosen)
        self.folder.mkdir(parents=True, exist_ok=True)
        save(snapshot, self.folder / SNAPSHOT)
        self._put(snapshot)
        words = interface_words()
        return f"{words['source_done']}: {self._told()}. {words['source_rerun']}"

    def identity(self) -> Any:
        """Which cluster, when."""
        return summary.identity(self.assessment)

    def coverage(self) -> Any:
        """What was not read, and why."""
        return summary.coverage(self.assessment)

    def summary(self) -> Any:
        """The score and a line per section."""
        return summary.summary(self.assessment)

    def section(self, name: str) -> Page:
        """The page of a section."""
        return Page(self, name)

    def report(self, path: str | Path = "k8sready-report.html") -> Path:
        """Write the HTML report and return its path."""
        return write_html(self.assessment, Path(path), tables=self.tables)

    def exports(self, folder: str | Path = ".") -> tuple[Path, Path]:
        """Write findings as JSON and CSV and return their paths."""
        target = Path(folder)
        return (
            write_json(self.assessment, target / "k8sready-report.json"),
            write_csv(self.assessment, target / "k8sready-findings.csv"),
        )


class Page:
    """One section on the desk: its words, tables, picture, checks, questions."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk, self._words = desk, section_words(name)
        self._section = next(section for section in CHECKLIST if section.name == name)
        self._cards: list[cards.Cards] = []
        self._scores: list[Any] = []

    def _prose(self, name: str) -> Any:
        return _html(to_html(self._words[name].body))

    def protects(self) -> Any:
        """What the section protects."""
        return self._prose("protects")

    def asks(self) -> Any:
        """What the checklist asks, and how the checks cover it."""
        return self._prose("asks")

    def next(self) -> Any:
        """What to do next."""
        return self._prose("next")

    def chart(self, name: str) -> Any:
        """One picture of the section."""
        drawn = next(item for item in self._section.charts if item.name == name)
        entry = self._words[f"chart_{name}"]
        figure = drawn.function(*(self._desk.tables[table] for table in drawn.tables), entry.labels())
        return chart.Picture(figure, entry.body) if figure is not None else _html(interface_words()["no_chart"])

    def checks(self) -> Any:
        """The checks as cards, with filters."""
        shown = cards.Cards(self._desk.assessment, self._section.name)
        self._cards.append(shown)
        return shown.widget

    def score(self) -> Any:
        """The score; it moves when a question is answered or a finding exempted."""
        import ipywidgets

        from .widgets.style import page

        shown = ipywidgets.HTML(page(summary.score_html(self._desk.assessment)))
        self._scores.append(shown)
        return shown

    def questions(self) -> Any:
        """The questions for people, as forms."""
        return questions.questions(self._desk.assessment, self._section.name, self._answer)

    def exemptions(self) -> Any:
        """A form to exempt a finding."""
        return exemptions.exemptions(self._desk.assessment, self._section.name, self._exempt)

    def _answer(self, answer: Answer | None, question: str) -> str:
        folder = self._desk.folder
        said = answers.read(folder)
        today = datetime.now(timezone.utc).date()
        said = said.with_answer(replace(answer, on=today)) if answer else said.without_answer(question)
        answers.write(folder, said)
        self._refresh()
        return f"{interface_words()['saved_in']} {folder / answers.ANSWERS_FILE}"

    def _exempt(self, exemption: Exemption) -> str:
        answers.write(self._desk.folder, answers.read(self._desk.folder).with_exemption(exemption))
        self._refresh()
        return interface_words()["exempt_done"]

    def _refresh(self) -> None:
        from .widgets.style import page

        assessment = self._desk.assess()
        for shown in self._cards:
            shown.refresh(assessment)
        for shown in self._scores:
            shown.value = page(summary.score_html(assessment))


def _html(text: str) -> Any:
    from IPython import display

    shown: Any = display.HTML
    return shown(text)


def desk(folder: str | Path = "assessment") -> Desk:
    """The assessment in a folder; the first time, the demo cluster."""
    return Desk(folder)
