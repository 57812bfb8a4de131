"""Literal values in environments, commands and arguments: what they look like, never what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..objects.containers import Container
from ..objects.redaction import Concealed, ValueKind
from .containers import is_injected, members
from .file_owners import FILE_OWNER, NAMESPACES, assigning, file_owner
from .schema import CONTAINER, OBJECT, SYSTEM, TEMPLATED, Cells, Repeated, Table, count, text

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


def build(tables: Tables) -> list[Cells]:
    """A container's own cells once, with the number of its literals; the literals' cells one by one."""
    own: list[tuple[Any, ...]] = []
    counts: list[int] = []
    cells: list[tuple[str, str, Concealed]] = []
    assigned = assigning(tables.snapshot)
    for template in tables.templates:
        root, system, owner = template.root, tables.is_system(template.root.namespace), file_owner(template, assigned)
        for role, container in members(template.spec):
            before = len(cells)
            cells += _literals(container)
            if len(cells) > before:
                injected = is_injected(tables, template, role, container.name)
                held = (injected, *owner, template.pods)
                own.append((root.kind, root.namespace, root.name, container.name, role, system, *held))
                counts.append(len(cells) - before)
    where, behind = _columns(own, counts)
    how, names, values = zip(*cells, strict=True) if cells else ((), (), ())
    looks = ([_NAMES[value.kind] for value in values], [value.length for value in values])
    return [*where, how, names, *looks, [value.digest for value in values], *behind]


def _columns(own: list[tuple[Any, ...]], counts: list[int]) -> tuple[list[Cells], list[Cells]]:
    """The columns before and behind those of the literals."""
    columns = zip(*own, strict=True) if own else ([] for _ in range(_WHERE + len(FILE_OWNER) + 1))
    repeated = [Repeated(list(column), counts) for column in columns]
    return [*repeated[:_WHERE]], [*repeated[_WHERE:]]


_WHERE = len((*OBJECT, CONTAINER)) + 2  # role, system


def _literals(container: Container) -> Iterator[tuple[str, str, Concealed]]:
    """Of each literal: how it is given, under which name, and what is kept of it."""
    for item in container.env:
        if item.value and item.value.kind is not ValueKind.EMPTY:
            yield "env", item.name, item.value
    for how, values in (("command", container.command), ("args", container.args)):
        yield from ((how, *named) for named in _named(how, values))


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
    hints=(NAMESPACES,),
    by_column=True,
)
