"""What a table is: fixed columns with nullable types, the kinds it reads, and the function that builds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas import DataFrame

if TYPE_CHECKING:
    from . import Tables


class Type(str, Enum):
    """Column types; all of them know "not told" (NA), so a comparison with it is NA and never False."""

    TEXT = "string"
    NAME = "category"  # text that repeats, in tables with a row per pod
    FLAG = "boolean"
    COUNT = "Int64"
    NUMBER = "Float64"
    TIME = "datetime64[ns, UTC]"
    LIST = "object"  # tuples of text


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, and what it says, with the unit."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A column whose cells come several times each, one after the other: in tables with many rows per object."""

    cells: list[Any]
    counts: list[int]


Cells = Sequence[Any] | Repeated  # of one column
Rows = Iterable[Sequence[Any]] | Iterable[Cells]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `build` gives rows in the order of `columns`; `by_column`: lists of cells, one for each column.

    `reads` are the kinds (GroupResources) without which the table cannot be trusted; `optional_reads` only add columns'
    values, which are NA without them; `hints` serve remedies, and no verdict depends on them.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    build: Callable[[Tables], Rows]
    reads: tuple[str, ...] = ()
    optional_reads: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    by_column: bool = False  # for tables of hundreds of thousands of rows

    @property
    def every_read(self) -> tuple[str, ...]:
        """The kinds it reads, needed or not."""
        return (*self.reads, *self.optional_reads, *self.hints)

    def frame(self, rows: Rows) -> DataFrame:
        """The rows as a DataFrame with exactly these columns and types, also when there are none."""
        listed = list(rows)
        empty: Iterable[Sequence[Any]] = ([] for _ in self.columns)
        values = listed if self.by_column else zip(*listed, strict=True) if listed else empty
        series = {column.name: _column(cells, column.type) for column, cells in zip(self.columns, values, strict=True)}
        return DataFrame(series, copy=False)


def _column(cells: Cells, kind: Type) -> Any:
    if not isinstance(cells, Repeated):
        return _typed(cells if isinstance(cells, list) else list(cells), kind)
    places = np.repeat(np.arange(len(cells.cells)), np.array(cells.counts, dtype="int64"))
    return _typed(cells.cells, kind).take(places)


def _typed(cells: list[Any], kind: Type) -> Any:
    if kind is Type.TIME:
        return _times(cells)
    if kind is Type.NAME:
        codes, names = pd.factorize(np.array(cells, dtype=object), sort=True)
        return pd.Categorical.from_codes(codes.tolist(), pd.Index(names))
    if kind is Type.LIST:
        return pd.Series(cells, dtype="object")
    if kind is Type.TEXT:
        return pd.array(cells, dtype=kind.value)
    return _masked(cells, kind)


def _times(cells: list[Any]) -> Any:
    """Times; one that nanoseconds cannot tell (anybody may write an event of the year 9999) is not told at all."""
    read = pd.to_datetime(pd.Series(cells, dtype="object"), utc=True, errors="coerce")
    return read.where(read.between(*_TOLD_TIMES)).astype(Type.TIME.value)


_TOLD_TIMES = (pd.Timestamp(1678, 1, 1, tz="UTC"), pd.Timestamp(2262, 1, 1, tz="UTC"))


def _masked(cells: list[Any], kind: Type) -> Any:
    """Whole columns at once: pandas looks at every cell of a list that holds None."""
    array, dtype, blank = _MASKED[kind]
    some = None in cells
    blanks = [cell is None for cell in cells] if some else [False] * len(cells)
    values = [blank if cell is None else cell for cell in cells] if some else cells
    listed = np.array(values, dtype=None if cells else dtype)
    # "safe": a fraction is no count, a number no flag
    return array(listed.astype(dtype, casting="safe", copy=False), np.array(blanks, dtype=bool))


_MASKED: dict[Type, tuple[Any, str, Any]] = {
    Type.COUNT: (pd.arrays.IntegerArray, "int64", 0),
    Type.NUMBER: (pd.arrays.FloatingArray, "float64", 0.0),
    Type.FLAG: (pd.arrays.BooleanArray, "bool", False),
}


def text(name: str, meaning: str) -> Column:
    """A text column."""
    return Column(name, Type.TEXT, meaning)


def flag(name: str, meaning: str) -> Column:
    """A yes/no/unknown column."""
    return Column(name, Type.FLAG, meaning)


def count(name: str, meaning: str) -> Column:
    """A whole-number column."""
    return Column(name, Type.COUNT, meaning)


def number(name: str, meaning: str) -> Column:
    """A number column."""
    return Column(name, Type.NUMBER, meaning)


def time(name: str, meaning: str) -> Column:
    """A time column (UTC)."""
    return Column(name, Type.TIME, meaning)


KIND, NAMESPACE, NAME = (
    text("kind", "kind of the object; for pods their workload's"),
    text("namespace", "its namespace; empty for cluster-scoped objects"),
    text("name", "its name; for pods their workload's"),
)
CONTAINER = text("container", "container name")
SYSTEM = flag("system", "in a namespace of Kubernetes or of the distribution")
FORMER = flag("former", "of a former revision, which a Deployment is replacing: its template is another one now")
OBJECT = (KIND, NAMESPACE, NAME)
TEMPLATED = (
    "pods",
    *("deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps"),
    *("jobs.batch", "cronjobs.batch", "replicationcontrollers"),
)
