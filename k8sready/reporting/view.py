"""An assessment as plain values for the page: words filled in, nothing escaped yet."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from ..answers import Exemption
from ..assessment import closing
from ..assessment.results import Assessment, CheckResult, Finding
from ..checks import Section, Severity, Status
from ..legible import legible
from ..remedies import as_yaml, commands
from ..sentences import gap, granted, message, points, selected, shown, thresholds, why
from ..snapshot import Coverage, Identity, Reading
from ..theme import GLYPHS
from ..words import interface_words, section_words, to_html
from .evidence import shown_evidence
from .priorities import priorities

_Dataclass = TypeVar("_Dataclass", Identity, Exemption)
SHOWN = 12  # findings inside a check's card; all of them are in the table
TOP = 10


class View:
    """Builds the page's values; remedies are kept once and referred to by number."""

    def __init__(self, assessment: Assessment, language: str) -> None:
        self._assessment, self._language = assessment, language
        self.words = interface_words(language)
        self._remedies: dict[str, int] = {}
        self._commands: list[str] = []

    def page(self) -> dict[str, Any]:
        """Everything the template shows, but charts."""
        assessment = self._assessment
        findings = [self._row(item) for item in assessment.findings]
        sections = [self._section(section) for section in assessment.sections]
        return {
            "words": self.words,
            "language": self._language,
            "identity": _legible(assessment.identity),
            "score": assessment.score,
            "points": points(assessment, self._language),
            "closing": [self._closing(result, width) for result, width in closing(assessment.results)[:6]],
            "counts": self._counts(),
            "top": priorities(assessment, self._language)[:TOP],
            "matrix": self._matrix(),
            "sections": sections,
            "coverage": self._coverage(),
            "exemptions": self._exemptions(),
            "findings": findings,
            "remedies": [
                {"yaml": text, "command": line} for text, line in zip(self._remedies, self._commands, strict=True)
            ],
            "method": to_html(self.words["method_text"]),
        }

    def _words(self, section: str) -> Any:
        return section_words(section, self._language)

    def _remedy(self, finding: Finding) -> int | None:
        if not finding.remedy:
            return None
        text = as_yaml(finding.remedy)
        if text not in self._remedies:
            self._remedies[text] = len(self._remedies)
            self._commands.append("\n".join(commands(finding.remedy)))
        return self._remedies[text]

    def _row(self, finding: Finding) -> list[Any]:
        """A row of the table of findings: severity, section, object, namespace, sentence, remedy, proven, check."""
        section = self._assessment.result(finding.check).section
        told = message(finding, section, self._language)
        named = finding.object
        where = [finding.severity.rank, self._words(section).title, shown(named), legible(named.namespace), told]
        return [*where, self._remedy(finding), finding.proven, finding.check]

    def _card(self, finding: Finding) -> dict[str, Any]:
        section = self._assessment.result(finding.check).section
        number = self._remedy(finding)
        text = list(self._remedies)[number] if number is not None else ""
        return {
            "check": finding.check,
            "severity": finding.severity,
            "glyph": GLYPHS[finding.severity],
            "object": shown(finding.object),
            "message": message(finding, section, self._language),
            "evidence": shown_evidence(finding, section),
            "yaml": text,
            "command": self._commands[number] if number is not None else "",
            "proven": finding.proven,
            "exemption": finding.exemption and granted(finding.exemption, self._language),
        }

    def _closing(self, result: CheckResult, width: float) -> dict[str, Any]:
        title = self._words(result.section)[result.check].title
        return {"check": result.check, "title": title, "points": width, "why": legible(why(result, self._language))}

    def _counts(self) -> dict[str, Any]:
        severities = Counter(item.severity for item in self._assessment.findings)
        statuses = Counter(result.status for result in self._assessment.results if not result.manual)
        return {
            "severities": [(severity, GLYPHS[severity], severities[severity]) for severity in Severity],
            "exempted": sum(result.exempted for result in self._assessment.results),
            "statuses": [(status, GLYPHS[status], statuses[status]) for status in Status],
        }

    def _matrix(self) -> dict[str, Any]:
        """Rows passed, failed, unknown per namespace and section."""
        cells: dict[str, dict[str, list[int]]] = {}
        for result in self._assessment.results:
            for namespace, counts in (result.namespaces or {}).items():
                if namespace:
                    cell = cells.setdefault(namespace, {}).setdefault(result.section, [0, 0, 0])
                    cell[:] = [old + new for old, new in zip(cell, counts, strict=True)]
        order = sorted(cells, key=lambda name: (-sum(cell[1] for cell in cells[name].values()), name))
        names = [section.name for section in self._assessment.sections]
        return {
            "sections": [(name, self._words(name).title) for name in names],
            "rows": [(legible(space), [cells[space].get(name) for name in names]) for space in order],
        }

    def _section(self, section: Section) -> dict[str, Any]:
        words = self._words(section.name)
        results = self._assessment.of(section.name)
        return {
            "name": section.name,
            "point": section.point,
            "title": words.title,
            "opening": to_html(words.opening),
            **{name: to_html(words[name].body) for name in ("protects", "asks", "next")},
            "titles": {name: words[name].title for name in ("protects", "asks", "next")},
            "checks": [self._check(result) for result in results if not result.manual],
            "questions": [self._question(result) for result in results if result.manual],
            "charts": [(chart, words[f"chart_{chart.name}"]) for chart in section.charts],
        }

    def _check(self, result: CheckResult) -> dict[str, Any]:
        entry = self._words(result.section)[result.check]
        failed, undecided = list(result.open_findings), [item for item in result.findings if item.passed is None]
        exempted = [item for item in result.findings if item.exemption is not None]
        return {
            "result": result,
            "glyph": GLYPHS[result.status],
            "severity_glyph": GLYPHS[result.severity],
            "title": entry.title,
            **{part: to_html(entry.parts[part]) for part in ("what", "why", "how")},
            "reason": legible(why(result, self._language)),
            "thresholds": thresholds(result),
            "findings": [self._card(item) for item in failed[:SHOWN]],
            "hidden": max(0, len(failed) - SHOWN),
            "undecided": [shown(item.object) for item in undecided[:SHOWN]],
            "undecided_hidden": max(0, len(undecided) - SHOWN),
            "exempted": [self._card(item) for item in exempted[:SHOWN]],
            "exempted_hidden": max(0, len(exempted) - SHOWN),
        }

    def _question(self, result: CheckResult) -> dict[str, Any]:
        entry, answer = self._words(result.section)[result.check], self._assessment.said.answer(result.check)
        return {
            "result": result,
            "glyph": GLYPHS[result.status],
            "title": entry.title,
            "body": to_html(entry.body),
            "why": to_html(entry.parts["why"]),
            "evidence": to_html(entry.parts["evidence"]),
            "reply": self.words[f"reply_{answer.reply.value}"] if answer else self.words["reply_open"],
            "note": "\n".join(map(legible, answer.note.split("\n"))) if answer else "",
            "exemption": next(
                (granted(item.exemption, self._language) for item in result.findings if item.exemption), ""
            ),
            "by": legible(" ".join(filter(None, (answer.by, str(answer.on or ""))))) if answer else "",
        }

    def _coverage(self) -> list[dict[str, Any]]:
        """Kinds that were not read completely come first; those the server does not serve, last."""
        return [
            {
                "key": legible(item.key),
                "reading": item.reading.value,
                "count": item.count,
                "reason": gap(item, self._language),
                "complete": item.whole,
            }
            for item in sorted(self._assessment.coverage.values(), key=_reading_order)
        ]

    def _exemptions(self) -> list[tuple[Exemption, str, str, str]]:
        """Each with its check's title (empty where there is no such check), what it selects, and its state."""
        assessment = self._assessment
        titles = {result.check: self._words(result.section)[result.check].title for result in assessment.results}
        return [
            (_legible(item), titles.get(item.check, ""), selected(item, self._language), self._lapse(item, titles))
            for item in assessment.said.exemptions
        ]

    def _lapse(self, exemption: Exemption, titles: Mapping[str, str]) -> str:
        state = self._assessment.lapse(exemption)
        return "no_such_check" if state == "idle" and exemption.check not in titles else state


_READING_ORDER = {
    Reading.FORBIDDEN: 0,
    Reading.FAILED: 1,
    Reading.PARTIAL: 2,
    Reading.NOT_REQUESTED: 3,
    Reading.COMPLETE: 4,
    Reading.ABSENT: 5,
}


def _reading_order(item: Coverage) -> tuple[int, str]:
    return (_READING_ORDER[item.reading], item.key)


def _legible(value: _Dataclass) -> _Dataclass:
    """The same, with its texts legible."""
    held = ((item.name, getattr(value, item.name)) for item in fields(value))
    texts: dict[str, Any] = {name: legible(text) for name, text in held if type(text) is str}
    return replace(value, **texts)
