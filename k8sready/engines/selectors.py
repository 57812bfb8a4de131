"""Label selectors: which labels they match, and an index that finds the matching objects of many selectors."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..objects.meta import LabelSelector, Operator, Requirement

Labels = Mapping[str, str]


def matches(selector: LabelSelector, labels: Labels) -> bool:
    """Whether a selector selects these labels (metav1.LabelSelector; everything is ANDed, an empty one selects all)."""
    if any(labels.get(key) != value for key, value in selector.match_labels.items()):
        return False
    return all(_meets(requirement, labels) for requirement in selector.match_expressions)


def _meets(requirement: Requirement, labels: Labels) -> bool:
    present = requirement.key in labels
    if requirement.operator is Operator.EXISTS:
        return present
    if requirement.operator is Operator.DOES_NOT_EXIST:
        return not present
    inside = present and labels[requirement.key] in requirement.values
    return inside if requirement.operator is Operator.IN else not inside  # NotIn selects where the key is absent


def of_labels(wanted: Labels) -> LabelSelector:
    """A plain label map (of a Service or a ReplicationController) as a selector."""
    return LabelSelector(match_labels=dict(wanted))


class SelectorIndex:
    """Answers many selectors over the same objects: a set of positions per label, as the bits of an integer."""

    def __init__(self, items: Sequence[tuple[str, Labels]]) -> None:
        """Build from (namespace, labels) of each object; answers are positions in this sequence."""
        values: dict[tuple[str, str], bytearray] = {}
        spaces: dict[str, bytearray] = {}
        size = (len(items) + 7) // 8
        for position, (namespace, labels) in enumerate(items):
            byte, bit = position >> 3, 1 << (position & 7)
            for place, key in ((spaces, namespace), *((values, pair) for pair in labels.items())):
                if key not in place:  # type: ignore[operator]
                    place[key] = bytearray(size)  # type: ignore[index]
                place[key][byte] |= bit  # type: ignore[index]
        self._values = {key: int.from_bytes(bits, "little") for key, bits in values.items()}
        self._spaces = {key: int.from_bytes(bits, "little") for key, bits in spaces.items()}
        self._keys: dict[str, int] = defaultdict(int)
        for (key, _), bits in self._values.items():
            self._keys[key] |= bits
        self._all = (1 << len(items)) - 1
        self._memory: dict[tuple[object, ...], int] = {}

    def bits(self, selector: LabelSelector, namespace: str | None = None) -> int:
        """The selected objects as a bit set; `namespace` None looks everywhere."""
        found = self._selected(selector)
        return found if namespace is None else found & self._spaces.get(namespace, 0)

    def positions(self, selector: LabelSelector, namespace: str | None = None) -> list[int]:
        """The selected objects' positions, ascending."""
        return list(_ones(self.bits(selector, namespace)))

    def _selected(self, selector: LabelSelector) -> int:
        key = (tuple(sorted(selector.match_labels.items())), selector.match_expressions)
        if key not in self._memory:
            found = self._all
            for pair in selector.match_labels.items():
                found &= self._values.get(pair, 0)
            for requirement in selector.match_expressions:
                found &= self._meeting(requirement)
            self._memory[key] = found
        return self._memory[key]

    def _meeting(self, requirement: Requirement) -> int:
        present = self._keys.get(requirement.key, 0)
        if requirement.operator is Operator.EXISTS:
            return present
        if requirement.operator is Operator.DOES_NOT_EXIST:
            return self._all & ~present
        inside = 0
        for value in requirement.values:
            inside |= self._values.get((requirement.key, value), 0)
        return inside if requirement.operator is Operator.IN else self._all & ~inside


def _ones(bits: int) -> Iterable[int]:
    for place, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)
