"""Colours, glyphs and the look of charts; the same for report, widgets and notebooks.

Colours keep a contrast of at least 4.5 against their background in light and dark, and severity and status always
carry a glyph and a word as well.
"""

from dataclasses import dataclass
from typing import Any

from .checks import Severity, Status

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


def figure_json(figure: Any) -> dict[str, Any]:
    """A figure's data and layout, ready to draw on any background, without plotly's own 7 kB template."""
    plain: dict[str, Any] = figure.to_plotly_json()
    layout = {
        **{key: value for key, value in plain.get("layout", {}).items() if key != "template"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13},
        "colorway": list(SERIES),
    }
    return {"data": plain.get("data", []), "layout": layout}
