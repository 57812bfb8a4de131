"""Strings of a cluster or a file name, made harmless for terminals."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def plain(text: object) -> str:
    """Text without control, invisible and direction-changing characters."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(text))
