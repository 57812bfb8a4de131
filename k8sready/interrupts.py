"""Ctrl-C while a cluster is read: the first stops reading and keeps what there is, the second stops at once."""

import atexit
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_GIVEN_UP = 2


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets; outside of the main thread it is never set."""
    cancel = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            atexit._run_exitfuncs()  # the client keeps keys of the kubeconfig in files until then
            os._exit(_GIVEN_UP)  # threads may wait for answers for minutes; nothing is being written yet
        cancel.set()
        os.write(2, b"\nStopping; what was read is kept. Press Ctrl-C again to stop at once and keep nothing.\n")

    if threading.current_thread() is not threading.main_thread():
        yield cancel
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)
