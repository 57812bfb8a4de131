"""Writes a file in one step, so that an interrupted run leaves no half of a report."""

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> Path:
    """Write the content and return the absolute path.

    Raises:
        OSError: the folder does not exist or cannot be written.
    """
    target = path.absolute()
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    except OSError as error:  # it names the temporary file, which nobody asked for
        raise OSError(error.errno, error.strerror, str(target)) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target
