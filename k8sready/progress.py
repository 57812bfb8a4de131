"""Progress of reading: one protocol, a bar for terminals; notebooks bring their own."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import Protocol, TextIO

from .legible import legible

_BAR, _BARS_AT_MOST = 20, 6  # columns, lines
_REDRAW, _TICK = 0.1, 0.5  # seconds: no more often than, and at least every
_COLUMNS = 100  # where the terminal does not tell


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
        """A kind is begun or done, or a page of it arrived."""

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
    """A bar per kind that is being read, and one for all kinds; at the end one line says what was read.

    pods                 ██████████████░░░░░░  2,500 of 3,480  15.2 MB  about 3 s left
    deployments.apps     ████████░░░░░░░░░░░░    500 of 1,200   1.1 MB
    41 of 63 kinds       █████████████░░░░░░░  9,120 objects  31.0 MB  4 s
    """

    def __init__(self, stream: TextIO, stopping: threading.Event | None = None) -> None:
        """`stopping`: once it is set somebody else has said something below the bars, which is to stay."""
        self._stream, self._lock, self._stopping = stream, threading.Lock(), stopping
        self._full, self._empty = ("█", "░") if "utf" in (stream.encoding or "").lower() else ("#", "-")
        self._ended = threading.Event()
        self._steps: dict[str, Step] = {}
        self._began: dict[str, float] = {}
        self._kinds, self._lines, self._started, self._drawn = 0, 0, time.monotonic(), 0.0

    def begin(self, cluster: str, kinds: int) -> None:
        """Print the cluster on a line of its own; from then on the clock is seen to go."""
        self._kinds, self._started = kinds, time.monotonic()
        self._stream.write(f"Reading {legible(cluster)}\n")
        self._stream.flush()
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while not self._ended.wait(_TICK):
            with self._lock:
                self._draw(time.monotonic())

    def step(self, step: Step) -> None:
        """Redraw at most ten times a second."""
        with self._lock:
            now = time.monotonic()
            self._began.setdefault(step.key, now)
            self._steps[step.key] = _with_bytes(step, self._steps.get(step.key))
            if now - self._drawn > _REDRAW:
                self._drawn = now
                self._draw(now)

    def end(self) -> None:
        """Replace the bars by what was read."""
        with self._lock:
            self._ended.set()
            self._clear()
            self._stream.write(f"Read {self._total(time.monotonic())}\n")
            self._stream.flush()

    def _draw(self, now: float) -> None:
        if self._ended.is_set():
            return
        active = [step for step in self._steps.values() if not step.done][-_BARS_AT_MOST:]
        done = sum(1 for step in self._steps.values() if step.done)
        lines = [
            self._line(legible(step.key.partition(".")[0]), _share(step), self._read(step, now)) for step in active
        ]
        share = done / self._kinds if self._kinds else 0.0
        lines.append(self._line(f"{done} of {self._kinds} kinds", share, self._total(now)))
        self._clear()
        width = _columns(self._stream)  # it may change meanwhile; a line that wraps could not be cleared
        self._stream.write("".join(f"{line[: width - 1]}\n" for line in lines))
        self._stream.flush()
        self._lines = len(lines)

    def _clear(self) -> None:
        if self._stopping and self._stopping.is_set():
            self._lines, self._stopping = 0, None
        if self._lines:
            self._stream.write(f"\x1b[{self._lines}A\r\x1b[J")
        self._lines = 0

    def _line(self, name: str, share: float, told: str) -> str:
        full = round(_BAR * share)
        return f"  {name:<32.32}  {self._full * full}{self._empty * (_BAR - full)}  {told}"

    def _read(self, step: Step, now: float) -> str:
        of = f" of {step.expected:,}" if step.expected else ""
        return f"{step.objects:,}{of}  {_size(step.bytes)}{self._left(step, now)}"

    def _left(self, step: Step, now: float) -> str:
        if not step.expected or not step.objects:
            return ""
        seconds = (now - self._began[step.key]) * (step.expected - step.objects) / step.objects
        return f"  about {seconds:.0f} s left" if seconds >= 1 else ""

    def _total(self, now: float) -> str:
        objects, size = (sum(getattr(step, name) for step in self._steps.values()) for name in ("objects", "bytes"))
        return f"{objects:,} objects  {_size(size)}  {now - self._started:.0f} s"


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except (OSError, ValueError):  # it is no terminal
        return _COLUMNS


def _with_bytes(step: Step, before: Step | None) -> Step:
    """The last step of a kind says how many objects there are; the bytes are those of its pages."""
    return replace(step, bytes=before.bytes) if before and step.done and not step.bytes else step


def _share(step: Step) -> float:
    if not step.expected:  # the server gave no estimate: the list ends with this page
        return 1.0 if step.objects else 0.0
    return min(1.0, step.objects / step.expected)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def terminal(stopping: threading.Event | None = None) -> Progress:
    """Bars on standard error where that is a terminal that can draw them; otherwise silence."""
    drawn = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Terminal(sys.stderr, stopping) if drawn else Quiet()
