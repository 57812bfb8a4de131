"""A chart as the notebook shows it: plotly's own media type, without its button that uploads data."""

from typing import Any

from ..theme import CHART_CONFIG, figure_json


class Picture:
    """Displays a figure; `_repr_mimebundle_` is IPython's protocol."""

    def __init__(self, figure: Any, caption: str) -> None:
        self._figure, self._caption = figure, caption

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        drawn = {**figure_json(self._figure), "config": CHART_CONFIG}
        return {"application/vnd.plotly.v1+json": drawn, "text/plain": self._caption}
