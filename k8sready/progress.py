"""Progress of reading: one protocol, a bar for terminals; notebooks bring their own."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass
from typing import Protocol, TextIO


@dataclass(frozen=True, slots=True)
class Step:
    """How far reading one kind has come. `expected` is the server's estimate of the objects in all, if it gave one."""

    key: str
    objects: int = 0
    bytes: int = 0
    expected: int | None = None
    done: bool = False
    told: str = ""  # for the line of a kind that could not be read


class Progress(Protocol):
    """What is told while a cluster is read; called from several threads."""

    def begin(self, cluster: str, kinds: int) -> None:
        """Which cluster, before anything of it is read, and how many kinds will be."""

    def step(self, step: Step) -> None:
        """A page arrived, or a kind is done."""

    def end(self) -> None:
        """Reading is over."""


class Quiet:
    """Says nothing."""

    def begin(self, cluster: str, kinds: int) -> None:
        """Nothing."""

    def step(self, step: Step) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Terminal:
    """One line that is redrawn: kinds done, the kind that is read, objects, megabytes, time left."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._lock = stream, threading.Lock()
        self._steps: dict[str, Step] = {}
        self._kinds, self._started, self._drawn = 0, time.monotonic(), 0.0

    def begin(self, cluster: str, kinds: int) -> None:
        """Print the cluster on a line of its own."""
        self._kinds, self._started = kinds, time.monotonic()
        self._stream.write(f"Reading {cluster}\n")

    def step(self, step: Step) -> None:
        """Redraw at most ten times a second."""
        with self._lock:
            self._steps[step.key] = step
            if time.monotonic() - self._drawn > 0.1:
                self._draw()

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        done = sum(1 for step in self._steps.values() if step.done)
        current = next((step for step in reversed(self._steps.values()) if not step.done), None)
        share = done / self._kinds if self._kinds else 0.0
        bar = "#" * round(20 * share) + "-" * (20 - round(20 * share))
        size = sum(step.bytes for step in self._steps.values()) / 1e6
        line = f"[{bar}] {done}/{self._kinds} kinds  {size:,.0f} MB"
        if current is not None:
            of = f"/{current.expected:,}" if current.expected else ""
            line += f"  {current.key} {current.objects:,}{of}{self._left(current)}"
        self._stream.write(f"\r{line[:110]:<110}")
        self._stream.flush()

    def _left(self, step: Step) -> str:
        if not step.expected or not step.objects:
            return ""
        seconds = (time.monotonic() - self._started) * (step.expected - step.objects) / step.objects
        return f", about {seconds:.0f} s left" if seconds >= 1 else ""

    def end(self) -> None:
        """Replace the line by what could not be read."""
        self._stream.write("\r" + " " * 110 + "\r")
        for step in self._steps.values():
            if step.told:
                self._stream.write(f"{step.told}\n")
        self._stream.flush()


def terminal() -> Progress:
    """A bar on standard error where that is a terminal; otherwise silence."""
    return Terminal(sys.stderr) if sys.stderr.isatty() else Quiet()
