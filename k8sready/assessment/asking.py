"""Asks one check or question, and turns what it returns into a result; nothing a check does stops the others."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from ..answers import Exemption, Reply, Said
from ..checks import Check, Question, Severity, Status
from ..objects.kinds import BY_KEY
from ..snapshot import Coverage, Reading
from ..tables import Tables
from .results import CheckResult, Finding, ObjectName, Row, Why

_LOG = logging.getLogger(__name__)
_NAMES = ("kind", "namespace", "name", "container")
_OWN = frozenset({*_NAMES, "passed", "severity", "item"})


def ask(check: Check, section: str, tables: Tables, said: Said) -> CheckResult:
    """The result of one check over the tables, with exemptions that have not ended applied."""
    thresholds = _thresholds(check, said)
    blank = CheckResult(check.name, section, check.severity, Status.UNKNOWN, thresholds=thresholds)
    unread = list(_unread(check, tables))
    blocking = [covered for covered in unread if covered.reading is not Reading.PARTIAL]
    if blocking:
        return replace(blank, why=Why.NOT_READ, detail=_told(blocking))
    try:
        rows = _examined(check, check.function(*(tables[name] for name in check.tables), **thresholds))
        return _judged(blank, check, rows, unread, said, tables.snapshot.identity.captured_at.date())
    except Exception as error:  # one check costs only itself (promise 10)
        _LOG.warning("check %s raised %s", check.name, type(error).__name__, exc_info=True)
        return replace(blank, why=Why.RAISED, detail=type(error).__name__)


def _thresholds(check: Check, said: Said) -> dict[str, Any]:
    changed = {name: value for owner, name, value in said.profile if owner == check.name and name in check.thresholds}
    return {**check.thresholds, **changed}


def _unread(check: Check, tables: Tables) -> Iterable[Coverage]:
    """Readings that are not complete. A custom kind that is not served is complete: there can be no such object."""
    for covered in {item.key: item for name in check.tables for item in tables.readings(name)}.values():
        kind = BY_KEY.get(covered.key)
        if not (covered.reading is Reading.ABSENT and kind is not None and kind.custom):
            yield covered


def _told(unread: Iterable[Coverage]) -> str:
    return "; ".join(f"{covered.key}: {covered.reading.value}" for covered in sorted(unread, key=lambda item: item.key))


def _examined(check: Check, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with all columns the framework reads.

    Raises:
        TypeError: `passed` is missing or is not boolean.
    """
    if "passed" not in rows:
        raise TypeError(f"{check.name} returned no column 'passed'")
    examined = rows.reset_index(drop=True)
    examined["passed"] = examined["passed"].astype("boolean")
    for name in (*_NAMES, "item"):
        examined[name] = examined[name].astype("string").fillna("") if name in examined else ""
    return _once(examined)


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per object and item, the worst: templates of one workload can differ while it rolls out."""
    keys = [*_NAMES, "item"]
    if not rows.duplicated(keys).any():
        return rows
    worst_first = rows.assign(_rank=rows["passed"].astype("Float64").fillna(0.5)).sort_values("_rank", kind="stable")
    return worst_first.drop_duplicates(keys).sort_index().drop(columns="_rank")


def _judged(
    blank: CheckResult, check: Check, rows: pd.DataFrame, unread: list[Coverage], said: Said, today: date
) -> CheckResult:
    missing = {namespace for covered in unread for namespace in covered.missing}
    if missing:
        rows = rows.assign(passed=rows["passed"].mask(rows["namespace"].isin(missing), pd.NA))
    live = [item for item in said.exemptions if not item.expired(today)]
    findings = tuple(sorted(_findings(check, rows[~rows["passed"].fillna(False)], live), key=_reading_order))
    open_failed = sum(1 for item in findings if item.passed is False and item.exemption is None)
    exempted = sum(1 for item in findings if item.exemption is not None)
    unknown = sum(1 for item in findings if item.passed is None and item.exemption is None)
    counted = replace(
        blank,
        passed=len(rows) - len(findings),
        failed=open_failed,
        unknown=unknown,
        exempted=exempted,
        findings=findings,
        namespaces=_by_namespace(rows, findings),
    )
    status, why = _status(counted, bool(unread))
    return replace(counted, status=status, why=why, detail=_told(unread) if unread else "")


def _status(counted: CheckResult, partly: bool) -> tuple[Status, Why]:
    if counted.failed:
        return Status.FAIL, Why.PARTLY_READ if partly else Why.NONE
    if partly:
        return Status.UNKNOWN, Why.PARTLY_READ
    if counted.unknown:
        return Status.UNKNOWN, Why.UNDECIDED
    if counted.passed:
        return Status.PASS, Why.NONE
    return Status.SKIP, Why.ALL_EXEMPTED if counted.exempted else Why.NOTHING_TO_EXAMINE


def _findings(check: Check, failing: pd.DataFrame, exemptions: list[Exemption]) -> Iterator[Finding]:
    """A finding per row that did not pass; values are converted column by column, which is what makes it quick."""
    every = {str(name): place for place, name in enumerate(failing.columns)}
    own = {name: place for name, place in every.items() if name not in _OWN}
    columns = [_plain_values(failing[name]) for name in failing.columns] if len(failing) else []
    for values in zip(*columns, strict=True):
        row = Row(every, values)
        yield _finding(check, row, Row(own, values), exemptions)


def _plain_values(series: pd.Series) -> list[Any]:
    """A column's plain values; nullable columns convert as a whole."""
    values: Any = series.array
    if isinstance(series.dtype, (pd.StringDtype, pd.BooleanDtype, pd.Int64Dtype)):
        return list(values.to_numpy(dtype=object, na_value=None).tolist())
    if isinstance(series.dtype, pd.Float64Dtype):
        told = values.to_numpy(dtype="float64", na_value=float("nan")).tolist()
        return [None if value != value else value for value in told]
    return [_plain(value) for value in series.astype(object)]


