"""The checks of a section as cards, filtered by namespace, severity and status."""

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from ..assessment import Assessment, CheckResult, Finding
from ..checks import Severity, Status
from ..remedies import as_yaml, command
from ..sentences import message, why
from ..words import interface_words, section_words, to_html
from .style import badge, page, verdict

_SHOWN = 15  # findings of one card; the report has them all
_COPY = "navigator.clipboard.writeText(this.parentElement.querySelector('pre').innerText)"


class Cards:
    """Cards of one section; `refresh` shows another assessment with the filters as they are."""

    def __init__(self, assessment: Assessment, section: str) -> None:
        words = interface_words()
        self._assessment, self._section = assessment, section
        self._namespace = widgets.Dropdown(description=words["column_namespace"], options=self._namespaces())
        severities = [(words["all_severities"], "")] + [
            (words[f"severity_{item.value}"], item.value) for item in Severity
        ]
        self._severity = widgets.Dropdown(description=words["column_severity"], options=severities)
        shown = [(words["show_open"], "open"), (words["show_all"], "")]
        self._show = widgets.Dropdown(description=words["show"], options=shown)
        self._body = widgets.HTML()
        for control in (self._namespace, self._severity, self._show):
            control.style.description_width = "auto"
            control.observe(lambda _: self._draw(), names="value")
        self._draw()
        self.widget = widgets.VBox([widgets.HBox([self._namespace, self._severity, self._show]), self._body])

    def refresh(self, assessment: Assessment) -> None:
        """Show a new assessment."""
        self._assessment = assessment
        self._draw()

    def _namespaces(self) -> list[tuple[str, str]]:
        found = {name for result in self._assessment.of(self._section) for name in result.namespaces or {}} - {""}
        return [(interface_words()["all_namespaces"], ""), *((name, name) for name in sorted(found))]

    def _draw(self) -> None:
        results = [item for item in self._assessment.of(self._section) if not item.manual and self._wanted(item)]
        self._body.value = page("".join(card(item, self._passes) for item in results))

    def _wanted(self, result: CheckResult) -> bool:
        if self._show.value == "open" and result.status in (Status.PASS, Status.SKIP):
            return False
        if not self._namespace.value and not self._severity.value:
            return True
        return any(self._passes(item) for item in result.findings) or (
            self._show.value != "open" and not self._severity.value
        )

    def _passes(self, finding: Finding) -> bool:
        """Whether a finding is within the filters; they change what is shown, never what is counted."""
        space, severity = self._namespace.value, self._severity.value
        return space in ("", finding.object.namespace) and severity in ("", finding.severity.value)


def card(result: CheckResult, wanted: Callable[[Finding], bool]) -> str:
    """One check as HTML: verdict, what and why, findings with their remedies."""
    words, entry = interface_words(), section_words(result.section)[result.check]
    rows = f"{result.passed} {words['of']} {result.examined} {words['rows_pass']}" if result.examined else ""
    status = verdict(result.status, words[f"status_{result.status.value}"])
    severity = badge(result.severity, words[f"severity_{result.severity.value}"])
    verdicts = f'{status} {severity} <span class="muted">{rows}</span>'
    head = f'<div class="head"><span>{escape(entry.title)}</span><span>{verdicts}</span></div>'
    reason = f'<div class="s-unknown">{escape(why(result))}</div>' if why(result) else ""
    told = to_html(entry.parts["what"]) + to_html(entry.parts["how"])
    about = f"<details><summary>{escape(words['what'])} · {escape(words['how'])}</summary>{told}</details>"
    body = reason + to_html(entry.parts["why"]) + _findings(result, wanted) + about
    return f'<div class="card {result.status.value}">{head}{body}</div>'


def _findings(result: CheckResult, wanted: Callable[[Finding], bool]) -> str:
    words = interface_words()
    chosen = [item for item in result.open_findings if wanted(item)]
    lines = [f"<li>{_finding(item, result.section)}</li>" for item in chosen[:_SHOWN]]
    if len(chosen) > _SHOWN:
        lines.append(f'<li class="muted">{len(chosen) - _SHOWN} {escape(words["more"])}</li>')
    undecided = [item for item in result.findings if item.passed is None and wanted(item)]
    if undecided:
        lines.append(f'<li class="s-unknown">{escape(words["undecided"])}: {len(undecided)}</li>')
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _finding(finding: Finding, section: str) -> str:
    words = interface_words()
    told = f"{badge(finding.severity, words[f'severity_{finding.severity.value}'])} {escape(message(finding, section))}"
    if not finding.remedy:
        return told
    proof = words["proven"] if finding.proven else words["not_proven"]
    lines = "\n".join(dict.fromkeys(f"# {command(item)}" for item in finding.remedy))
    return (
        f"{told}<details><summary>{escape(words['remedy'])} · {escape(proof)}</summary>"
        f'<button onclick="{escape(_COPY)}">{escape(words["copy"])}</button>'
        f"<pre>{escape(lines)}\n{escape(as_yaml(finding.remedy))}</pre></details>"
    )
