"""Searching columns of text."""

import re

import pandas as pd


def contains(texts: pd.Series, pattern: str) -> pd.Series:
    """Whether each text has a match, as booleans (NA: no text). Texts repeat much, so each is searched once."""
    search = re.compile(pattern).search
    found = {text: search(text) is not None for text in texts.dropna().unique()}
    return texts.map(found).astype("boolean")
