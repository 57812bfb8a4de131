"""One section of the case: its words, tables, picture, checks, questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from .. import answers
from ..answers import Answer, Exemption, Said
from ..checklist import CHECKLIST
from ..widgets import cards, chart, exemptions, questions, summary
from ..widgets.style import page
from ..words import interface_words, section_words, to_html
from .case import Case


class Page:
    """What a section's notebook shows, cell by cell; cards and forms follow the assessment."""

    def __init__(self, case: Case, name: str) -> None:
        self._case, self._words = case, section_words(name)
        self._section = next(section for section in CHECKLIST if section.name == name)

    def _repr_html_(self) -> str:
        return self._case._repr_html_()

    def _prose(self, name: str) -> Any:
        return _html(f'<div class="prose">{to_html(self._words[name].body)}</div>')

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
        figure = drawn.function(*(self._case.tables[table] for table in drawn.tables), entry.labels())
        if figure is None:
            return _html(interface_words()["no_chart"])
        return chart.Picture(name, figure, entry.title, entry.body)

    def checks(self) -> Any:
        """The checks as cards, with filters."""
        shown = cards.Cards(self._case.assessment, self._section.name)
        self._case.follow(shown.refresh)
        return shown.widget

    def score(self) -> Any:
        """The score; it moves when a question is answered or a finding exempted."""
        return self._case.shown(summary.score_html)

    def questions(self) -> Any:
        """The questions for people, as forms."""
        return questions.questions(self._case.assessment, self._section.name, self._answer)

    def exemptions(self) -> Any:
        """A form to exempt a finding, and the exemptions that stand."""
        shown = exemptions.Exemptions(self._case.assessment, self._section.name, self._exempt, self._withdraw)
        self._case.follow(shown.refresh)
        return shown.widget

    def _answer(self, answer: Answer | None, question: str) -> str:
        today = datetime.now(timezone.utc).date()

        def change(said: Said) -> Said:
            return said.with_answer(replace(answer, on=today)) if answer else said.without_answer(question)

        folder = self._case.folder.change(self._case.cluster, change)
        self._case.assess()
        return f"{interface_words()['saved_in']} {folder / answers.ANSWERS_FILE}"

    def _exempt(self, exemption: Exemption) -> str:
        self._case.folder.change(self._case.cluster, lambda said: said.with_exemption(exemption))
        self._case.assess()
        return interface_words()["exempt_done"]

    def _withdraw(self, exemption: Exemption) -> str:
        def change(said: Said) -> Said:
            return replace(said, exemptions=tuple(item for item in said.exemptions if item != exemption))

        self._case.folder.change(self._case.cluster, change)
        self._case.assess()
        return interface_words()["exempt_withdrawn"]


def _html(text: str) -> Any:
    from IPython import display

    shown: Any = display.HTML
    return shown(page(text))
