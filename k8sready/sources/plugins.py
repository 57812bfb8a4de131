"""Login plugins (client-go credential plugins): where they may ask, and what is told when they fail."""

import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout

from .kubeconfig import Login


@contextmanager
def asking_on_the_terminal() -> Iterator[None]:
    """The client lets a login plugin ask where standard output is a terminal; plugins ask on standard error."""
    terminal = sys.stderr is not None and sys.stderr.isatty()
    with redirect_stdout(sys.stderr) if terminal else nullcontext():
        yield


def failed(login: Login) -> str:
    """Which login plugin failed, without what it said."""
    command = str((login.user.get("exec") or {}).get("command"))
    return f"the login plugin {command!r:.80} {'failed' if shutil.which(command) else 'cannot be run'}"


@contextmanager
def plugin_failures() -> Iterator[list[logging.LogRecord]]:
    """The client logs a login plugin's failure with the plugin's output, and goes on: both are prevented."""
    failures: list[logging.LogRecord] = []

    def swallow(record: logging.LogRecord) -> bool:
        failures.append(record)
        return False

    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)
    root.addFilter(swallow)
    try:
        yield failures
    finally:
        root.removeFilter(swallow)
        root.removeHandler(handler)
