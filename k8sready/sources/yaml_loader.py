"""YAML as kubectl reads it: times are text, unknown tags are ignored, a key that stands twice is an error.

Source: sigs.k8s.io/yaml (goyaml.v2).
"""

import re
from typing import Any

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOL, _NUMBER, _MERGE = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:merge"
_OTHERS = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp", _NUMBER)
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?(0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)")
_PLAIN = re.compile(rf"^(?:{_INTEGER.pattern}|{_DECIMAL.pattern}|{_SPECIAL.pattern})$")
_DIGITS = "0123456789"


class Loader(_Base):  # type: ignore[misc]  # of two classes, whichever is there
    """PyYAML's safe loader with kubectl's idea of plain values."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OTHERS]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(_NUMBER, _PLAIN, list(f"-+.{_DIGITS}"))
Loader.add_implicit_resolver(_BOOL, re.compile("^[yYnN]$"), list("yYnN"))


def whole_number(text: str) -> int | float:
    """An integer; beyond 64 bits a floating one, as the API server reads it (no integer field takes that)."""
    number = int(text) if len(text) < 30 else 1 << 64  # more digits than int() may cost time
    return number if -(1 << 63) <= number < 1 << 63 else float(text)


def _number(_loader: Any, node: Any) -> Any:
    """A number as goyaml's resolve takes it: octal with a leading 0, 08 as 8."""
    text = node.value.replace("_", "")
    if _SPECIAL.fullmatch(text):
        return node.value  # JSON has no such number, so kubectl refuses the document
    if not _INTEGER.fullmatch(text):
        return float(text)
    digits = text.lstrip("+-").lower()
    if digits.isdigit() and not (digits.startswith("0") and len(digits) > 1):
        return whole_number(text)
    number = int(digits, 0) if digits[1:2] in ("b", "o", "x") else int(digits, 8)
    number = -number if text[0] == "-" else number
    return number if -(1 << 63) <= number < 1 << 63 else float(number)


def _truth(loader: Any, node: Any) -> Any:
    return node.value in ("y", "Y") if len(node.value) == 1 else _Base.yaml_constructors[_BOOL](loader, node)


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
