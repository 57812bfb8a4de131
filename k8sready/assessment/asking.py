"""Asks one check or question, and turns what it returns into a result; nothing a check does stops the others."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import repeat
from typing import Any

from ..answers import Exemption, Reply, Said
from ..checks import Check, Question, Severity, Status
from ..objects.kinds import BY_KEY
from ..snapshot import Coverage, Reading
from ..tables import TABLES, Tables
from .examined import ABOUT, Examined, examined
from .results import CheckResult, Columns, Finding, ObjectName, Row, Why

_LOG = logging.getLogger(__name__)
_OWN = frozenset({*ABOUT, "passed", "severity"})
Exempt = Callable[..., Exemption | None]  # check, kind, namespace, name, container → the exemption that covers it


def ask(check: Check, section: str, tables: Tables, said: Said) -> CheckResult:
    """The result of one check over the tables, with exemptions that have not ended applied."""
    thresholds = _thresholds(check, said)
    blank = CheckResult(check.name, section, check.severity, Status.UNKNOWN, thresholds=thresholds)
    unread = list(_unread(check, tables))
    blocking = [covered for covered in unread if covered.reading is not Reading.PARTIAL]
    if blocking:
        return replace(blank, why=Why.NOT_READ, detail=_told(blocking))
    try:
        rows = check.function(*(tables[name] for name in check.tables), **thresholds)
        unseen = {namespace for covered in unread for namespace in covered.missing}
        hidden = any(map(_may_hide, map(tables.coverage, check.absent)))
        seen = examined(rows, unseen, fails=not hidden, passes=not _elsewhere(check, tables))
        return _judged(blank, check, seen, unread, _exempting(said, tables.now.date()))
    except Exception as error:  # one check costs only itself (promise 10)
        _LOG.warning("check %s raised %s", check.name, type(error).__name__)
        _LOG.debug("check %s", check.name, exc_info=True)
        return replace(blank, why=Why.RAISED, detail=type(error).__name__)


def _exempting(said: Said, today: date) -> Exempt:
    live = [item for item in said.exemptions if not item.expired(today)]
    return lambda *about: next((item for item in live if item.covers(*about)), None)


def _thresholds(check: Check, said: Said) -> dict[str, Any]:
    changed = {name: value for owner, name, value in said.profile if owner == check.name and name in check.thresholds}
    return {**check.thresholds, **changed}


def _unread(check: Check, tables: Tables) -> Iterable[Coverage]:
    """Readings that are not complete. A custom kind that is not served is complete: there can be no such object."""
    read = [item for name in check.tables for item in tables.readings(name)]
    needed = [tables.coverage(key) for key in check.needs if not tables.complete(key)]
    for covered in {item.key: item for item in (*read, *needed)}.values():
        kind = BY_KEY.get(covered.key)
        if not (covered.reading is Reading.ABSENT and kind is not None and kind.custom):
            yield covered


def _may_hide(covered: Coverage) -> bool:
    """Whether an object of the kind may be there unread, outside of namespaces that are told to be missing."""
    if covered.reading is Reading.PARTIAL:
        return bool(covered.broken) or not covered.missing
    return covered.reading in (Reading.FORBIDDEN, Reading.FAILED)


def _elsewhere(check: Check, tables: Tables) -> bool:
    """Whether a namespace that the check speaks of was not among those that were read."""
    scopes = (tables.coverage(key).namespaces for name in check.tables for key in TABLES[name].reads)
    return any(scope is not None and not set(scope).issuperset(check.speaks_of) for scope in scopes)


def _told(unread: Iterable[Coverage]) -> str:
    """Each reading once, with its kinds: failed: nodes; forbidden: deployments.apps, pods."""
    kinds: dict[str, list[str]] = {}
    for covered in unread:
        kinds.setdefault(covered.reading.value.replace("-", " "), []).append(covered.key)
    return "; ".join(f"{reading}: {', '.join(sorted(keys))}" for reading, keys in sorted(kinds.items()))


def _judged(blank: CheckResult, check: Check, seen: Examined, unread: list[Coverage], exempt: Exempt) -> CheckResult:
    findings = tuple(sorted(_findings(check, seen, exempt), key=_reading_order))
    failed = Counter(item.object.namespace for item in findings if item.passed is False and item.exemption is None)
    unknown = Counter(item.object.namespace for item in findings if item.passed is None)
    passed = seen.passes_by_namespace()
    counted = replace(
        blank,
        passed=passed.total(),
        failed=failed.total(),
        unknown=unknown.total(),
        exempted=sum(1 for item in findings if item.exemption is not None),
        findings=findings,
        namespaces={name: (passed[name], failed[name], unknown[name]) for name in sorted({*passed, *failed, *unknown})},
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


def _findings(check: Check, seen: Examined, exempt: Exempt) -> Iterator[Finding]:
    """A finding per row that did not pass."""
    places = seen.open
    if not places:
        return
    columns = Columns(
        seen.rows.iloc[places], dict(zip(ABOUT, zip(*(seen.keys[at] for at in places), strict=True), strict=True))
    )
    own = tuple(name for name in columns.names if name not in _OWN)
    severities = columns["severity"] if "severity" in columns.names else repeat(None)
    for at, (place, severity) in enumerate(zip(places, severities, strict=False)):
        *named, item = seen.keys[place]
        passed = seen.passed[place]
        # Only failures can be exempted: taking an undecided row away would lower what the score may still become.
        covering = exempt(check.name, *named) if passed is False else None
        remedy = tuple(check.remedy(Row(columns, at, columns.names))) if check.remedy and passed is False else ()
        level, evidence = Severity(severity) if severity else check.severity, Row(columns, at, own)
        yield Finding(check.name, level, ObjectName(*named), item, passed, evidence, remedy, exemption=covering)


def _reading_order(finding: Finding) -> tuple[int, bool, tuple[str, ...]]:
    return (finding.severity.rank, finding.passed is None, finding.key)


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
    covering = _exempting(said, today)(question.name, "", "", "", "")
    evidence = {"note": answer.note, "by": answer.by}
    finding = Finding(
        question.name, question.severity, ObjectName(), "", passed=False, evidence=evidence, exemption=covering
    )
    if finding.exemption:
        return replace(blank, status=Status.SKIP, why=Why.ALL_EXEMPTED, exempted=1, findings=(finding,))
    return replace(blank, status=Status.FAIL, why=Why.NONE, failed=1, findings=(finding,))
