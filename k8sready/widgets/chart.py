"""A chart as the notebook shows it: plotly's own media type, without its button that uploads data."""

from html import escape
from typing import Any

from ..theme import CHART_CONFIG, figure_json
from .style import page

_NARROWEST = 600  # pixels; where there is less room a chart scrolls


class Picture:
    """Displays a figure below its words; `_ipython_display_` is IPython's protocol.

    JupyterLab fits a chart to its box whenever a window or sidebar moves, and the box has no height of its own:
    without the rules that stand here the chart shrinks to a line, and in a narrow window its labels to a heap.
    """

    def __init__(self, name: str, figure: Any, title: str, caption: str) -> None:
        self._name, self._figure, self._title, self._caption = name, figure, title, caption

    def _ipython_display_(self) -> None:
        from IPython import display

        show: Any = display.display
        drawn = {**figure_json(self._figure), "config": CHART_CONFIG}
        show({"text/html": page(self._words(drawn["layout"]["height"])), "text/plain": self._caption}, raw=True)
        show({"application/vnd.plotly.v1+json": drawn, "text/plain": self._title}, raw=True)

    def _words(self, height: int) -> str:
        mine = f"k8r-chart-{self._name}"
        box = f".jp-OutputArea-child:has(.{mine}) + .jp-OutputArea-child"
        wide = f"{box}{{overflow-x:auto}}{box} .jp-RenderedPlotly{{height:{int(height)}px;min-width:{_NARROWEST}px}}"
        rule = f"<style>{wide}</style>"
        return f'{rule}<div class="{escape(mine)}"><b>{escape(self._title)}.</b> {escape(self._caption)}</div>'
