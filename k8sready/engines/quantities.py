"""Quantities (resource.Quantity of apimachinery): exact numbers with SI, binary or exponent suffixes.

parse("1.5Gi"), parse("250m"), canonical("0.5Gi")    # 1610612736, 1/4, "512Mi"
"""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

_SUFFIX = r"(?P<binary>[KMGTPE]i)|[eE](?P<exponent>[+-]?\d+)|(?P<decimal>[numkMGTPE]?)"
# The API server reads absent digits as 0 where its fast path takes them: "Ki", "." and "+" are quantities, "Ei" is not.
_QUANTITY = re.compile(rf"(?P<sign>[+-]?)(?P<zeros>0*)(?P<whole>\d*)(?:\.(?P<part>\d*))?(?:{_SUFFIX})", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_SI = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_EXPONENT_AT_MOST = 1_000  # nobody means more, and a hostile 1e999999999 must not eat the memory
_DIGITS_AT_MOST = 1_000
_NANO = 10**9
_BINARY_AT_MOST = 2**63 - 1


class _Read(NamedTuple):
    """What was written: digits without leading zeros, and the suffix as an exponent of 10 or 2."""

    negative: bool
    whole: str
    part: str
    exponent: int
    binary: bool
    scientific: bool


def parse(quantity: str | float) -> Fraction:
    """The value that the API server takes: exact, but rounded up (away from 0) to nanos, and binary ones below 2^63.

    Raises:
        ValueError: not a quantity; the message quotes it.
    """
    return _value(_read(_text(quantity)))


def canonical(quantity: str | float) -> str:
    """The form in which the API server gives a quantity back: whole digits and the largest suffix, as in 512Mi.

    Like the server, it leaves alone what is canonical but for a sign or zeros in front.

    Raises:
        ValueError: not a quantity; the message quotes it.
    """
    text = _text(quantity)
    read = _read(text)
    if _is_kept(read):
        return text
    value = _value(read)
    if not value:
        return "0"
    if read.binary and abs(value) >= 1024 and value.denominator == 1:
        return _binary(int(value))
    number, exponent = _thousands(int(value * _NANO), -9)
    if read.scientific:
        return f"{number}e{exponent}" if exponent else str(number)
    return f"{number}{_SI.get(exponent, '')}"


def _text(quantity: str | float) -> str:
    return format(Decimal(repr(quantity)), "f") if isinstance(quantity, float) else str(quantity).strip(" \t\r\n")


def _read(text: str) -> _Read:
    match = _QUANTITY.fullmatch(text) if text and len(text) <= _DIGITS_AT_MOST else None
    read = _scanned(match) if match else None
    if not match or not read or not (match["zeros"] or match["whole"] or match["part"] or _is_fast(read)):
        raise ValueError(
            f"{text!r:.60} is not a quantity (a number with one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, or eN)"
        )
    return read


def _scanned(match: re.Match[str]) -> _Read:
    binary, written = match["binary"], match["exponent"]
    if binary:
        exponent = _BINARY[binary]
    elif written:
        exponent = max(-_EXPONENT_AT_MOST, min(_EXPONENT_AT_MOST, int(written)))
    else:
        exponent = _DECIMAL[match["decimal"]]
    return _Read(
        match["sign"] == "-", match["whole"] or "0", match["part"] or "", exponent, bool(binary), bool(written)
    )


def _value(read: _Read) -> Fraction:
    base = Fraction(2 if read.binary else 10) ** read.exponent
    size = Fraction(int(read.whole + read.part), 10 ** len(read.part)) * base
    size = Fraction(-(-size * _NANO // 1), _NANO)
    size = min(size, Fraction(_BINARY_AT_MOST)) if read.binary else size
    return -size if read.negative else size


def _is_fast(read: _Read) -> bool:
    """Whether the API server's fast path reads it (ParseQuantity)."""
    if read.binary:
        return not read.part and 14 - len(read.whole) - read.exponent * 3 // 10 >= 0
    return len(read.whole + read.part) <= 18 and read.exponent - len(read.part) >= -9


def _is_kept(read: _Read) -> bool:
    """Whether the fast path takes the text for canonical."""
    digits = read.whole + read.part
    if read.binary:
        return _is_fast(read) and int(digits) & 7 != 0
    thousands = (read.exponent - len(read.part)) % 3 == 0
    return _is_fast(read) and thousands and not digits.endswith("000") and digits[0] != "0"


def _binary(number: int) -> str:
    exponent = 0
    while number % 1024 == 0:
        number, exponent = number // 1024, exponent + 10
    return str(number) + next((suffix for suffix, power in _BINARY.items() if power == exponent), "")


def _thousands(number: int, exponent: int) -> tuple[int, int]:
    while number % 10 == 0:
        number, exponent = number // 10, exponent + 1
    return number * 10 ** (exponent % 3), exponent - exponent % 3


@lru_cache(maxsize=4096)
def amount(quantity: str | float | None) -> float | None:
    """The value as a float (cores, bytes, counts), or None where it is absent or cannot be read."""
    if quantity is None:
        return None
    try:
        return float(parse(quantity))
    except (ValueError, OverflowError):
        return None
