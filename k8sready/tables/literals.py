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


def build(tables: Tables) -> list[list[Any]]:
    columns: list[list[Any]] = [[] for _ in COLUMNS]
    for template in tables.templates:
        root = template.root
        for role, container in members(template.spec):
            where = (root.kind, root.namespace, root.name, container.name, role, tables.is_system(root.namespace))
            held = (is_injected(tables, root, role, container.name), *file_owner(template.spec, container))
            for column, cells in zip(columns, _cells(container, where, (*held, template.pods)), strict=True):
                column.extend(cells)
    return columns


def _cells(container: Container, where: tuple[Any, ...], held: tuple[Any, ...]) -> Iterator[list[Any]]:
    """The cells of a container's literals, column by column."""
    env = [(item.name, item.value) for item in container.env if item.value and item.value.kind is not ValueKind.EMPTY]
    command, args = (_named(how, values) for how, values in (("command", container.command), ("args", container.args)))
    literals = [*env, *command, *args]
    yield from ([cell] * len(literals) for cell in where)
    yield ["env"] * len(env) + ["command"] * len(command) + ["args"] * len(args)
    yield [name for name, _ in literals]
    yield [_NAMES[value.kind] for _, value in literals]
    yield [value.length for _, value in literals]
    yield [value.digest for _, value in literals]
    yield from ([cell] * len(literals) for cell in held)


def _named(how: str, values: Iterable[Concealed]) -> list[tuple[str, Concealed]]:
    """Arguments with the flag that they belong to: --name=value, or --name value."""
    found: list[tuple[str, Concealed]] = []
    before = ""
    for place, value in enumerate(values):
        if value.flag and value.kind is ValueKind.EMPTY:
            before = value.flag
            continue
        found.append((value.flag or before or f"{how}[{place}]", value))
        before = ""
    return found


TABLE = Table(
    "env_literals",
    "Literal values in environments, commands and arguments: what they look like, never what they are.",
    COLUMNS,
    build,
    reads=TEMPLATED,
    by_column=True,
)
