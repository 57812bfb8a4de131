"""A pod spec's text as a mould: pods of its template are recognised by comparing bytes, without decoding them."""

from dataclasses import dataclass

from ..objects.pods import PodSpec

TOKEN_NAME = b"kube-api-access"
NODE = b'"nodeName":"'
_PREFIX = TOKEN_NAME + b"-"
_RANDOM = 5  # characters that the ServiceAccount admission plugin adds to the volume's name


@dataclass(frozen=True, slots=True)
class Mould:
    """The parts of a text that every pod of the template has; between them stand the names that are each pod's own."""

    spec: PodSpec
    parts: tuple[bytes, ...]  # up to the node's name; between them stands the random end of the token volume's name
    random: slice  # where it stands first; empty where there is none
    before: int  # length of all before the node's name
    tail: bytes  # all behind it

    def node(self, text: bytes) -> bytes | None:
        """The name of the node in a text that fits (empty: none yet); None where the text does not fit."""
        random = text[self.random]
        if not text.startswith(random.join(self.parts)) or not text.endswith(self.tail):
            return None
        end = len(text) - len(self.tail)
        fits = end >= self.before and (not random or _is_random(random))
        return text[self.before : end] if fits else None


def _is_random(end: bytes) -> bool:
    """Whether these are characters that the admission plugin draws."""
    return end.isalnum() and end == end.lower()


class PlainNames(dict[bytes, "str | None"]):
    """Names by their bytes in JSON text; None where the bytes do not stand for themselves, or hold a token's name."""

    def __missing__(self, name: bytes) -> str | None:
        plain = b"\\" not in name and b'"' not in name and TOKEN_NAME not in name
        value = self[name] = name.decode() if plain else None
        return value


def mould(text: bytes, token: bytes, spec: PodSpec) -> Mould | None:
    """The mould of a spec's text; None where names of that look stand in it that are not the token volume's."""
    before, _, tail = around_node(text)
    head, *rest = before.split(_PREFIX)
    if _PREFIX in tail or any(part[:_RANDOM] != token[-_RANDOM:] for part in rest):
        return None
    parts = [head, *(part[_RANDOM:] for part in rest)]
    ends = [part + _PREFIX for part in parts[:-1]]  # each random end stands behind the volume's own name
    start = len(ends[0]) if ends else 0
    return Mould(spec, (*ends, parts[-1]), slice(start, start + _RANDOM if ends else start), len(before), tail)


def around_node(text: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the node's name, the name, and what follows; the API server writes it near the end."""
    before, found, rest = text.rpartition(NODE)
    if not found:
        return text, b"", b""
    end = rest.find(b'"')
    return before + found, rest[:end], rest[end:]
