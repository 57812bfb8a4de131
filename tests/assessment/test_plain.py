"""Columns as plain values, which every export can write."""

import math

import pandas as pd
import pytest

from k8sready.assessment.plain import plain_values


@pytest.mark.parametrize("dtype", ["Float64", "float64", "object"])
def test_what_is_no_number_in_json_is_not_told(dtype: str) -> None:
    assert plain_values(pd.Series([1.5, math.inf, -math.inf, math.nan], dtype=dtype)) == [1.5, None, None, None]
