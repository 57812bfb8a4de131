"""Where snapshots come from: a live cluster (cluster.py), manifests and dumps (files.py), saved files."""

from pathlib import Path

from ..snapshot import Snapshot, open_snapshot
from .files import open_files

_ZIP = b"PK\x03\x04"


def open_source(source: str | Path) -> Snapshot:
    """A saved snapshot, a folder or file of manifests, or a dump; "-" is standard input. Told apart by content.

    Raises:
        K8sReadyError: it is none of these; the message says what to do.
    """
    path = Path(source)
    if path.parts[:1] == ("~",) and not path.exists():  # others may well begin with ~
        path = path.expanduser()
    if str(source) != "-" and path.is_file():
        with path.open("rb") as stream:
            if stream.read(len(_ZIP)) == _ZIP or path.suffix == ".k8sready":
                return open_snapshot(path)
    return open_files(source if str(source) == "-" else path)
