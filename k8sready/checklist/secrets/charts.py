"""Who uses which secret, and how."""

from collections.abc import Mapping
from typing import Any

from pandas import DataFrame

from ...checks import chart
from ..texts import shortened

_NAME = 32  # characters of a name: two of them side by side fit on a phone
_AT_MOST = 40  # flows a reader can follow; the most shared secrets first
# Half transparent, so that names stay readable on them; orange and blue are told apart by every kind of colour vision.
_ORANGE, _BLUE, _OTHER = "rgba(224,130,20,0.55)", "rgba(67,147,195,0.5)", "rgba(140,140,140,0.4)"
_COLOURS = {"env": _ORANGE, "envFrom": _ORANGE, "volume": _BLUE, "projected": _BLUE, "csi": _BLUE}


@chart
def usage(secret_references: DataFrame, labels: Mapping[str, str]) -> Any:
    """Sankey: secrets to workloads, coloured by how the secret gets there."""
    everybodys = secret_references["how"].isin(["serviceAccount", "imagePullSecret"])  # every pod has them
    named = secret_references["secret"].fillna(secret_references["provider_class"])
    used = secret_references.assign(secret=named)[named.notna() & ~everybodys]
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
    shown = f"{_AT_MOST} {labels['of']} {len(top)}" if len(top) > _AT_MOST else ""
    return _figure(top.head(_AT_MOST), labels, shown)


def _figure(top: DataFrame, labels: Mapping[str, str], shown: str) -> Any:
    sources, targets = sorted(set(top["source"])), sorted(set(top["target"]))
    place = {("s", name): index for index, name in enumerate(sources)}
    place |= {("t", name): len(sources) + index for index, name in enumerate(targets)}
    import plotly.graph_objects as go  # where it is used: a terminal never needs it

    figure = go.Figure(
        go.Sankey(
            node={
                "label": [shortened(name, _NAME) for name in (*sources, *targets)],
                "pad": 12,
                "thickness": 12,
                "color": "#636363",
            },
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
    margin = {"t": 34 if shown else 10, "l": 10, "r": 10, "b": 10}
    figure.update_layout(height=height, margin=margin, title={"text": shown, "font": {"size": 13}, "x": 0.01})
    return figure
