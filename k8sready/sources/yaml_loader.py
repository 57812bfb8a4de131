"""YAML as kubectl reads it: times are text, unknown tags are ignored, a key that stands twice is an error.

Source: sigs.k8s.io/yaml (goyaml.v2).
"""

import math
import re
from typing import Any

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Writer: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_BOOL, _NUMBER, _MERGE = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:merge"
_OTHERS = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp", _NUMBER)
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?(0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)")
_PLAIN = re.compile(rf"^(?:{_INTEGER.pattern}|{_DECIMAL.pattern}|{_SPECIAL.pattern})$")
_DIGITS = "0123456789"
_DEEPEST = 500  # newer versions of libyaml stop at twice that; older ones go on until the process dies


class Loader(_Base):  # type: ignore[misc]  # of two classes, whichever is there
    """PyYAML's safe loader with kubectl's idea of plain values."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._depth = 0

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        """Called for every node that is composed, in C too, where nothing else guards the stack.

        Raises:
            RecursionError: it lies too deep.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError

    def ascend_resolver(self) -> None:
        """Called when a node is composed."""
        self._depth -= 1


class Dumper(_Writer):  # type: ignore[misc]  # likewise
    """PyYAML's safe dumper; text that kubectl would take for a number or a truth is quoted too."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OTHERS]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
for _either in (Loader, Dumper):
    _either.add_implicit_resolver(_NUMBER, _PLAIN, list(f"-+.{_DIGITS}"))
    _either.add_implicit_resolver(_BOOL, re.compile("^[yYnN]$"), list("yYnN"))


def whole_number(text: str) -> int | float:
    """An integer; beyond 64 bits a floating one, as the API server reads it (no integer field takes that).

    Raises:
        OverflowError: JSON has no such number.
    """
    number = int(text) if len(text) < 30 else 1 << 64  # more digits than int() may cost time
    return number if -(1 << 63) <= number < 1 << 63 else finite(text)


def finite(text: str) -> float:
    """A floating number.

    Raises:
        OverflowError: JSON has no such number.
    """
    number = float(text)
    if not math.isfinite(number):
        raise OverflowError
    return number


def _number(_loader: Any, node: Any) -> Any:
    """A number, or text where JSON has no such number: goyaml takes it so, and no field of the API takes that."""
    try:
        return node.value if _SPECIAL.fullmatch(node.value) else _resolved(node.value.replace("_", ""))
    except OverflowError:
        return node.value


def _resolved(text: str) -> int | float:
    """A number as goyaml's resolve takes it: octal with a leading 0, 08 as 8; 1.0 is written as 1 in kubectl's JSON."""
    if not _INTEGER.fullmatch(text):
        value = finite(text)
        return int(value) if value.is_integer() and abs(value) < 1 << 63 else value
    digits = text.lstrip("+-").lower()
    if digits.isdigit() and not (digits.startswith("0") and len(digits) > 1):
        return whole_number(text)
    number = int(digits, 0) if digits[1:2] in ("b", "o", "x") else int(digits, 8)
    number = -number if text[0] == "-" else number
    return number if -(1 << 63) <= number < 1 << 63 else float(number)


def _truth(_loader: Any, node: Any) -> bool:
    """A truth value.

    Raises:
        ValueError: a tag says that it is one, and it is not; the value is not told.
    """
    truths = {**_Base.bool_values, "y": True, "n": False}
    word = node.value.lower()
    if word not in truths:
        raise ValueError
    return bool(truths[word])


def _untagged(loader: Any, node: Any) -> Any:
    """A value of a tag that nothing here knows, as if it had none."""
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Loader.add_constructor(_NUMBER, _number)
Loader.add_constructor(_BOOL, _truth)
Loader.add_constructor(None, _untagged)


def forget(loader: Any) -> None:
    """Make a loader ready for the next document after it could not construct one."""
    loader.constructed_objects, loader.recursive_objects = {}, {}
    loader.state_generators, loader.deep_construct = [], False


def unfolded(root: Any) -> float:
    """How many values a node holds once its aliases are followed; infinitely many where it holds itself.

    Counted before anything is made of the node: merge keys (`<<`) unfold while it is constructed.
    """
    counts: dict[int, float] = {}
    waiting = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        inner = _collections(node)
        if ready:
            counts[id(node)] = 1 + len(node.value) + sum(counts[id(item)] for item in inner)
        elif id(node) not in counts:
            counts[id(node)] = math.inf
            waiting.append((node, True))
            waiting += [(item, False) for item in inner]
    return counts[id(root)]


def _collections(node: Any) -> list[Any]:
    items = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
    return [item for item in items if isinstance(item, yaml.CollectionNode)]


def repeated_key(root: Any) -> Any:
    """The node of a key that stands twice in its map, or None."""
    stack, seen = [root], {id(root)}
    while stack:
        node = stack.pop()
        inner = node.value if isinstance(node, yaml.SequenceNode) else ()
        if isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE:
                    if key.value in names:
                        return key
                    names.add(key.value)
            inner = [value for _, value in node.value]
        fresh = [item for item in inner if id(item) not in seen and not isinstance(item, yaml.ScalarNode)]
        seen.update(map(id, fresh))
        stack.extend(fresh)
    return None
