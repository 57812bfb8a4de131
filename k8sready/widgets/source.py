"""Choosing where the cluster comes from: the demo, a kubeconfig context, a file or folder."""

import threading
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from ..errors import K8sReadyError
from ..legible import legible
from ..progress import Progress
from ..words import interface_words
from .progress import Bar
from .style import labelled, page, row

Switch = Callable[[str, bool, Progress, threading.Event], str]
Contexts = Callable[[], tuple[Sequence[str], str]]


class Source:
    """The form; `switch(source, secrets, progress, cancel)` changes the cluster and returns a line for people.

    It reads in a thread of its own: the kernel must be free to hear the button that stops it.
    """

    def __init__(self, current: str, contexts: Contexts, switch: Switch) -> None:
        words = interface_words()
        self._contexts, self._switch, self._cancel = contexts, switch, threading.Event()
        kinds = [(words["source_demo"], "demo"), (words["source_context"], "context"), (words["source_file"], "file")]
        self._kind = labelled(widgets.Dropdown(options=kinds, description=words["source"]), "420px")
        self._context = labelled(widgets.Dropdown(description=words["source_context_name"]), "420px")
        self._path = labelled(widgets.Text(description=words["source_path"]), "640px")
        self._path.placeholder = "cluster.k8sready, dump.json, manifests/"
        self._secrets = widgets.Checkbox(description=words["source_secrets"], indent=False)
        self._secrets.layout = widgets.Layout(width="auto", max_width="100%")
        self._none = widgets.HTML(page(escape(words["source_no_context"])))
        self._use, self._stop = widgets.Button(description=words["source_use"]), widgets.Button()
        self._stop.description, self._stop.disabled = words["source_stop"], True
        self._told, self._bar = widgets.HTML(page(f"<b>{escape(legible(current))}</b>")), Bar()
        self._kind.observe(self._arrange, names="value")
        self._use.on_click(self._start)
        self._stop.on_click(self._give_up)
        self._arrange()
        choices = [self._kind, self._context, self._none, self._secrets, self._path]
        self.widget = widgets.VBox([*choices, row([self._use, self._stop]), self._bar.widget, self._told])

    def _arrange(self, _: Any = None) -> None:
        """Show what belongs to the chosen kind of source; contexts are looked up anew, the current one first."""
        kind, known, active = self._kind.value, tuple[str, ...](), ""
        if kind == "context":
            listed, active = self._contexts()
            known = tuple(listed)
            self._context.options = [(legible(name), name) for name in known]
            self._context.value = active if active in known else next(iter(known), None)
        wanted = {
            self._context: bool(known),
            self._secrets: bool(known),
            self._none: kind == "context" and not known,
            self._path: kind == "file",
        }
        for widget, shown in wanted.items():
            widget.layout.display = "" if shown else "none"

    def _start(self, _: Any) -> None:
        words, path = interface_words(), self._path.value.strip()
        if self._kind.value == "file" and not path:
            self._tell(words["source_no_path"], "s-fail")
            return
        chosen = {"demo": "demo:", "context": f"context:{self._context.value or ''}", "file": path}[self._kind.value]
        self._cancel = threading.Event()
        self._use.disabled, self._stop.disabled = True, False
        self._tell(words["source_reading"], "muted")
        arguments = (chosen, bool(self._secrets.value), self._bar, self._cancel)
        threading.Thread(target=self._read, args=arguments, daemon=True).start()

    def _give_up(self, _: Any) -> None:
        """Stop at once for whoever waits; a request that hangs is left to its own time limit, and to nobody's ears."""
        words = interface_words()
        self._cancel.set()
        self._end(f"{words['source_stopped']} {words['source_kept']}", "s-unknown")

    def _read(self, chosen: str, secrets: bool, bar: Progress, cancel: threading.Event) -> None:
        try:
            line, look = self._switch(chosen, secrets, bar, cancel), "s-pass"
        except (K8sReadyError, OSError) as error:
            line, look = f"{error} {interface_words()['source_kept']}", "s-fail"
        except Exception as error:  # in a thread nobody would hear of it
            line, look = f"{type(error).__name__}. {interface_words()['source_kept']}", "s-fail"
        if look == "s-pass" or not cancel.is_set():
            self._end(line, look)

    def _end(self, line: str, look: str) -> None:
        self._bar.end()
        self._use.disabled, self._stop.disabled = False, True
        self._tell(line, look)

    def _tell(self, line: str, look: str) -> None:
        self._told.value = page(f'<b class="{look}" role="status">{escape(legible(line))}</b>')
