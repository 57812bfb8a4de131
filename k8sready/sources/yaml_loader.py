"""YAML as kubectl reads it: times are text, unknown tags are ignored, a key that stands twice is an error.

Source: sigs.k8s.io/yaml (goyaml.v2).
"""

import re
from typing import Any

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT, _FLOAT, _TIME = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"
_MERGE = "tag:yaml.org,2002:merge"
_OTHER_NUMBERS = re.compile(r"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$")  # 12:30 is no number there


class Loader(_Base):  # type: ignore[misc]  # of two classes, whichever is there
    """PyYAML's safe loader with kubectl's idea of plain values."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIME]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


def whole_number(text: str) -> int | float:
    """An integer; beyond 64 bits a floating one, as the API server reads it (no integer field takes that)."""
    number = int(text) if len(text) < 30 else 1 << 64  # more digits than int() may cost time
    return number if -(1 << 63) <= number < 1 << 63 else float(text)


def _integer(loader: Any, node: Any) -> Any:
    if _OTHER_NUMBERS.match(node.value):
        return node.value
    number = _Base.yaml_constructors[_INT](loader, node)
    return number if -(1 << 63) <= number < 1 << 63 else float(number)


def _float(loader: Any, node: Any) -> Any:
    return node.value if _OTHER_NUMBERS.match(node.value) else _Base.yaml_constructors[_FLOAT](loader, node)


def _untagged(loader: Any, node: Any) -> Any:
    """A value of a tag that nothing here knows, as if it had none."""
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Loader.add_constructor(_INT, _integer)
Loader.add_constructor(_FLOAT, _float)
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
