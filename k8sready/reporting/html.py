"""The self-contained page: our own template, everything inside, nothing requested."""

import logging
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from ..assessment import Comparison
from ..assessment.results import Assessment
from ..tables import Tables
from ..theme import CHART_CONFIG, CHART_TEXT, DARK, FONT, GLYPHS, LIGHT
from . import drawing, files
from .since import since
from .view import View

_HERE = Path(__file__).parent
_LOG = logging.getLogger(__name__)


def write_html(
    assessment: Assessment,
    path: Path,
    *,
    tables: Tables | None = None,
    compared: Comparison | None = None,
    language: str = "en",
) -> Path:
    """Write the page and return its path. Charts are drawn where `tables` are given.

    compared: what changed since an earlier assessment; the page then says so.
    """
    return files.write(path, render(assessment, tables, compared, language).encode())


def render(
    assessment: Assessment,
    tables: Tables | None = None,
    compared: Comparison | None = None,
    language: str = "en",
) -> str:
    """The page as text; equal assessments give equal text."""
    view = View(assessment, language)
    page = view.page()
    figures = _figures(page["sections"], tables)
    data = {
        "findings": page["findings"],
        "remedies": page["remedies"],
        "charts": figures,
        "config": CHART_CONFIG,
        "words": {key: view.words[key] for key in _SCRIPT_WORDS},
        "severities": [view.words[f"severity_{severity.value}"] for severity, _, _ in page["counts"]["severities"]],
        "glyphs": [glyph for _, glyph, _ in page["counts"]["severities"]],
    }
    template = _environment().get_template("page.html.j2")
    return template.render(
        **page,
        figures=figures,
        glyphs=GLYPHS,
        since=since(compared, assessment, language) if compared else None,
        style=Markup(_style()),  # noqa: S704  our own files
        script=Markup((_HERE / "page.js").read_text(encoding="utf-8")),  # noqa: S704  likewise
        data=Markup(drawing.safe_json(data)),  # noqa: S704  escaped by safe_json
        library=Markup(drawing.library()) if figures else "",  # noqa: S704  base64
    )


_SCRIPT_WORDS = ("rows", "copy", "copied", "remedy", "proven", "not_proven", "printed")


def _figures(sections: list[dict[str, Any]], tables: Tables | None) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for section in sections:
        for chart, entry in section["charts"] if tables else ():
            try:
                figure = drawing.drawn(chart, tables, entry.labels()) if tables else None
            except Exception as error:  # one broken chart never stops the page (promise 10)
                _LOG.warning("chart %s raised %s", chart.name, type(error).__name__, exc_info=True)
                figure = None
            if figure is not None:
                figures[chart.name] = figure
    return figures


def _style() -> str:
    dark = f"{{color-scheme:dark;{DARK.css()}}}"
    schemes = (
        f":root{{color-scheme:light;--font:{FONT};{LIGHT.css()}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-scheme=light]){dark}}}"
        f":root[data-scheme=dark]{dark}"
        "@media print{:root,:root[data-scheme=dark],:root:not([data-scheme=light])"
        f"{{color-scheme:light;{LIGHT.css()}}}}}"
    )
    ink = ",".join(f".chart {part}" for part in CHART_TEXT.split(","))
    schemes += f"@media print{{{ink}{{fill:{LIGHT.text}!important;text-shadow:none!important}}}}"
    return schemes + (_HERE / "page.css").read_text(encoding="utf-8")


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=select_autoescape(default=True, default_for_string=True, enabled_extensions=("html", "j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
