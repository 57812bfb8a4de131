"""Choosing where the cluster comes from: the demo, a kubeconfig context, a file or folder."""

import threading
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from ..errors import K8sReadyError
from ..progress import Progress, Step
from ..words import interface_words
from .style import page

Switch = Callable[[str, bool, Progress, threading.Event], str]


class Bar:
    """Progress of reading as a notebook shows it."""

    def __init__(self) -> None:
        self._bar, self._text = widgets.IntProgress(min=0, max=1), widgets.HTML()
        self.widget, self._done = widgets.HBox([self._bar, self._text]), set[str]()
        self.widget.layout.display = "none"

    def begin(self, cluster: str, kinds: int) -> None:
        """Show the bar, with the cluster's name."""
        self._done.clear()
        self._bar.max, self._bar.value, self._text.value = max(1, kinds), 0, page(escape(cluster))
        self.widget.layout.display = ""

    def step(self, step: Step) -> None:
        """Count kinds that are done; say which one is read."""
        if step.done:
            self._done.add(step.key)
            self._bar.value = len(self._done)
        of = f" / {step.expected:,}" if step.expected else ""
        self._text.value = page(f'<span class="muted">{escape(step.key)} {step.objects:,}{of}</span>')

    def end(self) -> None:
        """Hide the bar."""
        self.widget.layout.display = "none"


def source(current: str, contexts: Sequence[str], switch: Switch) -> Any:
    """The form; `switch(source, secrets, progress, cancel)` changes the cluster and returns a line for people."""
    words = interface_words()
    kinds = [(words["source_demo"], "demo"), (words["source_context"], "context"), (words["source_file"], "file")]
    kind = widgets.Dropdown(options=kinds, description=words["source"])
    context = widgets.Dropdown(options=list(contexts), description=words["source_context_name"])
    path = widgets.Text(placeholder="cluster.k8sready, dump.json, manifests/", description=words["source_path"])
    secrets = widgets.Checkbox(description=words["source_secrets"], indent=False, layout=widgets.Layout(width="560px"))
    use, stop = widgets.Button(description=words["source_use"]), widgets.Button(description=words["source_stop"])
    told, bar, cancel = widgets.HTML(page(f"<b>{escape(current)}</b>")), Bar(), threading.Event()

    def shown(_: Any = None) -> None:
        for widget, wanted in ((context, "context"), (secrets, "context"), (path, "file")):
            widget.layout.display = "" if kind.value == wanted else "none"

    def change(_: Any) -> None:
        cancel.clear()
        told.value = page(escape(words["source_reading"]))
        chosen = {"demo": "demo:", "context": f"context:{context.value or ''}", "file": path.value.strip()}[kind.value]
        try:
            line = switch(chosen, bool(secrets.value), bar, cancel)
        except (K8sReadyError, OSError) as error:
            line = str(error)
            bar.end()
        told.value = page(f"<b>{escape(line)}</b>")

    kind.observe(shown, names="value")
    use.on_click(change)
    stop.on_click(lambda _: cancel.set())
    shown()
    return widgets.VBox([kind, context, path, secrets, widgets.HBox([use, stop]), bar.widget, told])
