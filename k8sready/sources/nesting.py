"""JSON that is nested so deeply that nothing can decode it: what lies too deep is left out."""

import re
from collections.abc import Callable
from typing import TypeVar

from ..objects.decoding import DEEPEST

T = TypeVar("T")
# A string that does not end goes on to the end, or looking for it from each mark would take for ever.
_SIGN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
_OPENING, _CLOSING = (b"[", b"{"), (b"]", b"}")


def decoded(decode: Callable[[bytes], T], body: bytes) -> T:
    """What `decode` makes of a body; where it is nested too deeply, of what lies above."""
    try:
        return decode(body)
    except RecursionError:
        return decode(shallow(body))


def shallow(body: bytes) -> bytes:
    """The same JSON with null in the place of every map and list that lies deeper.

    Whoever may create a pod may write a managedFields entry as deep as the API server's parser goes.
    """
    kept: list[bytes] = []
    depth, start = 0, 0
    for sign in _SIGN.finditer(body):
        if sign[0] in _OPENING:
            depth += 1
            if depth == DEEPEST + 1:
                kept += [body[start : sign.start()], b"null"]
        elif sign[0] in _CLOSING:
            depth -= 1
            if depth == DEEPEST:
                start = sign.end()
    return b"".join([*kept, body[start:] if depth <= DEEPEST else b""])
