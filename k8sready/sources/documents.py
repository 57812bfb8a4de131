"""YAML and JSON documents from files, folders and streams; a broken one costs only itself."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import K8sReadyError

SUFFIXES = (".yaml", ".yml", ".json")
_FILE_AT_MOST = 1 << 30  # bytes
_NODES_AT_MOST = 5_000_000  # values of one document after its aliases are followed
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """One document: where it stands, and its content or why it cannot be read."""

    where: str
    content: Any = None
    problem: str = ""


def documents(source: str | Path) -> Iterator[Document]:
    """Every document of a file, a folder (recursively, sorted, links out of it left alone) or "-".

    Raises:
        K8sReadyError: there is no such file or folder, or nothing in it ends in .yaml, .yml or .json.
    """
    if str(source) == "-":
        yield from parse("standard input", sys.stdin.buffer.read())
        return
    path = Path(source)
    if path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield from _file(path, path.name)
    else:
        raise K8sReadyError(f"{path}: there is no such file. Name a snapshot, a folder of manifests or a dump.")


def _folder(folder: Path) -> Iterator[Document]:
    root = folder.resolve()
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not found:
        raise K8sReadyError(f"{folder}: no .yaml, .yml or .json file in it. Name the folder that holds the manifests.")
    for path in found:
        where = str(path.relative_to(folder))
        if not path.resolve().is_relative_to(root):
            yield Document(where, problem="a link that leaves the folder; it was not followed")
        else:
            yield from _file(path, where)


def _file(path: Path, where: str) -> Iterator[Document]:
    if path.stat().st_size > _FILE_AT_MOST:
        yield Document(where, problem="larger than 1 GB")
        return
    try:
        body = path.read_bytes()
    except OSError as error:
        yield Document(where, problem=f"cannot be read ({error.strerror})")
        return
    yield from parse(where, body)


def parse(where: str, body: bytes) -> Iterator[Document]:
    """The documents of one file: JSON (also several in a row), else YAML."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield Document(where, problem="not UTF-8 text")
        return
    if text.lstrip()[:1] in ("{", "["):
        parsed = list(_json(where, text))
        if not any(item.problem for item in parsed):
            yield from parsed
            return
    yield from _yaml(where, text)


def _json(where: str, text: str) -> Iterator[Document]:
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        while place < len(text) and text[place].isspace():
            place += 1
        if place == len(text):
            return
        try:
            content, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield Document(where, problem="not JSON")
            return
        yield Document(where, content)


def _yaml(where: str, text: str) -> Iterator[Document]:
    """Documents one by one, so that those before a broken one are kept (what follows it cannot be told apart)."""
    loader = _Loader(io.StringIO(text))
    try:
        while loader.check_data():
            content = loader.get_data()
            if _size(content) > _NODES_AT_MOST:
                yield Document(where, problem="its aliases unfold without end")
                return
            if content is not None:
                yield Document(where, content)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        yield Document(
            where, problem=f"{line}not valid YAML ({getattr(error, 'problem', None) or type(error).__name__})"
        )
    finally:
        loader.dispose()


def _size(content: Any) -> int:
    """How many values a document has once aliases are followed, counted up to the limit."""
    count, stack = 0, [content]
    while stack and count <= _NODES_AT_MOST:
        count += 1
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return count
