"""A pod spec's text as a mould: pods of its template are recognised by comparing bytes, without decoding them."""

import re
from dataclasses import dataclass

from ..objects.pods import PodSpec

TOKEN_NAME = b"kube-api-access"
NODE = b'"nodeName":"'
_PREFIX = TOKEN_NAME + b"-"
_RANDOM = re.compile(rb"[a-z0-9]{5}")  # what the ServiceAccount admission plugin adds to the volume's name


@dataclass(frozen=True, slots=True)
class Mould:
    """The parts of a text that every pod of the template has; between them stand the names that are each pod's own."""

    spec: PodSpec
    parts: tuple[tuple[bytes, int], ...]  # each with its offset
    random: slice  # where the random end of the token volume's name stands first; empty where there is none
    others: tuple[slice, ...]  # and where it stands again
    length: int  # of all before the node's name
    tail: bytes  # all behind it

    def node(self, text: bytes) -> str | None:
        """The name of the node in a text that fits (empty: none yet); None where the text does not fit."""
        for part, offset in self.parts:
            if not text.startswith(part, offset):
                return None
        end = len(text) - len(self.tail)
        if end < self.length or not text.endswith(self.tail):
            return None
        random = text[self.random]
        if random and not _RANDOM.fullmatch(random):
            return None
        for place in self.others:
            if text[place] != random:
                return None
        name = text[self.length : end]
        return name.decode() if is_plain(name) else None


def is_plain(node: bytes) -> bool:
    """Whether these bytes of JSON text stand for themselves, and are no token volume's name."""
    return b"\\" not in node and b'"' not in node and TOKEN_NAME not in node


def mould(text: bytes, token: bytes, spec: PodSpec) -> Mould | None:
    """The mould of a spec's text; None where names of that look stand in it that are not the token volume's."""
    before, _, tail = around_node(text)
    places, at = [], text.find(_PREFIX)
    while at >= 0:
        places.append(slice(at + len(_PREFIX), at + len(_PREFIX) + 5))
        at = text.find(_PREFIX, at + 1)
    if any(text[place] != token[-5:] for place in places):
        return None
    if places and places[-1].stop > len(before):
        return None
    cuts = [0, *(bound for place in places for bound in (place.start, place.stop)), len(before)]
    parts = tuple((text[start:stop], start) for start, stop in zip(cuts[::2], cuts[1::2], strict=True))
    return Mould(spec, parts, places[0] if places else slice(0), tuple(places[1:]), len(before), tail)


def around_node(text: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the node's name, the name, and what follows; the API server writes it near the end."""
    before, found, rest = text.rpartition(NODE)
    if not found:
        return text, b"", b""
    end = rest.find(b'"')
    return before + found, rest[:end], rest[end:]
