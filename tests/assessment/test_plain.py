"""Whatever a check's columns hold becomes plain values, which JSON can write."""

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from k8sready.assessment.plain import plain_texts, plain_values

TIME = pd.Timestamp("2026-11-01T12:00:00Z")


@pytest.mark.parametrize(
    ("column", "plain"),
    [
        (pd.Series(["a", None], dtype="string"), ["a", None]),
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Series([True, None, False], dtype="boolean"), [True, None, False]),
        (pd.Series([1.5, None], dtype="Float64"), [1.5, None]),
        (pd.Series([1.5, float("nan")]), [1.5, None]),
        (pd.Series([1, 2]), [1, 2]),
        (pd.Series([TIME, pd.NaT]), [TIME.isoformat(), None]),
        (pd.Series(["a", "b"], dtype="category"), ["a", "b"]),
        (pd.Series([np.int64(3), np.bool_(True), np.float64(0.5), pd.NA], dtype=object), [3, True, 0.5, None]),
        (pd.Series([("a", np.int64(1)), ["b", pd.NA]], dtype=object), [["a", 1], ["b", None]]),
        (pd.Series([{"b", "a"}, frozenset({2, 10})], dtype=object), [["a", "b"], [10, 2]]),  # in one order always
        (pd.Series([{1: {"x": np.int64(2)}}, None], dtype=object), [{"1": {"x": 2}}, None]),
    ],
)
def test_values_are_plain(column: pd.Series, plain: list[Any]) -> None:
    values = plain_values(column)
    assert values == plain
    assert json.loads(json.dumps(values)) == values
    assert list(map(type, values)) == list(map(type, plain))


def test_texts_are_plain_and_what_is_not_told_is_empty() -> None:
    assert plain_texts(pd.Series(["a", None], dtype="string")) == ["a", ""]
    assert plain_texts(pd.Series([1, None], dtype="Int64")) == ["1", ""]


@pytest.mark.parametrize("dtype", ["Float64", "float64", "object"])
def test_what_is_no_number_in_json_is_not_told(dtype: str) -> None:
    assert plain_values(pd.Series([1.5, math.inf, -math.inf, math.nan], dtype=dtype)) == [1.5, None, None, None]
