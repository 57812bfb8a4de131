"""The data dictionary: every table, its columns, and what it reads, as Markdown."""

from .catalogue import TABLES
from .schema import Table, Type

_NAMES = {
    Type.TEXT: "text",
    Type.NAME: "category",
    Type.FLAG: "yes/no",
    Type.COUNT: "whole number",
    Type.NUMBER: "number",
    Type.TIME: "time (UTC)",
    Type.LIST: "list of text",
}


def markdown() -> str:
    """One section per table; every column may be NA ("not told")."""
    head = '# Tables\n\nMade by `make docs` from `k8sready/tables/`. Every column may be NA, which means "not told".\n'
    return "\n".join([head, *(_section(table) for table in TABLES.values())])


def _section(table: Table) -> str:
    rows = [f"| `{column.name}` | {_NAMES[column.type]} | {column.meaning} |" for column in table.columns]
    reads = ", ".join(table.reads) or "what discovery says"
    others = table.every_read[len(table.reads) :]
    optional = f" Optional: {', '.join(others)}." if others else ""
    lines = [f"## {table.name}", "", table.meaning, "", f"Reads: {reads}.{optional}", ""]
    return "\n".join([*lines, "| column | type | meaning |", "|---|---|---|", *rows, ""])
