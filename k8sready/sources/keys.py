"""The client writes keys and certificates of a kubeconfig into files, which lie there as long as a kernel runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_LOCK = threading.Lock()
_reading: list[bool] = []  # an entry for each collection that is on its way
_written: set[str] = set()  # contents that collections wrote


@contextmanager
def no_keys_left(client: Any) -> Iterator[None]:
    """Takes away the files that are written meanwhile; those of other users of the client in this process stay.

    client: the module that remembers them, by content.
    """
    with _LOCK:
        before = set(client._temp_files)
        _reading.append(True)
    try:
        yield
    finally:
        with _LOCK:
            _reading.pop()
            _written.update(set(client._temp_files) - before)
            while _written and not _reading:  # others may read with the same keys
                with suppress(KeyError, OSError):  # at the exit the client takes them away itself
                    Path(client._temp_files.pop(_written.pop())).unlink()
