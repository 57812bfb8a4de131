"""Words on standard output and standard error; a reader that leaves early stops the words, not the work."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from .errors import K8sReadyError
from .legible import legible


def say(text: str, stream: TextIO | None) -> None:
    """Print a text. A reader that has left (`| head`) stops the words, not the work.

    Raises:
        K8sReadyError: it cannot be written, because a disk is full for example.
    """
    if stream is None:  # closed from the start
        return
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # what is still buffered goes there
        if not isinstance(error, BrokenPipeError) and stream is not sys.stderr:
            raise K8sReadyError(f"standard output: {error.strerror}. Files named as outputs were written.") from None


class _Sentence(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """One line, without a traceback."""
        say(f"k8sready: {legible(record.getMessage())}", sys.stderr)


@contextmanager
def warnings_as_sentences() -> Iterator[None]:
    """Our own warnings as lines; those of libraries (insecure requests, deprecations) are not for who runs this."""
    ours, handler = logging.getLogger(__package__), _Sentence(logging.WARNING)
    ours.addHandler(handler)
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")
            yield
    finally:
        ours.removeHandler(handler)
