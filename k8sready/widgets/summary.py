"""The cluster, its score, a line per section, and what could not be read; HTML that follows the assessment."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from ..assessment import Assessment, closing
from ..checks import Section, Status
from ..legible import legible
from ..sentences import gap, points, why
from ..theme import GLYPHS
from ..words import interface_words, section_words


def score_html(assessment: Assessment) -> str:
    """The score as an interval, and what would close it."""
    words, score = interface_words(), assessment.score
    hatch = "repeating-linear-gradient(135deg,var(--accent) 0 3px,transparent 3px 8px)"
    bar = (
        f'<div class="bar"><span style="left:0;width:{score.worst:.2f}%;background:var(--accent)"></span>'
        f'<span style="left:{score.worst:.2f}%;width:{score.best - score.worst:.2f}%;background:{hatch}"></span></div>'
    )
    figure = f'<span class="big">{score.ends[0]} – {score.ends[1]}</span> {escape(words["score_of"])}'
    means = f"{words['score_means']} {points(assessment)}"
    return f'<div role="status">{figure}</div>{bar}<div class="muted">{escape(means)}</div>'


def summary(assessment: Assessment) -> str:
    """The score, a line per section, and what would close the interval."""
    words = interface_words()
    open_ends = "".join(
        f"<li>{escape(section_words(result.section)[result.check].title)} "
        f'<span class="muted">{width:.1f} {escape(words["points"])} · {escape(legible(why(result)))}</span></li>'
        for result, width in closing(assessment.results)[:5]
    )
    ends = f"<h4>{escape(words['score_closing'])}</h4><ul>{open_ends}</ul>" if open_ends else ""
    return score_html(assessment) + _sections(assessment, assessment.sections) + ends


def _sections(assessment: Assessment, sections: Sequence[Section]) -> str:
    words = interface_words()
    head = "".join(f'<th scope="col">{GLYPHS[item]} {escape(words[f"status_{item.value}"])}</th>' for item in Status)
    rows = []
    for section in sections:
        counts = Counter(result.status for result in assessment.of(section.name) if not result.manual)
        cells = "".join(f'<td class="n">{counts[status] or "–"}</td>' for status in Status)
        asked = [result for result in assessment.of(section.name) if result.manual]
        answered = sum(1 for result in asked if assessment.said.answer(result.check))
        told = f"{answered} {words['of']} {len(asked)} {words['answered']}"
        title = f"{section.point}. {section_words(section.name).title}"
        rows.append(f'<tr><th scope="row">{escape(title)}</th>{cells}<td>{told}</td></tr>')
    titles = (
        f'<th scope="col">{escape(words["column_section"])}</th>{head}<th scope="col">{escape(words["questions"])}</th>'
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{titles}</tr></thead>{"".join(rows)}</table></div>'


def identity(assessment: Assessment) -> str:
    """Which cluster, when, and what could not be read of it."""
    told, words = assessment.identity, interface_words()
    captured = f"{told.captured_at:%Y-%m-%d %H:%M UTC}"
    lines = [
        (words["cluster"], f"{told.name} {told.uid}"),
        (words["source"], told.server or told.origin.value),
        (words["version"], told.version),
        (words["captured"], f"{captured} {words['by']} {told.user}" if told.user else captured),
    ]
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(legible(value.strip() or "–"))}</td></tr>'
        for name, value in lines
    )
    return f"<table>{rows}</table>"


def coverage(assessment: Assessment) -> str:
    """What was not read completely, and why."""
    words = interface_words()
    gaps = [item for item in assessment.coverage.values() if not item.whole]
    if not gaps:
        return escape(words["coverage_complete"])
    mark, told = GLYPHS[Status.UNKNOWN], {item.key: words[f"reading_{item.reading.value}"] for item in gaps}
    rows = "".join(
        f'<tr><th scope="row">{escape(legible(item.key))}</th><td>{mark} {escape(told[item.key])}</td>'
        f"<td>{escape(gap(item))}</td></tr>"
        for item in sorted(gaps, key=lambda item: item.key)
    )
    titles = "".join(
        f'<th scope="col">{escape(words[name])}</th>' for name in ("column_kind", "column_reading", "column_reason")
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{titles}</tr></thead>{rows}</table></div>'
