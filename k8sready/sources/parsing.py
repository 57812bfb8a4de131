"""Bytes into documents: JSON (several in a row too) or YAML, as kubectl takes them; a broken one costs only itself."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml

from ..objects.decoding import DEEPEST
from .mistakes import DEEP, not_json, not_yaml, twice
from .nesting import shallow
from .wrapping import unwrapped
from .yaml_loader import Loader, finite, forget, repeated_key, unfolded, whole_number

LARGEST = 1 << 30  # bytes of one file, unpacked
_TAR = slice(257, 262)  # where archives of tar say what they are
_VALUES_AT_MOST = 5_000_000  # of one document after its aliases are followed, or its characters if those are more
_MISTAKES_AT_MOST = 1_000  # in one file; finding the place of each costs as much as the file is long
_MARKER = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_OBJECT = re.compile(r"^\{(?!\{)", re.MULTILINE)
_SURROGATE = re.compile(r"\\[uU](?:0000)?[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Document:
    """One document: where it stands, and its content or why it cannot be read."""

    where: str
    content: Any = None
    problem: str = ""
    doubt: str = ""  # it was read, but may not say what was meant


class _UnreadableError(Exception):
    """Why bytes are not text."""


def parse(where: str, body: bytes) -> Iterator[Document]:
    """The documents of one file."""
    try:
        text = _text(_unpacked(body))
    except _UnreadableError as error:
        yield Document(where, problem=str(error))
        return
    text, missing = unwrapped(text)
    yield from (Document(where, problem=problem) for problem in missing)
    found = _documents(where, text)
    yield from map(_mended, found) if _SURROGATE.search(text) else found


def _unpacked(body: bytes) -> bytes:
    if body[:2] == b"\x1f\x8b":
        try:
            body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(LARGEST + 1)
        except (OSError, EOFError, zlib.error):
            raise _UnreadableError("a damaged gzip file; copy it again") from None
    if len(body) > LARGEST:
        raise _UnreadableError("larger than 1 GB; split it")
    if body[_TAR] == b"ustar":
        raise _UnreadableError("an archive; unpack it and name the folder")
    return body


def _text(body: bytes) -> str:
    """UTF-8, or UTF-16 as shells of Windows write it: told by the byte-order mark or the zeros of ASCII letters."""
    wide = body[:2] in (b"\xff\xfe", b"\xfe\xff") or (0 in body[:2] and any(body[:2]))
    encoding = "utf-8-sig"
    if wide:
        encoding = "utf-16" if body[:1] in (b"\xff", b"\xfe") else "utf-16-le" if body[1] == 0 else "utf-16-be"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        what = "not text" if b"\0" in body else f"line {line}: not UTF-8 text"
        raise _UnreadableError(f"{what}; save it as UTF-8") from None


def _documents(where: str, text: str) -> Iterator[Document]:
    beginning = text.lstrip()[:2]
    if beginning[:1] not in ("{", "[") or beginning == "{{":
        yield from _bounded(where, _yaml(where, text))
        return
    as_json = list(_bounded(where, _json(where, text)))
    if any(DEEP in item.problem for item in as_json):
        above = list(_bounded(where, _json(where, shallow(text.encode("utf-8", "replace")).decode())))
        as_json = as_json if any(item.problem for item in above) else above
    if any(item.problem for item in as_json):
        as_yaml = list(_bounded(where, _yaml(where, text)))
        whole = not any(item.problem for item in as_yaml)
        as_json = as_yaml if whole or len(as_yaml) > len(as_json) else as_json
    yield from as_json


def _bounded(where: str, found: Iterator[Document]) -> Iterator[Document]:
    """The documents until so many cannot be read that this is no file of documents."""
    mistakes = 0
    for item in found:
        yield item
        mistakes += bool(item.problem)
        if mistakes == _MISTAKES_AT_MOST:
            yield Document(where, problem="more mistakes than a file of manifests has; the rest was not read")
            return


def _json(where: str, text: str) -> Iterator[Document]:
    decoder, place = json.JSONDecoder(parse_constant=_no_number, parse_int=whole_number, parse_float=finite), 0
    while place < len(text):
        while place < len(text) and text[place].isspace():
            place += 1
        if place == len(text):
            return
        try:
            content, place = decoder.raw_decode(text, place)
        except (ValueError, OverflowError, RecursionError) as error:
            yield Document(where, problem=not_json(error))
            following = _OBJECT.search(text, place + 1)  # on a line of its own, as in lines of JSON
            place = following.start() if following else len(text)
        else:
            yield Document(where, content)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _yaml(where: str, text: str) -> Iterator[Document]:
    """Documents one by one; after a broken one reading goes on at the next "---"."""
    start: int | None = 0
    while start is not None:
        start = yield from _stream(where, text, start)


def _stream(where: str, text: str, start: int) -> Generator[Document, None, int | None]:
    """Documents from a place on; returns the place at which to go on after one that cannot be parsed."""
    rest, lines = text[start:], text.count("\n", 0, start)
    loader = Loader(io.StringIO(rest))
    try:
        while loader.check_node():
            document = _constructed(where, loader, lines, rest)
            if document is not None:
                yield document
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        yield Document(where, problem=not_yaml(error, lines, _around(rest, mark)))
        following = _MARKER.search(text, max(_line_start(text, start, mark), start + 1))
        return following.start() if following else None
    finally:
        loader.dispose()
    return None


def _around(text: str, mark: Any) -> str:
    """The document in which a mistake is: those before it are well."""
    place = mark.index if mark else 0
    start = max((marker.start() for marker in _MARKER.finditer(text, 0, place)), default=0)
    following = _MARKER.search(text, max(place, start + 1))
    return text[start : following.start() if following else len(text)]


def _line_start(text: str, start: int, mark: Any) -> int:
    """Where the next document may start: on the line of a mistake, if that is where the parser met "---" too early."""
    if mark is None:
        return start
    line = text.rfind("\n", start, start + mark.index) + 1
    return line + 1 if mark.column else line


def _constructed(where: str, loader: Any, lines: int, text: str) -> Document | None:
    """The next document, if it is not empty; one that parses but makes no sense (`!!timestamp x`) is told."""
    node = loader.get_node()
    if unfolded(node) > max(_VALUES_AT_MOST, len(text)):
        return Document(where, problem="its aliases unfold without end")
    try:
        again = repeated_key(node)
        content = loader.construct_document(node)
    except Exception as error:  # constructors raise many types, some with the value; a document costs only itself
        forget(loader)
        return Document(where, problem=not_yaml(error, lines, text[node.start_mark.index : node.end_mark.index]))
    return None if content is None else Document(where, content, doubt=twice(again, lines))


def _mended(document: Document) -> Document:
    return replace(document, content=_whole_characters(document.content))


def _whole_characters(value: Any, levels: int = DEEPEST) -> Any:
    """Halves of characters (lone surrogates) replaced, as the API server's JSON reader does.

    What lies deeper than all that is read is left out.
    """
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not isinstance(value, (dict, list)):
        return value
    if not levels:
        return None
    if isinstance(value, list):
        return [_whole_characters(item, levels - 1) for item in value]
    return {_whole_characters(key): _whole_characters(item, levels - 1) for key, item in value.items()}
