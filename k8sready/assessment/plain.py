"""Columns of DataFrames as plain Python values: what findings, words and exports are made of."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd


def plain_values(series: pd.Series) -> list[Any]:
    """A column's plain values; nullable columns convert as a whole. JSON has no infinite number: it is None."""
    values: Any = series.array
    if isinstance(series.dtype, (pd.StringDtype, pd.BooleanDtype, pd.Int64Dtype)):
        return list(values.to_numpy(dtype=object, na_value=None).tolist())
    if isinstance(series.dtype, pd.Float64Dtype):
        told = values.to_numpy(dtype="float64", na_value=float("nan")).tolist()
        return [value if math.isfinite(value) else None for value in told]
    return [_plain(value) for value in series.astype(object)]


def plain_texts(series: pd.Series) -> list[str]:
    """A column as texts; what is not told is empty."""
    values: Any = series.array if isinstance(series.dtype, pd.StringDtype) else series.astype("string").array
    return list(values.to_numpy(dtype=object, na_value="").tolist())


def _plain(value: Any) -> Any:
    """A plain Python value: NA and NaT become None, numpy scalars become int, float or bool, times ISO text."""
    if type(value) in (str, bool, int) or value is None:
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    told = value.item() if hasattr(value, "item") else value
    return None if isinstance(told, float) and not math.isfinite(told) else told
