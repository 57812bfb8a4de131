"""Exempting a finding, with reason, owner and end."""

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets

from ..answers import Exemption
from ..assessment import Assessment
from ..sentences import message
from ..words import interface_words
from .style import page


def exemptions(assessment: Assessment, section: str, save: Callable[[Exemption], str]) -> Any:
    """A form over the section's open findings; `save(exemption)` returns a line that says where it is kept."""
    words = interface_words()
    findings = [item for result in assessment.of(section) if not result.manual for item in result.open_findings]
    if not findings:
        return widgets.HTML(page(escape(words["no_findings"])))
    wide = widgets.Layout(width="860px")
    options = [(message(item, section)[:140], place) for place, item in enumerate(findings)]
    choice = widgets.Dropdown(options=options, layout=wide)
    reason = widgets.Text(placeholder=words["exempt_reason"], layout=wide)
    owner, until = widgets.Text(placeholder=words["exempt_owner"]), widgets.Text(placeholder=words["exempt_until"])
    button, told = widgets.Button(description=words["save"]), widgets.HTML()

    def keep(_: Any) -> None:
        told.value = page(escape(_kept(findings[choice.value], reason.value, owner.value, until.value, save)))

    button.on_click(keep)
    title = widgets.HTML(page(f"<b>{escape(words['exempt_title'])}</b>"))
    return widgets.VBox([title, choice, reason, widgets.HBox([owner, until, button]), told])


def _kept(finding: Any, reason: str, owner: str, until: str, save: Callable[[Exemption], str]) -> str:
    words, named = interface_words(), finding.object
    if not reason.strip() or not owner.strip():
        return words["exempt_incomplete"]
    try:
        end = date.fromisoformat(until.strip()) if until.strip() else None
    except ValueError:
        return words["exempt_until"]
    where = {"kind": named.kind, "namespace": named.namespace, "name": named.name, "container": named.container}
    chosen = {key: _literal(value) for key, value in where.items() if value}
    return save(Exemption(finding.check, reason.strip(), owner.strip(), **chosen, until=end))


def _literal(name: str) -> str:
    """A name as a pattern that matches only itself."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
