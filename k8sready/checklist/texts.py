"""Texts that come from a cluster: searched in columns, and made into labels of charts."""

import html
import re

import pandas as pd

_LONGEST = 44  # characters of a label; names of Kubernetes have up to 253


def contains(texts: pd.Series, pattern: str) -> pd.Series:
    """Whether each text has a match, as booleans (NA: no text). Texts repeat much, so each is searched once."""
    search = re.compile(pattern).search
    found = {text: search(text) is not None for text in texts.dropna().unique()}
    return texts.map(found).astype("boolean")


def label(text: str, longest: int = _LONGEST) -> str:
    """A text as plotly shows it: no markup (plotly reads a part of HTML in labels), shortened in the middle."""
    if len(text) > longest:
        half = (longest - 1) // 2
        text = f"{text[:half]}…{text[-half:]}"
    return html.escape(text, quote=False)
