"""Progress of reading as a notebook shows it."""

from html import escape

import ipywidgets as widgets

from ..legible import legible
from ..progress import Step
from ..words import interface_words
from .style import page


class Bar:
    """A bar over the kinds, and what is read just now; called from several threads."""

    def __init__(self) -> None:
        self._bar, self._text = widgets.IntProgress(min=0, max=1), widgets.HTML()
        self._steps: dict[str, Step] = {}
        self.widget = widgets.HBox([self._bar, self._text])
        self.end()

    def begin(self, cluster: str, kinds: int) -> None:
        """Show the bar, with the cluster's name before anything of it is read."""
        self._steps.clear()
        self._bar.max, self._bar.value = max(1, kinds), 0
        self._text.value = page(f'<span class="muted">{escape(legible(cluster))}</span>')
        self.widget.layout.display = ""

    def step(self, step: Step) -> None:
        """Count kinds that are done; say which one is read, and how much came."""
        self._steps[step.key] = step
        steps = list(self._steps.values())
        self._bar.value = sum(1 for item in steps if item.done)
        of = f" / {step.expected:,}" if step.expected else ""
        size = f"{sum(item.bytes for item in steps) / 1e6:,.1f} MB"
        kinds = f"{self._bar.value} / {self._bar.max} {interface_words()['kinds']}"
        told = f"{kinds} · {size} · {step.key} {step.objects:,}{of}"
        self._text.value = page(f'<span class="muted">{escape(told)}</span>')

    def end(self) -> None:
        """Hide the bar."""
        self.widget.layout.display = "none"
