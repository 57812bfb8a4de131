"""Secrets and ConfigMaps as server-side tables without objects: names, types, counts, ages, and nothing else."""

import msgspec

from ..objects.core import ConfigMapRow, SecretRow
from ..objects.meta import ObjectMeta, Resource


class _ColumnDefinition(msgspec.Struct):
    name: str = ""


class _Row(msgspec.Struct):
    cells: list[str | int | float | bool | None] = []
    object: msgspec.Raw = msgspec.Raw(b"null")


class _Table(msgspec.Struct, rename="camel"):
    kind: str = ""
    column_definitions: list[_ColumnDefinition] | None = None
    rows: list[_Row] | None = None


class NotATableError(Exception):
    """The server answered with something else than a table without objects; the body was dropped."""


def rows(key: str, namespace: str, body: bytes) -> list[Resource]:
    """The rows of a page.

    Raises:
        NotATableError: the body is not a Table, or a row carries an object.
    """
    try:
        table = msgspec.json.decode(body, type=_Table)
    except msgspec.DecodeError:
        raise NotATableError from None
    listed = table.rows or []
    if table.kind != "Table" or any(bytes(row.object) not in (b"null", b"") for row in listed):
        raise NotATableError
    names = [column.name for column in table.column_definitions or []]
    return [_row(key, namespace, dict(zip(names, row.cells, strict=False))) for row in listed]


def _row(key: str, namespace: str, cells: dict[str, str | int | float | bool | None]) -> Resource:
    metadata = ObjectMeta(name=str(cells.get("Name", "")), namespace=namespace)
    count = int(str(cells.get("Data") or 0))
    if key == "configmaps":
        return ConfigMapRow(metadata=metadata, data_count=count)
    return SecretRow(
        metadata=metadata, type=str(cells.get("Type", "")), data_count=count, age=str(cells.get("Age", ""))
    )
