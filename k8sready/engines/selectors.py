"""Label selectors: which labels they match, and an index that finds the matching objects of many selectors.

    matches(selector, pod.metadata.labels)
    index = SelectorIndex([(pod.metadata.namespace, pod.metadata.labels) for pod in pods])
    index.positions(of_labels(service.spec.selector), service.metadata.namespace)   # [0, 7, …]

Source: apimachinery pkg/apis/meta/v1/helpers.go LabelSelectorAsSelector, pkg/labels/selector.go. A selector that the
API server would not accept (an unknown operator, In without values, a key that no label can have) selects nothing.
Selectors written as strings are read in `selector_strings`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from ..objects.meta import LabelSelector, Operator, Requirement

Labels = Mapping[str, str]
_WORD = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_PORT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WHOLE = re.compile(r"[+-]?0{0,63}[0-9]{1,19}")  # label values are no longer
_INT64 = range(-(2**63), 2**63)
_DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def matches(selector: LabelSelector, labels: Labels) -> bool:
    """Whether a selector selects these labels (metav1.LabelSelector; everything is ANDed, an empty one selects all)."""
    if not selector.match_labels.items() <= labels.items():
        return False
    return all(meets(requirement, labels) for requirement in selector.match_expressions)


def meets(requirement: Requirement, labels: Labels) -> bool:
    """Whether labels meet one requirement; nothing meets one that the API server would not accept."""
    if not sound(requirement):
        return False
    present = requirement.key in labels
    if requirement.operator == Operator.EXISTS:
        return present
    if requirement.operator == Operator.DOES_NOT_EXIST:
        return not present
    inside = present and labels[requirement.key] in requirement.values
    return inside if requirement.operator == Operator.IN else not inside  # NotIn selects where the key is absent


@lru_cache(maxsize=65536)
def sound(requirement: Requirement) -> bool:
    """Whether the API server accepts a requirement (labels.NewRequirement): operator, number of values, characters."""
    values = requirement.values
    if requirement.operator in (Operator.IN, Operator.NOT_IN):
        counted = bool(values)
    else:
        counted = not values and requirement.operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST)
    return counted and is_label_key(requirement.key) and all(map(is_label_value, values))


def is_sound(selector: LabelSelector) -> bool:
    """Whether the API server accepts a selector (ValidateLabelSelector)."""
    pairs = selector.match_labels.items()
    plain = all(is_label_key(key) and is_label_value(value) for key, value in pairs)
    return plain and all(map(sound, selector.match_expressions))


def is_port_name(name: str) -> bool:
    """Up to 15 lower-case letters, digits and single inner hyphens, at least one letter (IsValidPortName)."""
    return len(name) <= 15 and bool(_PORT.fullmatch(name)) and any(map(str.isalpha, name))


def is_label_key(key: str) -> bool:
    """A qualified name: up to 63 characters, after an optional DNS subdomain of up to 253 and a slash."""
    domain, slash, name = key.rpartition("/")
    if slash and (len(domain) > 253 or not _DOMAIN.fullmatch(domain)):
        return False
    return bool(_WORD.fullmatch(name))


def is_label_value(value: str) -> bool:
    """Empty, or up to 63 characters that begin and end with a letter or digit."""
    return not value or bool(_WORD.fullmatch(value))


def whole_number(text: str) -> int | None:
    """The number that Gt and Lt compare: an int64 in decimal digits (strconv.ParseInt); None for anything else."""
    if not _WHOLE.fullmatch(text):
        return None
    number = int(text)
    return number if number in _INT64 else None


def of_labels(wanted: Labels) -> LabelSelector:
    """A plain label map (of a Service or a ReplicationController) as a selector; an empty map would select all."""
    return LabelSelector(match_labels=dict(wanted))


class SelectorIndex:
    """Answers many selectors over the same objects: positions per label; bit sets are made when first asked for."""

    def __init__(self, items: Sequence[tuple[str, Labels]]) -> None:
        """Build from (namespace, labels) of each object; answers are positions in this sequence."""
        postings: dict[tuple[str, str], list[int]] = defaultdict(list)
        spaces: dict[str, list[int]] = defaultdict(list)
        for position, (namespace, labels) in enumerate(items):
            spaces[namespace].append(position)
            for pair in labels.items():
                postings[pair].append(position)
        self._items, self._postings, self._spaces = items, postings, spaces
        self._values: dict[str, list[str]] = defaultdict(list)
        for key, value in postings:
            self._values[key].append(value)
        self._all = (1 << len(items)) - 1
        self._bits: dict[object, int] = {}
        self._positions: dict[tuple[object, ...], list[int]] = {}

    def bits(self, selector: LabelSelector, namespace: str | None = None) -> int:
        """The selected objects as a bit set; `namespace` None looks everywhere."""
        found = self._selected(selector)
        return found if namespace is None else found & self._kept("space", namespace, self._spaces.get(namespace, ()))

    def positions(self, selector: LabelSelector, namespace: str | None = None) -> list[int]:
        """The selected objects' positions, ascending (do not change the list: it is kept for the next question)."""
        key = (*_key(selector), namespace)
        if key not in self._positions:
            if namespace is None:
                self._positions[key] = list(ones(self._selected(selector)))
            else:
                self._positions[key] = self._local(selector, namespace)
        return self._positions[key]

    def _local(self, selector: LabelSelector, namespace: str) -> list[int]:
        """Look through the rarest of the wanted labels, or through the namespace, whichever is shorter."""
        none: list[int] = []
        lists = [self._postings.get(pair, none) for pair in selector.match_labels.items()]
        shortest = min([self._spaces.get(namespace, none), *lists], key=len)
        items, wanted = self._items, selector.match_labels.items()
        found = [at for at in shortest if items[at][0] == namespace and wanted <= items[at][1].items()]
        for requirement in selector.match_expressions:
            found = [at for at in found if meets(requirement, items[at][1])]
        return found

    def _selected(self, selector: LabelSelector) -> int:
        key = _key(selector)
        found = self._bits.get(key)
        if found is None:
            found = self._all
            for pair in selector.match_labels.items():
                found &= self._kept("pair", pair, self._postings.get(pair, ()))
            for requirement in selector.match_expressions:
                found &= self._meeting(requirement)
            self._bits[key] = found
        return found

    def _meeting(self, requirement: Requirement) -> int:
        if not sound(requirement):
            return 0
        if requirement.operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST):
            inside = self._having(requirement.key, self._values.get(requirement.key, ()))
        else:
            inside = self._having(requirement.key, requirement.values)
        positive = requirement.operator in (Operator.EXISTS, Operator.IN)
        return inside if positive else self._all & ~inside

    def _having(self, key: str, values: Iterable[str]) -> int:
        chosen = tuple(values)
        where = (at for value in chosen for at in self._postings.get((key, value), ()))
        return self._kept("key", (key, chosen), where)

    def _kept(self, sort: str, name: object, where: Iterable[int]) -> int:
        if (sort, name) not in self._bits:
            self._bits[sort, name] = of_positions(where, len(self._items))
        return self._bits[sort, name]


def _key(selector: LabelSelector) -> tuple[object, ...]:
    return tuple(sorted(selector.match_labels.items())), selector.match_expressions


def of_positions(where: Iterable[int], size: int) -> int:
    """Positions as the bits of an integer."""
    buffer = bytearray((size + 7) // 8)
    for at in where:
        buffer[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(buffer, "little")


def ones(bits: int) -> Iterator[int]:
    """The positions of an integer's bits, ascending."""
    for place, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)
