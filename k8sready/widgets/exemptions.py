"""Exempting a finding, with reason, owner and end; and the exemptions that stand, to be taken back."""

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets

from ..answers import Exemption
from ..assessment import Assessment, Finding
from ..errors import K8sReadyError
from ..sentences import granted, message, selected
from ..words import interface_words, section_words
from .style import labelled, page, row

_LONGEST = 160  # characters of a finding in the list


class Exemptions:
    """A form over a section's open findings, and its exemptions; `refresh` shows another assessment.

    `save(exemption)` and `withdraw(exemption)` keep the change and return a line for people.
    """

    def __init__(
        self,
        assessment: Assessment,
        section: str,
        save: Callable[[Exemption], str],
        withdraw: Callable[[Exemption], str],
    ) -> None:
        words = interface_words()
        self._section, self._save, self._withdraw = section, save, withdraw
        self._findings: list[Finding] = []
        self._choice = labelled(widgets.Dropdown(description=words["column_finding"]), "860px")
        self._reason = labelled(widgets.Text(description=words["exempt_reason"]), "860px")
        self._owner = labelled(widgets.Text(description=words["exempt_owner"]), "280px")
        self._until = labelled(widgets.Text(description=words["exempt_until"], placeholder="2027-06-30"), "320px")
        button = widgets.Button(description=words["exempt_button"], layout=widgets.Layout(width="90px"))
        button.on_click(self._keep)
        self._told, self._standing = widgets.HTML(), widgets.VBox()
        last = row([self._owner, self._until, button])
        self._form = widgets.VBox([self._choice, self._reason, last])
        self._none = widgets.HTML(page(escape(words["no_findings"])))
        self.widget = widgets.VBox([self._form, self._none, self._told, self._standing])
        self.refresh(assessment)

    def refresh(self, assessment: Assessment) -> None:
        """Show a new assessment."""
        results = [result for result in assessment.of(self._section) if not result.manual]
        self._today = assessment.identity.captured_at.date()
        self._offer([item for result in results for item in result.open_findings])
        checks = {result.check for result in results}
        mine = [item for item in assessment.said.exemptions if item.check in checks]
        self._standing.children = [self._line(item, assessment.lapse(item)) for item in mine]

    def _offer(self, findings: list[Finding]) -> None:
        """Put the findings into the list; the chosen one stays chosen, for somebody may be writing about it."""
        chosen = self._findings[self._choice.value].key if self._choice.value is not None else None
        self._findings = findings
        self._choice.options = [(message(item, self._section)[:_LONGEST], at) for at, item in enumerate(findings)]
        first = 0 if findings else None
        self._choice.value = next((at for at, item in enumerate(findings) if item.key == chosen), first)
        self._form.layout.display = "" if findings else "none"
        self._none.layout.display = "none" if findings else ""

    def _line(self, exemption: Exemption, state: str) -> Any:
        words = interface_words()
        button = widgets.Button(description=words["exempt_withdraw"], layout=widgets.Layout(width="110px"))
        button.on_click(lambda _: self._tell(self._withdraw, exemption))
        title = section_words(self._section)[exemption.check].title
        told = f"<b>{escape(title)}</b> · {escape(selected(exemption))}: {escape(granted(exemption))}"
        mark = f' <span class="s-unknown">{escape(words[state])}</span>' if state else ""
        return row([widgets.HTML(page(told + mark)), button])

    def _keep(self, _: Any) -> None:
        if not self._findings or self._choice.value is None:
            return
        made = _made(self._findings[self._choice.value], self._reason.value, self._owner.value, self._until.value)
        if isinstance(made, Exemption) and made.expired(self._today):
            made = f"{interface_words()['exempt_ended']} {self._today}."
        if isinstance(made, str):
            self._told.value = page(f'<span class="s-fail" role="alert">{escape(made)}</span>')
        elif self._tell(self._save, made):
            self._reason.value = ""  # another finding is chosen now: a second click must not exempt that one too

    def _tell(self, change: Callable[[Exemption], str], exemption: Exemption) -> bool:
        try:
            line, look = change(exemption), "s-pass"
        except (K8sReadyError, OSError) as error:
            line, look = str(error), "s-fail"
        self._told.value = page(f'<span class="{look}" role="alert">{escape(line)}</span>')
        return look == "s-pass"


def _made(finding: Finding, reason: str, owner: str, until: str) -> Exemption | str:
    """The exemption of exactly this object, or a sentence about what is missing."""
    words, named = interface_words(), finding.object
    if not reason.strip() or not owner.strip():
        return words["exempt_incomplete"]
    try:
        end = date.fromisoformat(until.strip()) if until.strip() else None
    except ValueError:
        return words["exempt_no_date"]
    where = {"kind": named.kind, "namespace": named.namespace, "name": named.name, "container": named.container}
    chosen = {key: _literal(value) for key, value in where.items() if value}
    return Exemption(finding.check, reason.strip(), owner.strip(), **chosen, until=end)


def _literal(name: str) -> str:
    """A name as a pattern that matches only itself."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
