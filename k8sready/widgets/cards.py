"""The checks of a section as cards, filtered by namespace, severity and status."""

from collections import Counter

import ipywidgets as widgets

from ..assessment import Assessment, CheckResult, Finding
from ..checks import Severity, Status
from ..legible import legible
from ..words import interface_words
from .card import card
from .style import labelled, page, row


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
        filters = [self._namespace, self._severity, self._show]
        for control in filters:
            control.observe(lambda _: self._draw(), names="value")
        self._draw()
        self.widget = widgets.VBox([row([labelled(control, "270px") for control in filters]), self._body])

    def refresh(self, assessment: Assessment) -> None:
        """Show a new assessment."""
        self._assessment = assessment
        chosen, options = self._namespace.value, self._namespaces()
        if tuple(options) != tuple(self._namespace.options):
            self._namespace.options = options
            self._namespace.value = chosen if chosen in dict(options).values() else ""
        self._draw()

    def _namespaces(self) -> list[tuple[str, str]]:
        found = {name for result in self._assessment.of(self._section) for name in result.namespaces or {}} - {""}
        return [(interface_words()["all_namespaces"], ""), *((legible(name), name) for name in sorted(found))]

    def _draw(self) -> None:
        asked = [item for item in self._assessment.of(self._section) if not item.manual]
        wanted = [item for item in asked if self._wanted(item)]
        drawn = "".join(card(item, self._passes) for item in wanted)
        self._body.value = page(drawn + self._rest([item for item in asked if item not in wanted]))

    @staticmethod
    def _rest(hidden: list[CheckResult]) -> str:
        """What the filters leave out, so that nothing is missing silently."""
        words = interface_words()
        counts = Counter(item.status for item in hidden)
        told = ", ".join(f"{counts[status]} {words[f'status_{status.value}']}" for status in Status if counts[status])
        return f'<p class="muted">{words["not_shown"]}: {told}</p>' if told else ""

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
        within = space in ("", finding.object.namespace) or (finding.object.kind, space) == (
            "Namespace",
            finding.object.name,
        )
        return within and severity in ("", finding.severity.value)
