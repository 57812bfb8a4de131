"""Starts programs, keeps their output, and stops them by process id, also when the tests crash."""

import atexit
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


class Processes:
    """The processes of one control plane, each in a process group of its own, stopped in reverse order."""

    def __init__(self, logs: Path) -> None:
        self._logs, self._running = logs, list[subprocess.Popen[bytes]]()
        atexit.register(self.stop)

    def start(self, program: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a program; its output goes to `<logs>/<name>.log`."""
        with (self._logs / f"{program.name}.log").open("wb") as sink:
            process = subprocess.Popen(
                [str(program), *arguments], stdout=sink, stderr=sink, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self._running.append(process)
        return process

    def wait_until(
        self, ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str, seconds: float = 60
    ) -> None:
        """Wait for `ready`, or fail with the tail of the program's log."""
        deadline = time.monotonic() + seconds
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = (self._logs / f"{name}.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"{name} did not become ready (exit code {process.poll()}):\n{tail}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop everything; safe to call twice."""
        while self._running:
            process = self._running.pop()
            for sign in (signal.SIGTERM, signal.SIGKILL):
                if process.poll() is None:
                    os.killpg(process.pid, sign)
                    try:
                        process.wait(5)
                    except subprocess.TimeoutExpired:
                        continue
