"""Colours, glyphs and the look of charts; the same for report, widgets and notebooks.

Colours keep a contrast of at least 4.5 against their background in light and dark, and severity and status always
carry a glyph and a word as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from .checks import Severity, Status
from .legible import legible

GLYPHS = {
    Severity.CRITICAL: "◆",
    Severity.HIGH: "▲",
    Severity.MEDIUM: "●",
    Severity.LOW: "▽",
    Severity.INFO: "○",
    Status.PASS: "✓",
    Status.FAIL: "✗",
    Status.UNKNOWN: "?",
    Status.SKIP: "–",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """Named colours of one scheme."""

    paper: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    critical: str
    high: str
    medium: str
    low: str
    info: str
    passed: str
    failed: str
    unknown: str
    skipped: str

    def css(self) -> str:
        """The palette as CSS custom properties."""
        return "".join(f"--{name}:{getattr(self, name)};" for name in self.__slots__)


LIGHT = Palette(
    paper="#ffffff",
    raised="#f5f6f8",
    line="#d4d9df",
    text="#1b1f24",
    muted="#515a64",
    accent="#0b5cad",
    critical="#8f1230",
    high="#a33d05",
    medium="#6f5300",
    low="#1c5a9e",
    info="#515a64",
    passed="#17633a",
    failed="#a8231b",
    unknown="#5d4296",
    skipped="#515a64",
)
DARK = Palette(
    paper="#14171b",
    raised="#1e2329",
    line="#39414b",
    text="#e6e8ea",
    muted="#aab3bd",
    accent="#86c0ff",
    critical="#ff94a8",
    high="#ffb27a",
    medium="#f0cd5e",
    low="#92c7ff",
    info="#b8c0ca",
    passed="#83d89f",
    failed="#ff9d94",
    unknown="#cbb6f7",
    skipped="#b8c0ca",
)

# Okabe and Ito's colours: told apart by every kind of colour vision.
SERIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999")
FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', sans-serif"
# plotly's button that uploads a chart's data must never be there.
CHART_CONFIG = {"displaylogo": False, "showSendToCloud": False, "displayModeBar": False, "responsive": True}


# Text of charts that lies on the page itself; a scheme of its own cannot reach it (printing, JupyterLab's dark).
CHART_TEXT = ".xtick text,.ytick text,.xtitle,.ytitle,.gtitle,.legendtext,.annotation-text,.node-label"
CHART_HEIGHT = 420  # pixels, where a chart does not say
_NAMES = frozenset(("labels", "parents", "ids", "label", "text", "hovertext", "customdata", "name", "x", "y"))
_LONGEST = 64  # characters of a label; the tables have names whole


def figure_json(figure: Any) -> dict[str, Any]:
    """A figure's data and layout, ready to draw on any background, without plotly's own 7 kB template.

    plotly reads a subset of HTML in labels, links included: names from a cluster are escaped, so that they stay text.
    """
    plain: dict[str, Any] = figure.to_plotly_json()
    layout = {
        "height": CHART_HEIGHT,
        **{key: value for key, value in plain.get("layout", {}).items() if key != "template"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13},
        "colorway": list(SERIES),
    }
    return {"data": [_inert(trace) for trace in plain.get("data", [])], "layout": layout}


def _inert(value: Any, name: str = "") -> Any:
    """A trace in which every list of names is text to plotly; templates, which are ours, stay as they are."""
    if isinstance(value, dict):
        return {key: _inert(item, key) for key, item in value.items()}
    if name in _NAMES and str(getattr(value, "dtype", "")) == "object":
        value = value.tolist()
    if name in _NAMES and isinstance(value, (list, tuple)):
        return _labels(value)
    return _label(value) if name in _NAMES and isinstance(value, str) else value


def _labels(values: Sequence[Any]) -> list[Any]:
    """Labels escaped, and shortened unless two of them would then be the same."""
    short = [_label(value) if isinstance(value, str) else _inert(value, "text") for value in values]
    texts = [value for value in values if isinstance(value, str)]
    if len({value for value in short if isinstance(value, str)}) == len(set(texts)):
        return short
    return [_label(value, len(value)) if isinstance(value, str) else value for value in values]


def _label(text: str, longest: int = _LONGEST) -> str:
    """Text as plotly shows it, line by line: no markup but the breaks between lines, and no line too long."""
    return "<br>".join(escape(_short(legible(line), longest), quote=False) for line in text.split("\n"))


def _short(text: str, longest: int) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}…{text[-half:]}"
