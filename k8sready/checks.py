"""What a check is: a pure function from tables to examined rows, with a severity and perhaps a remedy."""

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pandas import DataFrame

from .tables import TABLES


class Severity(str, Enum):
    """How bad a finding is (words of the PolicyReport API)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical … 4 for info: the order in which findings are read."""
        return _RANKS[self.value]

    @property
    def weight(self) -> int:
        """What a check of this severity counts for in the score; info counts nothing."""
        return _WEIGHTS[self]


_RANKS = {severity.value: rank for rank, severity in enumerate(Severity)}
_WEIGHTS = {Severity.CRITICAL: 10, Severity.HIGH: 5, Severity.MEDIUM: 3, Severity.LOW: 1, Severity.INFO: 0}


class Status(str, Enum):
    """How a check ended. Unknown is never a pass; skip means there was nothing to examine."""

    PASS = "pass"  # noqa: S105  the PolicyReport API's word, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"


Row = Mapping[str, Any]
Manifest = dict[str, Any]
Remedy = Callable[[Row], Sequence[Manifest]]
"""A failing row → objects, or patches of existing objects (apiVersion, kind, metadata and the fields to merge).

An empty sequence: no change of this object can be proposed (its words then say what people do instead)."""


@dataclass(frozen=True, slots=True)
class Check:
    """A question to the cluster: `function` takes tables by name, returns the rows it examined plus `passed`.

    Keyword-only parameters of the function are thresholds: shown beside the verdict, overridable by a profile.
    Columns the framework reads of the returned rows: kind, namespace, name, container (object behind the row), `passed`
    (boolean, NA: could not tell), optional `item` (what exactly within the object; tells rows of one object apart) and
    `severity` (a row's own). All other columns are evidence.
    `absent` are kinds of which it says that there is none: where one was not read wholly, its failures are undecided.
    `needs` are kinds that its tables only read where they can, and without which it can tell nothing.
    `speaks_of` are namespaces that its title names: where only others were read, its passes are undecided.
    """

    name: str
    severity: Severity
    function: Callable[..., DataFrame]
    tables: tuple[str, ...]
    thresholds: Mapping[str, Any]
    remedy: Remedy | None = None
    aliases: tuple[str, ...] = ()
    opinion: bool = False  # a matter of taste in the field; its words say so
    reference: str = ""  # the checklist's own number, e.g. P01-05
    absent: tuple[str, ...] = ()
    speaks_of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What no cluster can answer; people do, with evidence. "yes" is the good answer."""

    name: str
    severity: Severity
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of tables: `function(*frames, labels) -> plotly Figure`, or None where there is nothing to draw."""

    name: str
    function: Callable[..., Any]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the sixteen points (or the annex): checks, questions, charts, and the tables a reader sees first."""

    name: str
    point: int
    checks: tuple[Check, ...]
    questions: tuple[Question, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[str, ...] = ()


def check(
    severity: Severity,
    *,
    remedy: Remedy | None = None,
    aliases: tuple[str, ...] = (),
    opinion: bool = False,
    reference: str = "",
    absent: tuple[str, ...] = (),
    speaks_of: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
) -> Callable[[Callable[..., DataFrame]], Check]:
    """Make a check of a function; its name is the check's name, its parameters are table names.

    Raises:
        TypeError: a parameter names no table (the message suggests one), a threshold has no default, or no table of
            the check reads an absent or needed kind.
    """

    def decorate(function: Callable[..., DataFrame]) -> Check:
        tables, thresholds = _parameters(function)
        name, read = function.__name__, {key for table in tables for key in TABLES[table].every_read}
        if not read.issuperset((*absent, *needs)):
            raise TypeError(f"{name}: its tables do not read {', '.join(sorted({*absent, *needs} - read))}")
        about = (remedy, aliases, opinion, reference, absent, speaks_of, needs)
        return Check(name, severity, function, tables, thresholds, *about)

    return decorate


def chart(function: Callable[..., Any]) -> Chart:
    """Make a chart of a function whose parameters are table names and, last, `labels` (a mapping of words)."""
    tables = tuple(name for name in inspect.signature(function).parameters if name != "labels")
    for table in tables:
        _known(table, function)
    return Chart(function.__name__, function, tables)


def _parameters(function: Callable[..., Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    tables: list[str] = []
    thresholds: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            _known(name, function)
            tables.append(name)
        elif parameter.default is inspect.Parameter.empty:
            raise TypeError(f"{function.__name__}: threshold {name!r} needs a default")
        else:
            thresholds[name] = parameter.default
    return tuple(tables), thresholds


def _known(table: str, function: Callable[..., Any]) -> None:
    if table not in TABLES:
        near = difflib.get_close_matches(table, TABLES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise TypeError(f"{function.__name__}: there is no table {table!r}{hint}")
