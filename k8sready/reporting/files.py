"""Writes what is handed on; others may read it."""

from pathlib import Path

from ..replacing import READABLE, replacing


def write(path: Path, content: bytes) -> Path:
    """Write the content and return the absolute path.

    Raises:
        OSError: the folder does not exist or cannot be written.
    """
    target = path.absolute()
    with replacing(target, READABLE) as stream:
        stream.write(content)
    return target
