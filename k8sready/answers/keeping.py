"""Changing a YAML file that people write too: their comments, order and quotes stay as they are."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import LiteralScalarString
from ruamel.yaml.util import load_yaml_guess_indent

Identity = Callable[[dict[str, str]], object]
_BLANK = ("", "*")  # values that say as much as none
_WIDE = 4096  # columns: a long reason stays on its line


def changed(text: str, content: dict[str, Any], identity: Identity) -> str:
    """The file's text with this content; what is the same stays as it is written.

    `content` has texts, dates, numbers, maps of them, and lists of maps (entries). `identity` tells, from an entry's
    values as texts, which entry of a list another one replaces.

    Raises:
        ruamel.yaml.error.YAMLError: the text is not YAML.
    """
    style = _style(text)
    document = style.load(text)
    held = document if isinstance(document, CommentedMap) else CommentedMap()
    _fill(held, content, identity)
    written = io.StringIO("" if document is held else text)  # a file of comments only
    written.seek(0, io.SEEK_END)
    style.dump(held, written)
    return written.getvalue()


class _TextsOnly(VersionedResolver):
    """Every value is the text that stands there, as it is when the file is read."""

    @property
    def versioned_resolver(self) -> Any:
        return {}


def _style(text: str) -> YAML:
    """Writes lists as they are indented in the text."""
    style = YAML()
    style.Resolver = _TextsOnly
    style.preserve_quotes = True
    style.width = _WIDE
    _, indent, offset = load_yaml_guess_indent(text)
    if offset:
        style.indent(mapping=indent - offset, sequence=indent, offset=offset)
    return style


def _fill(held: CommentedMap, wanted: dict[str, Any], identity: Identity) -> None:
    for name in [name for name, value in held.items() if name not in wanted and value not in _BLANK]:
        del held[name]
    for name, value in wanted.items():
        if isinstance(value, dict):
            _fill(_part(held, name, CommentedMap), value, identity)
        elif isinstance(value, list):
            _fill_list(_part(held, name, CommentedSeq), value, identity)
        elif name not in held or held[name] != _text(value):
            held[name] = _scalar(_text(value))


def _part(held: CommentedMap, name: str, kind: type[CommentedMap] | type[CommentedSeq]) -> Any:
    if not isinstance(held.get(name), kind):
        held[name] = kind()
    return held[name]


def _fill_list(held: CommentedSeq, wanted: list[dict[str, Any]], identity: Identity) -> None:
    places: dict[object, list[int]] = {}
    for place, entry in enumerate(wanted):
        places.setdefault(identity(_texts(entry)), []).append(place)
    kept = set[int]()
    for at in reversed(range(len(held))):
        alike = places.get(identity(_texts(held[at])))
        if alike:
            kept.add(alike[-1])
            _fill(held[at], wanted[alike.pop()], identity)
        else:
            del held[at]
    for place, entry in enumerate(wanted):
        if place not in kept:
            held.append(CommentedMap())
            _fill(held[-1], entry, identity)


def _texts(entry: dict[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in entry.items() if value not in _BLANK}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _scalar(text: str) -> str:
    """Lines as lines, where they come back as they are."""
    lines = text.split("\n")
    return LiteralScalarString(text) if len(lines) > 1 and all(map(str.isprintable, lines)) else text
