"""Documents of files, folders and streams; what cannot be read is told and costs only itself."""

import os
import stat
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from ..errors import K8sReadyError
from . import kustomize
from .parsing import LARGEST, Document, parse

SUFFIXES = (".yaml", ".yml", ".json", ".ndjson", ".jsonl")


def documents(source: str | Path) -> Iterator[Document]:
    """Every document of a file, a folder (recursively, sorted, links out of it left alone) or "-".

    Raises:
        K8sReadyError: there is no such file or folder, nothing in it is named like a manifest, or "-" is a keyboard.
    """
    if str(source) == "-":
        yield from _standard_input()
        return
    path = Path(source)
    if path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield from _file(path, shown(path.name))
    else:
        raise K8sReadyError(f"{path}: there is no such file. Name a snapshot, a folder of manifests or a dump.")


def _standard_input() -> Iterator[Document]:
    if sys.stdin is None or sys.stdin.isatty():
        raise K8sReadyError(
            "Nothing comes in on standard input. Pipe a dump into it: kubectl get all -A -o json | k8sready assess -"
        )
    yield from parse("standard input", sys.stdin.buffer.read(LARGEST + 1))


def _folder(folder: Path) -> Iterator[Document]:
    found = sorted(_listed(folder), key=lambda item: item[0])
    if not found:
        raise K8sReadyError(f"{folder}: no .yaml, .yml or .json file in it. Name the folder that holds the manifests.")
    root, known = folder.resolve(), {path for path, _ in found}
    for path, problem in found:
        where = shown(str(path.relative_to(folder)))
        problem = problem or _unfit(path, root)
        if problem:
            yield Document(where, problem=problem)
        elif not path.is_symlink() or folder / path.resolve().relative_to(root) not in known:
            yield from _file(path, where)  # but for a link to a file that is read at its own place


def newest_change(source: Path) -> datetime | None:
    """When one of the files was changed last; None where there is no file, or no clock was ever right."""
    paths = [path for path, _ in _listed(source)] if source.is_dir() else [source]
    return max(filter(None, map(_changed, paths)), default=None)


def _changed(path: Path) -> datetime | None:
    try:
        status = path.stat()
        return datetime.fromtimestamp(int(status.st_mtime), timezone.utc) if stat.S_ISREG(status.st_mode) else None
    except (OSError, ValueError, OverflowError):  # not there any more, or at a time that no calendar has
        return None


def _listed(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files named like manifests, and folders that cannot be listed or are not followed, with the reason."""
    problems: list[OSError] = []
    root = folder.resolve()
    for base, folders, files in os.walk(folder, onerror=problems.append):
        folders[:] = [name for name in folders if name != ".git"]
        for name in folders:
            if (Path(base) / name).is_symlink() and _leaves(Path(base) / name, root):
                yield Path(base) / name, "a link that leaves the folder; it was not followed"
        yield from ((Path(base) / name, "") for name in files if _is_manifest_name(name))
    for error in problems:
        yield Path(os.fsdecode(error.filename)), f"the folder cannot be listed ({error.strerror})"


def _is_manifest_name(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(SUFFIXES) or kustomize.is_one(name)


def _leaves(path: Path, root: Path) -> bool:
    return not path.resolve().is_relative_to(root)


def _unfit(path: Path, root: Path) -> str:
    """Why a directory entry is not read: links that leave the folder or lead nowhere, pipes, sockets."""
    try:
        mode = path.stat().st_mode
        if path.is_symlink() and _leaves(path, root):
            return "a link that leaves the folder; it was not followed"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "" if stat.S_ISREG(mode) else "not a regular file"


def _file(path: Path, where: str) -> Iterator[Document]:
    try:
        with path.open("rb") as stream:
            body = stream.read(LARGEST + 1)
    except OSError as error:
        yield Document(where, problem=f"cannot be read ({error.strerror})")
        return
    yield from parse(where, body)


def shown(name: str) -> str:
    """A file's name as valid text: names on disk are bytes."""
    return os.fsencode(name).decode(errors="replace")
