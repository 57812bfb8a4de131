"""Progress in a terminal: what stands on the screen, whatever its width, and what others said below it."""

import fcntl
import os
import pty
import struct
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from k8sready.progress import Step, Terminal

UP = b"\x1b["


@contextmanager
def terminal(columns: int) -> Iterator[tuple[TextIO, int]]:
    """A terminal of that width, and where what is written to it can be read."""
    screen, writing = pty.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(writing, "w") as stream:
        yield stream, screen
    os.close(screen)


def read(screen: int, awaited: bytes) -> bytes:
    """What is written to a terminal, up to what is awaited."""
    drawn, deadline = b"", time.monotonic() + 30
    while awaited not in drawn:
        assert time.monotonic() < deadline, drawn
        drawn += os.read(screen, 10_000)
    return drawn


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_no_line_is_wider_than_the_terminal_wherever_standard_output_goes(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "500")  # as a shell may export it, and a resized window not
    with terminal(columns) as (stream, screen):
        progress = Terminal(stream)
        progress.begin("c", 3)
        progress.step(Step("pods", 2_500, 15_200_000, 3_480))
        progress.end()
        drawn = read(screen, b"Read 2,500")
    lines = [line for line in drawn.decode().splitlines() if line.startswith("  ")]
    assert lines
    assert max(map(len, lines)) < columns


def test_what_is_said_when_reading_is_to_stop_stays_on_the_screen() -> None:
    stopping = threading.Event()
    with terminal(100) as (stream, screen):
        progress = Terminal(stream, stopping)
        progress.begin("c", 3)
        progress.step(Step("pods", 1))
        stopping.set()
        read(screen, b"of 3 kinds")
        progress.end()
        assert UP not in read(screen, b"Read 1 objects")


def test_the_clock_is_seen_to_go_while_nothing_arrives() -> None:
    with terminal(100) as (stream, screen):
        progress = Terminal(stream)
        progress.begin("c", 1)
        progress.step(Step("pods"))
        drawn = read(screen, b"  1 s")
        progress.end()
    assert b"pods" in drawn
