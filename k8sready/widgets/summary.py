"""The score, and a line per section."""

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from ..assessment import Assessment, closing
from ..checks import Section, Status
from ..sentences import why
from ..theme import GLYPHS
from ..words import interface_words, section_words
from .style import page


def score_html(assessment: Assessment) -> str:
    """The score as an interval, and what would close it."""
    words, score = interface_words(), assessment.score
    hatch = "repeating-linear-gradient(135deg,var(--accent) 0 3px,transparent 3px 8px)"
    bar = (
        f'<div class="bar"><span style="left:0;width:{score.worst:.2f}%;background:var(--accent)"></span>'
        f'<span style="left:{score.worst:.2f}%;width:{score.best - score.worst:.2f}%;background:{hatch}"></span></div>'
    )
    figure = f'<span class="big">{score.worst:.0f} – {score.best:.0f}</span> {escape(words["score_of"])}'
    return f'<div>{figure}</div>{bar}<div class="muted">{escape(words["score_means"])}</div>'


def summary(assessment: Assessment) -> Any:
    """The score, a line per section, and what would close the interval."""
    words = interface_words()
    body = score_html(assessment) + _sections(assessment, assessment.sections)
    open_ends = "".join(
        f"<li>{escape(section_words(result.section)[result.check].title)} "
        f'<span class="muted">{width:.1f} {escape(words["points"])} · {escape(why(result))}</span></li>'
        for result, width in closing(assessment.results)[:5]
    )
    return widgets.HTML(page(body + f"<b>{escape(words['score_closing'])}</b><ul>{open_ends}</ul>"))


def _sections(assessment: Assessment, sections: Sequence[Section]) -> str:
    words = interface_words()
    head = "".join(f"<th>{GLYPHS[status]} {escape(words[f'status_{status.value}'])}</th>" for status in Status)
    rows = []
    for section in sections:
        counts = Counter(result.status for result in assessment.of(section.name) if not result.manual)
        cells = "".join(f"<td>{counts[status] or ''}</td>" for status in Status)
        asked = [result for result in assessment.of(section.name) if result.manual]
        answered = sum(1 for result in asked if assessment.said.answer(result.check))
        told = f"{answered} {words['of']} {len(asked)} {words['answered']}"
        rows.append(
            f"<tr><td>{section.point}. {escape(section_words(section.name).title)}</td>{cells}<td>{told}</td></tr>"
        )
    return f"<table><thead><tr><th></th>{head}<th>{escape(words['questions'])}</th></tr></thead>{''.join(rows)}</table>"


def identity(assessment: Assessment) -> Any:
    """Which cluster, when, and what could not be read of it."""
    told, words = assessment.identity, interface_words()
    captured = f"{told.captured_at:%Y-%m-%d %H:%M UTC}"
    lines = [
        (words["cluster"], f"{told.name} {told.uid}"),
        (words["source"], told.server or told.origin.value),
        (words["version"], told.version),
        (words["captured"], f"{captured} {words['by']} {told.user}" if told.user else captured),
    ]
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value or '–')}</td></tr>" for name, value in lines)
    return widgets.HTML(page(f"<table>{rows}</table>"))


def coverage(assessment: Assessment) -> Any:
    """What was not read completely, and why."""
    words = interface_words()
    gaps = [item for item in assessment.coverage.values() if item.reading.value not in ("complete", "absent")]
    if not gaps:
        return widgets.HTML(page(escape(words["coverage_complete"])))
    rows = "".join(
        f"<tr><td>{escape(item.key)}</td><td>{GLYPHS[Status.UNKNOWN]} {escape(item.reading.value)}</td>"
        f"<td>{escape(item.reason)}</td></tr>"
        for item in sorted(gaps, key=lambda item: item.key)
    )
    return widgets.HTML(page(f"<table>{rows}</table>"))
