"""The look of the widgets: the report's colours, following JupyterLab's own light or dark."""

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ..checks import Severity, Status
from ..theme import CHART_TEXT, DARK, FONT, GLYPHS, LIGHT

_BASE = f"color:var(--text);font-family:{FONT};font-size:14px;line-height:1.5"
_NIGHT = '[data-jp-theme-light="false"]'
_DRAWN = ",".join(f"{_NIGHT} .jp-RenderedPlotly {part}" for part in CHART_TEXT.split(","))
_CHARTS = (
    f"{_DRAWN}{{fill:{DARK.text}!important}}.jp-RenderedPlotly .sankey-link{{fill-opacity:.6!important}}"
    f"{_NIGHT} .jp-RenderedPlotly .node-label{{text-shadow:0 0 3px {DARK.paper},0 0 3px {DARK.paper}!important}}"
)
_SCHEMES = f".k8r{{{LIGHT.css()}{_BASE}}}{_NIGHT} .k8r{{{DARK.css()}}}"
CSS = f"<style>{_SCHEMES}{_CHARTS}{(Path(__file__).parent / 'style.css').read_text(encoding='utf-8')}</style>"


def page(body: str) -> str:
    """Escaped HTML in the look of the widgets."""
    return f'{CSS}<div class="k8r">{body}</div>'


def badge(severity: Severity, word: str) -> str:
    """A severity with its glyph and word."""
    return f'<span class="badge {severity.value}">{GLYPHS[severity]} {escape(word)}</span>'


def verdict(status: Status, word: str) -> str:
    """A status with its glyph and word."""
    return f'<span class="s-{status.value}">{GLYPHS[status]} {escape(word)}</span>'


def row(controls: list[Any]) -> Any:
    """Controls side by side, and below one another where the window is narrow."""
    return widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap", align_items="flex-start"))


def labelled(control: Any, width: str) -> Any:
    """A control whose label stands whole beside it, at most `width` wide and never wider than the window."""
    control.style.description_width = "auto"
    control.layout = widgets.Layout(
        width=width, max_width="calc(100% - 8px)", min_width="0", height=control.layout.height
    )
    return control
