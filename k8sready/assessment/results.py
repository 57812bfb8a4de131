"""What an assessment holds: findings, a result per check and question, and the whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
from pandas import DataFrame

from ..answers import Exemption, Said
from ..checks import Manifest, Section, Severity, Status
from ..snapshot import Coverage, Identity
from .plain import plain_values


class Why(str, Enum):
    """Why a check is neither pass nor fail; words belong to the last step."""

    NONE = ""
    NOT_READ = "not-read"  # a kind it needs was forbidden, failed, absent or not requested
    PARTLY_READ = "partly-read"
    NOTHING_TO_EXAMINE = "nothing-to-examine"
    UNDECIDED = "undecided"  # some rows could not be told
    RAISED = "raised"
    NOT_ANSWERED = "not-answered"
    NOT_APPLICABLE = "not-applicable"
    ALL_EXEMPTED = "all-exempted"


class Columns:
    """The rows of a check that did not pass, column by column: plain values, made when a column is first asked for."""

    def __init__(self, rows: DataFrame, ready: Mapping[str, Sequence[Any]]) -> None:
        """`ready` are columns that are plain already; they stand before the rows' own of that name."""
        self.names = tuple({**dict.fromkeys(map(str, rows.columns)), **dict.fromkeys(ready)})
        self._rows, self._plain = rows, dict(ready)

    def __getitem__(self, name: str) -> Sequence[Any]:
        if name not in self._plain:
            self._plain[name] = plain_values(self._rows[name])
        return self._plain[name]


class Row(Mapping[str, Any]):
    """One row by column name. A big cluster has tens of thousands, and few of their values are ever read."""

    __slots__ = ("_at", "_columns", "_names")

    def __init__(self, columns: Columns, at: int, names: tuple[str, ...]) -> None:
        self._columns, self._at, self._names = columns, at, names

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self._columns[name][self._at]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return repr(dict(self))


# Structs, as a big cluster has tens of thousands of them.
class ObjectName(msgspec.Struct, frozen=True, gc=False):
    """What a row is about; empty strings where a part does not apply."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    container: str = ""


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One examined row that failed (`passed` False) or could not be told (None)."""

    check: str
    severity: Severity
    object: ObjectName
    item: str
    passed: bool | None
    evidence: Mapping[str, Any]  # the row's other columns, plain Python values
    remedy: tuple[Manifest, ...] = ()
    proven: bool = False  # the remedy was applied in memory and turned this finding to pass, and broke nothing
    exemption: Exemption | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two findings of two assessments the same."""
        named = self.object
        return (self.check, named.kind, named.namespace, named.name, named.container, self.item)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check or question ended; counts are rows, findings are those that failed or could not be told."""

    check: str
    section: str
    severity: Severity
    status: Status
    why: Why = Why.NONE
    detail: str = ""  # for NOT_READ the kinds and what the server said; for RAISED the error's type
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    exempted: int = 0
    findings: tuple[Finding, ...] = ()
    manual: bool = False
    thresholds: Mapping[str, Any] | None = None
    namespaces: Mapping[str, tuple[int, int, int]] | None = None  # namespace → rows passed, failed, unknown

    @property
    def examined(self) -> int:
        """The denominator of "12 of 40": rows that count, exempted ones left out."""
        return self.passed + self.failed + self.unknown

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Failed rows that no exemption covers."""
        return tuple(item for item in self.findings if item.passed is False and item.exemption is None)


@dataclass(frozen=True, slots=True)
class Score:
    """The share of weighted checks that pass, in percent, as far as evidence goes: worst ≤ truth ≤ best."""

    worst: float
    best: float

    @property
    def ends(self) -> tuple[int, int]:
        """Both as whole numbers; 0 and 100 stand only for themselves, never for what is merely near."""
        return _whole(self.worst), _whole(self.best)

    def __str__(self) -> str:
        return "{} … {}".format(*self.ends)


def _whole(percent: float) -> int:
    return round(percent) if percent in (0, 100) else min(99, max(1, round(percent)))


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every result of the checklist over one snapshot, with what was said and what could not be read."""

    identity: Identity
    coverage: Mapping[str, Coverage]
    results: tuple[CheckResult, ...]
    score: Score
    said: Said
    sections: tuple[Section, ...]
    idle_exemptions: tuple[Exemption, ...] = ()  # match no finding
    expired_exemptions: tuple[Exemption, ...] = ()

    def result(self, check: str) -> CheckResult:
        """The result of a check or question by name.

        Raises:
            KeyError: there is none of that name.
        """
        found = next((result for result in self.results if result.check == check), None)
        if found is None:
            raise KeyError(check)
        return found

    def of(self, section: str) -> tuple[CheckResult, ...]:
        """The results of one section, in its order."""
        return tuple(result for result in self.results if result.section == section)

    def lapse(self, exemption: Exemption) -> str:
        """Why an exemption has no effect: idle (it matches no finding) or expired; empty where it has one."""
        idle = "idle" if exemption in self.idle_exemptions else ""
        return "expired" if exemption in self.expired_exemptions else idle

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Open findings of all checks, most severe first, then by check and object."""
        every = (item for result in self.results for item in result.open_findings)
        return tuple(sorted(every, key=lambda item: (item.severity.rank, item.key)))
