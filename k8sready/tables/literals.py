"""Literal values in environments, commands and arguments: what they look like, never what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..objects.containers import Container
from ..objects.redaction import Concealed, ValueKind
from .containers import FILE_OWNER, file_owner, is_injected, members
from .schema import CONTAINER, OBJECT, SYSTEM, TEMPLATED, Table, count, text

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    CONTAINER,
    text("role", "init, sidecar, main or ephemeral"),
    SYSTEM,
    text("how", "env, command or args"),
    text("variable", "environment variable, or the flag before the value, or the place as in args[2]"),
    text("value_kind", "what the value looks like"),
    count("length", "its length, rounded down to a power of two"),
    text("digest", "salted digest: equal within a snapshot means equal"),
    *FILE_OWNER,
    count("pods", "running pods of the template"),
)


_NAMES = {kind: kind.value for kind in ValueKind}  # reading .value of an enum is slow, and there are many rows


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for template in tables.templates:
        root = template.root
        for role, container in members(template.spec):
            where = (root.kind, root.namespace, root.name, container.name, role, tables.is_system(root.namespace))
            held = (is_injected(tables, root, role, container.name), *file_owner(template.spec, container))
            yield from _rows(container, where, (*held, template.pods))


def _rows(container: Container, where: tuple[Any, ...], held: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Lists of tuples and no generators: a big cluster has hundreds of thousands of these rows."""
    rows = [
        (*where, "env", variable.name, _NAMES[value.kind], value.length, value.digest, *held)
        for variable in container.env
        if (value := variable.value) is not None and value.kind is not ValueKind.EMPTY
    ]
    for how, values in (("command", container.command), ("args", container.args)):
        for name, value in _named(how, values):
            rows.append((*where, how, name, _NAMES[value.kind], value.length, value.digest, *held))
    return rows


def _named(how: str, values: Iterable[Concealed]) -> Iterator[tuple[str, Concealed]]:
    """Arguments with the flag that they belong to: --name=value, or --name value."""
    before = ""
    for place, value in enumerate(values):
        if value.flag and value.kind is ValueKind.EMPTY:
            before = value.flag
            continue
        yield value.flag or before or f"{how}[{place}]", value
        before = ""


TABLE = Table(
    "env_literals",
    "Literal values in environments, commands and arguments: what they look like, never what they are.",
    COLUMNS,
    build,
    reads=TEMPLATED,
)
