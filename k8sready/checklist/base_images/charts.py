"""What images weigh."""

from collections.abc import Mapping
from typing import Any

from pandas import DataFrame, Series

from ...checks import chart
from ..texts import shortened
from .checks import image_size_moderate

_MB = 1_000_000
_AT_MOST = 60  # rectangles a reader can tell apart
_COLOURS = ("#9ecae1", "#fdae6b", "#b35806")  # by size, light to heavy: told apart by every kind of colour vision
_MEGABYTES = image_size_moderate.thresholds
_HEAVY = {kind: (_MEGABYTES[f"{kind}_low_mb"], _MEGABYTES[f"{kind}_medium_mb"]) for kind in ("compressed", "unpacked")}
_GROUP = "#e4e7eb"


@chart
def footprint(images: DataFrame, labels: Mapping[str, str]) -> Any:
    """Treemap: area is size on one node times nodes that hold the image; grouped by registry and kind of size."""
    known = images[images["size_bytes"].notna() & (images["size_bytes"] > 0)]
    if known.empty:
        return None
    weight = known["size_bytes"] * known["on_nodes"].fillna(1).clip(lower=1)
    kinds = known["size_kind"].fillna("").map(lambda kind: labels[kind] if kind else "?")
    one = kinds.iloc[0] if kinds.nunique() == 1 else ""
    group = known["registry"].fillna("?").map(shortened) + ("" if one else " · " + kinds)
    heaviest = known.assign(weight=weight, group=group).nlargest(_AT_MOST, "weight")
    shown = f"{len(heaviest)} {labels['of']} {len(known)}" if len(known) > len(heaviest) else ""
    return _figure(heaviest.sort_values(["group", "image"]), labels, " · ".join(filter(None, (one, shown))))


def _figure(top: DataFrame, labels: Mapping[str, str], title: str) -> Any:
    groups = top.groupby("group", observed=True)["weight"].sum()
    rows = [row for _, row in top.iterrows()]
    import plotly.graph_objects as go  # where it is used: a terminal never needs it

    figure = go.Figure(
        go.Treemap(
            ids=[*(f"group {name}" for name in groups.index), *top["image"]],
            labels=[*groups.index, *(_name(row) for row in rows)],
            parents=[""] * len(groups) + [f"group {name}" for name in top["group"]],
            values=[float(value) for value in (*groups, *top["weight"])],
            text=[""] * len(groups) + [f"{_size(row, labels)}\n{_nodes(row, labels)}" for row in rows],
            hovertext=[
                *groups.index,
                *(f"{_whole(row)}\n{_size(row, labels)} · {_nodes(row, labels)}" for row in rows),
            ],
            marker={
                "colors": [_GROUP] * len(groups) + [_colour(row) for row in rows],
                "pad": {"l": 4, "r": 4, "b": 4, "t": 22},
            },
            branchvalues="total",
            textinfo="label+text",
            hoverinfo="text",
        )
    )
    figure.update_layout(
        height=480,
        margin={"t": 30, "l": 4, "r": 4, "b": 4},
        title={"text": title, "font": {"size": 13}, "x": 0.01},
        uniformtext={"minsize": 10, "mode": "hide"},  # a name too long for its rectangle is in the hover text
    )
    return figure


def _name(row: Series) -> str:
    """The last part of the path; the whole reference is in the hover text."""
    path = row["repository"] if isinstance(row["repository"], str) else row["image"]
    return shortened(str(path).rpartition("/")[2], 18)


def _whole(row: Series) -> str:
    return shortened(str(row["image"]).partition("@")[0], 90)


def _size(row: Series, labels: Mapping[str, str]) -> str:
    return f"{row['size_bytes'] / _MB:,.0f} {labels['unit']}"


def _nodes(row: Series, labels: Mapping[str, str]) -> str:
    return f"{labels['nodes']}: {int(row['on_nodes'])}"


def _colour(row: Series) -> str:
    limits = _HEAVY.get(row["size_kind"] if isinstance(row["size_kind"], str) else "", (float("inf"),) * 2)
    return _COLOURS[sum(row["size_bytes"] >= limit * _MB for limit in limits)]
