"""Texts that come from a cluster: searched in columns, and made into labels of charts."""

import re
from collections.abc import Callable

import pandas as pd

_LONGEST = 44  # characters of a label; names of Kubernetes have up to 253


def contains(texts: pd.Series, pattern: str) -> pd.Series:
    """Whether each text has a match, as booleans (NA: no text). Texts repeat much, so each is searched once."""
    search = re.compile(pattern).search
    found = {text: search(text) is not None for text in texts.dropna().unique()}
    return texts.map(found).astype("boolean")


def shortened(text: str, longest: int = _LONGEST) -> str:
    """A text cut in the middle: both ends of a name tell most. Whoever draws it makes markup of names harmless."""
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def judged(judge: Callable[..., bool], *columns: pd.Series) -> pd.Series:
    """`judge` of each row's values (None: not told), as booleans; each distinct combination is judged once."""
    keys = list(zip(*(column.array.to_numpy(dtype=object, na_value=None).tolist() for column in columns), strict=True))
    known = {key: judge(*key) for key in set(keys)}
    return pd.Series([known[key] for key in keys], columns[0].index, dtype="boolean")
