"""What images weigh."""

from collections.abc import Mapping
from typing import Any

from pandas import DataFrame

from ...checks import chart

_MB = 1_000_000
_AT_MOST = 60  # rectangles a reader can tell apart


@chart
def footprint(images: DataFrame, labels: Mapping[str, str]) -> Any:
    """Treemap: area is size on one node times nodes that hold the image; grouped by registry."""
    known = images[images["size_bytes"].notna() & (images["size_bytes"] > 0)]
    if known.empty:
        return None
    weight = known["size_bytes"] * known["on_nodes"].fillna(1).clip(lower=1)
    top = known.assign(weight=weight).nlargest(_AT_MOST, "weight").sort_values(["registry", "image"])
    registries = top.groupby("registry", observed=True)["weight"].sum()
    text = [
        _text(size, nodes, labels) for size, nodes in zip(top["size_bytes"], top["on_nodes"].fillna(0), strict=True)
    ]
    import plotly.graph_objects as go  # where it is used: a terminal never needs it

    figure = go.Figure(
        go.Treemap(
            ids=[*registries.index, *top["image"]],
            labels=[*registries.index, *top["repository"].fillna(top["image"])],
            parents=[""] * len(registries) + list(top["registry"]),
            values=[float(value) for value in (*registries, *top["weight"])],
            text=[""] * len(registries) + text,
            branchvalues="total",
            textinfo="label+text",
            hoverinfo="label+text",
        )
    )
    figure.update_layout(margin={"t": 8, "l": 0, "r": 0, "b": 0})
    return figure


def _text(size: int, nodes: int, labels: Mapping[str, str]) -> str:
    return f"{size / _MB:,.0f} {labels['unit']} · {nodes} {labels['nodes']}"
