"""Quantities (resource.Quantity of apimachinery): exact numbers with SI, binary or exponent suffixes."""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+))(?P<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?", re.ASCII
)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_EXPONENT_AT_MOST = 400  # beyond this the API server saturates; nobody means it


def parse(quantity: str | float) -> Fraction:
    """The exact value.

    Raises:
        ValueError: not a quantity; the message quotes it.
    """
    text = str(quantity) if not isinstance(quantity, float) else format(Decimal(repr(quantity)), "f")
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise ValueError(
            f"{text!r:.60} is not a quantity (a number with one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, or eN)"
        )
    return Fraction(match["number"].rstrip(".") if match["number"][-1] == "." else match["number"]) * _factor(
        match["suffix"] or ""
    )


def _factor(suffix: str) -> Fraction:
    if suffix in _BINARY:
        return Fraction(2 ** _BINARY[suffix])
    exponent = _DECIMAL.get(suffix)
    if exponent is None:
        exponent = max(-_EXPONENT_AT_MOST, min(_EXPONENT_AT_MOST, int(suffix[1:])))
    return Fraction(10) ** exponent


@lru_cache(maxsize=4096)
def amount(quantity: str | float | None) -> float | None:
    """The value as a float (cores, bytes, counts), or None where it is absent or cannot be read."""
    if quantity is None:
        return None
    try:
        return float(parse(quantity))
    except (ValueError, OverflowError):
        return None
