"""How fenced each namespace is."""

from collections.abc import Mapping
from typing import Any

from pandas import DataFrame

from ...checks import chart
from ..texts import shortened

_AT_MOST = 60


@chart
def isolation_maturity(namespaces: DataFrame, labels: Mapping[str, str]) -> Any:
    """Heatmap: a row per application namespace, a column per fence; missing fences first."""
    rows = namespaces[~namespaces["system"].fillna(False) & (namespaces["workloads"] > 0)]
    if rows.empty:
        return None
    fences = DataFrame(
        {
            "default_deny": rows["default_deny_ingress"].astype("boolean"),
            "quota": (rows["quotas"] > 0).astype("boolean"),
            "limit_range": (rows["limit_ranges"] > 0).astype("boolean"),
            "pod_security": rows["psa_enforce"].isin(["baseline", "restricted"]).astype("boolean"),
        }
    ).set_axis(list(rows["name"]))
    standing = DataFrame({"fences": fences.fillna(False).sum(axis=1), "name": fences.index}, index=fences.index)
    # The first row is drawn at the bottom.
    order = standing.sort_values(["fences", "name"], ascending=False).index[-_AT_MOST:]
    everything, fences = len(fences), fences.loc[order]
    levels = fences.astype("Float64").fillna(0.5).astype(float)
    words = fences.astype("object").replace({True: labels["yes"], False: labels["no"]}).fillna(labels["unknown"])
    import plotly.graph_objects as go  # where it is used: a terminal never needs it

    figure = go.Figure(
        go.Heatmap(
            z=levels.to_numpy().tolist(),
            x=[labels[name] for name in fences.columns],
            y=[shortened(name) for name in fences.index],
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
    shown = f"{len(fences)} {labels['of']} {everything}" if everything > len(fences) else ""
    title = {"text": shown, "font": {"size": 13}, "x": 0.01}
    figure.update_layout(height=90 + 26 * len(fences), margin={"t": 40, "l": 10, "r": 10, "b": 10}, title=title)
    figure.update_xaxes(side="top")
    figure.update_yaxes(type="category", automargin=True)
    return figure
