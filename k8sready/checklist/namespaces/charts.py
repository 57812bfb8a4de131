"""How fenced each namespace is."""

from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import Any

from pandas import DataFrame

from ...checks import chart
from ..texts import shortened
from .fences import fences, with_workloads

_AT_MOST = 60
_NAME, _LINE = 30, 14  # characters of a row's name and of a line of a column's: both stay readable on a phone


@chart
def isolation_maturity(namespaces: DataFrame, labels: Mapping[str, str]) -> Any:
    """Heatmap: a row per application namespace, a column per fence; missing fences first."""
    rows = with_workloads(namespaces)
    if rows.empty:
        return None
    every = fences(rows).set_axis(list(rows["name"]))
    standing = DataFrame({"fences": every.fillna(False).sum(axis=1), "name": every.index}, index=every.index)
    # The first row is drawn at the bottom.
    order = standing.sort_values(["fences", "name"], ascending=False).index[-_AT_MOST:]
    part = f"{len(order)} {labels['of']} {len(every)}" if len(every) > len(order) else ""
    return _figure(every.loc[order], labels, part)


def _figure(standing: DataFrame, labels: Mapping[str, str], title: str) -> Any:
    levels = standing.astype("Float64").fillna(0.5).astype(float)
    words = standing.astype("object").replace({True: labels["yes"], False: labels["no"]}).fillna(labels["unknown"])
    import plotly.graph_objects as go  # where it is used: a terminal never needs it

    figure = go.Figure(
        go.Heatmap(
            z=levels.to_numpy().tolist(),
            x=[fill(labels[name], _LINE) for name in standing.columns],
            y=_rows(standing.index),
            text=words.to_numpy().tolist(),
            texttemplate="%{text}",
            hovertemplate="%{y}: %{x} – %{text}<extra></extra>",
            zmin=0,
            zmax=1,
            colorscale=[[0, "#b35806"], [0.5, "#bdbdbd"], [1, "#2166ac"]],  # told apart by every kind of colour vision
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    head = {"text": title, "font": {"size": 13}, "x": 0.01}
    figure.update_layout(height=106 + 26 * len(standing), margin={"t": 56, "l": 10, "r": 10, "b": 10}, title=head)
    figure.update_xaxes(side="top", tickangle=0)
    figure.update_yaxes(type="category", automargin=True)
    return figure


def _rows(names: Iterable[str]) -> list[str]:
    """The names, shortened unless two of them would then be one row."""
    whole = list(names)
    short = [shortened(name, _NAME) for name in whole]
    return short if len(set(short)) == len(whole) else whole