def _plain(value: Any) -> Any:
    """A plain Python value: NA and NaT become None, numpy scalars become int, float or bool, times ISO text."""
    if type(value) in (str, bool, int) or value is None:
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _finding(check: Check, row: Row, evidence: Row, exemptions: list[Exemption]) -> Finding:
    names, failed = (row["kind"], row["namespace"], row["name"], row["container"]), row["passed"] is False
    severity = Severity(row["severity"]) if row.get("severity") else check.severity
    # Only failures can be exempted: taking an undecided row away would lower what the score may still become.
    covering = next((item for item in exemptions if item.covers(check.name, *names)), None) if failed else None
    remedy = tuple(check.remedy(row)) if check.remedy and failed else ()
    return Finding(
        check.name, severity, ObjectName(*names), row["item"], row["passed"], evidence, remedy, exemption=covering
    )


def _reading_order(finding: Finding) -> tuple[int, bool, tuple[str, ...]]:
    return (finding.severity.rank, finding.passed is None, finding.key)


def _by_namespace(rows: pd.DataFrame, findings: Iterable[Finding]) -> dict[str, tuple[int, int, int]]:
    passed = Counter(rows.loc[rows["passed"].fillna(False), "namespace"].tolist())
    failed = Counter(item.object.namespace for item in findings if item.passed is False and item.exemption is None)
    unknown = Counter(item.object.namespace for item in findings if item.passed is None and item.exemption is None)
    names = sorted({*passed, *failed, *unknown})
    return {str(name): (passed[name], failed[name], unknown[name]) for name in names}


def ask_people(question: Question, section: str, said: Said, today: date) -> CheckResult:
    """The result of a question for people; unanswered is unknown."""
    blank = CheckResult(question.name, section, question.severity, Status.UNKNOWN, Why.NOT_ANSWERED, manual=True)
    answer = said.answer(question.name)
    if answer is None:
        return blank
    if answer.reply is Reply.YES:
        return replace(blank, status=Status.PASS, why=Why.NONE, passed=1)
    if answer.reply is Reply.NOT_APPLICABLE:
        return replace(blank, status=Status.SKIP, why=Why.NOT_APPLICABLE)
    live = (item for item in said.exemptions if not item.expired(today) and item.covers(question.name, "", "", "", ""))
    evidence = {"note": answer.note, "by": answer.by}
    finding = Finding(
        question.name, question.severity, ObjectName(), "", passed=False, evidence=evidence, exemption=next(live, None)
    )
    if finding.exemption:
        return replace(blank, status=Status.SKIP, why=Why.ALL_EXEMPTED, exempted=1, findings=(finding,))
    return replace(blank, status=Status.FAIL, why=Why.NONE, failed=1, findings=(finding,))
