"""When not to look for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_collected() -> Iterator[None]:
    """Millions of new objects that hold no cycles: looking for cycles in between would take most of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            # What is new counts as old from now on: else the first young collection would look at all of it.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
