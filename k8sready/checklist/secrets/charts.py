"""Who uses which secret, and how."""

from collections.abc import Mapping
from typing import Any

from pandas import DataFrame

from ...checks import chart

_AT_MOST = 40  # flows a reader can follow; the most shared secrets first
_COLOURS = {"env": "#b35806", "envFrom": "#e08214", "volume": "#2166ac", "projected": "#67a9cf"}
_OTHER = "#8c8c8c"


@chart
def usage(secret_references: DataFrame, labels: Mapping[str, str]) -> Any:
    """Sankey: secrets to workloads, coloured by how the secret gets there."""
    everybodys = secret_references["how"].isin(["serviceAccount", "imagePullSecret"])  # every pod has them
    used = secret_references[secret_references["secret"].notna() & ~everybodys]
    if used.empty:
        return None
    flows = used.assign(
        source=used["namespace"].astype("string") + "/" + used["secret"].astype("string"),
        target=used["namespace"].astype("string") + "/" + used["name"].astype("string"),
        how=used["how"].astype("string"),
    )
    counted = flows[["source", "target", "how"]].drop_duplicates()
    shared = counted.groupby("source")["target"].transform("nunique")
    top = counted.assign(shared=shared).sort_values(
        ["shared", "source", "target", "how"], ascending=[False, True, True, True]
    )
    return _figure(top.head(_AT_MOST), labels)


def _figure(top: DataFrame, labels: Mapping[str, str]) -> Any:
    sources, targets = sorted(set(top["source"])), sorted(set(top["target"]))
    place = {("s", name): index for index, name in enumerate(sources)}
    place |= {("t", name): len(sources) + index for index, name in enumerate(targets)}
    import plotly.graph_objects as go  # where it is used: a terminal never needs it

    figure = go.Figure(
        go.Sankey(
            node={"label": sources + targets, "pad": 12, "thickness": 12, "color": "#636363"},
            link={
                "source": [place["s", name] for name in top["source"]],
                "target": [place["t", name] for name in top["target"]],
                "value": [1] * len(top),
                "color": [_COLOURS.get(how, _OTHER) for how in top["how"]],
                "label": [labels.get(how, how) for how in top["how"]],
            },
        )
    )
    height = 80 + 22 * max(len(sources), len(targets))
    figure.update_layout(height=height, margin={"t": 10, "l": 10, "r": 10, "b": 10})
    return figure
