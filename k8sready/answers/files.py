"""The two files: read strictly, for an entry that is silently dropped is an exemption or a threshold lost."""

import codecs
import math
from collections import Counter
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from ..errors import K8sReadyError
from ..replacing import replacing
from ..sources.yaml_loader import repeated_key
from .keeping import changed
from .values import Answer, Exemption, Reply, Said

ANSWERS_FILE = "answers.yaml"
EXEMPTIONS_FILE = "exemptions.yaml"
_BARE = {"true": "yes", "false": "no"}  # as YAML 1.1 writes a bare yes or no


def read(folder: Path) -> Said:
    """Answers, exemptions and profile of an assessment folder; missing files mean nothing was said.

    Raises:
        K8sReadyError: a file is not the YAML it should be; the message names file, entry and remedy.
    """
    answers, exemptions = folder / ANSWERS_FILE, folder / EXEMPTIONS_FILE
    said = _load(answers, ("cluster", "answers", "profile"))
    exempted = _load(exemptions, ("exemptions",))
    return Said(
        _once(tuple(_answer(entry, answers) for entry in _entries(said, "answers", answers)), answers),
        tuple(_exemption(entry, exemptions) for entry in _entries(exempted, "exemptions", exemptions)),
        tuple(_profile(said.get("profile") or {}, answers)),
        str(said.get("cluster") or ""),
    )


def write(folder: Path, said: Said) -> None:
    """Write what changed, each file in one step, so that an interrupted write loses nothing; comments stay.

    Raises:
        K8sReadyError: a file that is there is not the YAML it should be; it stays as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = _contents(read(folder))
    for name, content in _contents(said).items():
        path = folder / name
        if content != before[name] or not path.exists():
            _write(path, content)


def _contents(said: Said) -> dict[str, dict[str, Any]]:
    """What stands in each file."""
    answers: dict[str, Any] = {"cluster": said.cluster} if said.cluster else {}
    answers["answers"] = [_plain(answer) for answer in said.answers]
    for check, name, value in said.profile:
        answers.setdefault("profile", {}).setdefault(check, {})[name] = value
    return {ANSWERS_FILE: answers, EXEMPTIONS_FILE: {"exemptions": [_plain(item) for item in said.exemptions]}}


def _plain(entry: Answer | Exemption) -> dict[str, Any]:
    """The fields of an entry by name, without those that say no more than their default."""
    told = {item.name: getattr(entry, item.name) for item in fields(entry) if getattr(entry, item.name) != item.default}
    return {key: value.value if isinstance(value, Enum) else value for key, value in told.items()}


def _write(path: Path, content: dict[str, Any]) -> None:
    raw = path.read_bytes() if path.exists() else b""
    text = raw.decode("utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    new = changed(text, content, _same)
    with replacing(path) as stream:
        stream.write(new.encode())


def _same(entry: dict[str, str]) -> object:
    """What one entry of a file has in common with the one that replaces it."""
    return entry.get("question") or frozenset(entry.items())


def _load(path: Path, known: tuple[str, ...]) -> dict[str, Any]:
    other = path.with_suffix(".yml")
    if not path.exists() and other.exists():
        raise K8sReadyError(f"{other}: this file has to be called {path.name}. Rename it, then run again.")
    content = (_parsed(path) if path.exists() else {}) or {}
    if not isinstance(content, dict):
        raise K8sReadyError(f"{path}: expected a mapping at the top, found {type(content).__name__}.")
    if unknown := sorted(set(content) - set(known)):
        raise K8sReadyError(f"{path}: unknown key {unknown[0]!r:.40} at the top. Known keys: {', '.join(known)}.")
    return content


def _parsed(path: Path) -> Any:
    """The file's content, every value as the text that stands there: to YAML 1.1 a bare `on` is a truth."""
    try:
        loader = yaml.BaseLoader(path.read_bytes())
        node = loader.get_single_node()
        again = repeated_key(node)
        content = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:  # "\UFFFFFFFF", or nested too deeply
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise K8sReadyError(f"{path}{line}: this is not valid YAML. Mend it or move it away, then run again.") from None
    if again is not None:
        line = again.start_mark.line + 1
        raise K8sReadyError(f"{path}, line {line}: {again.value!r:.40} stands there twice. Keep one, then run again.")
    return content


def _entries(content: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    entries = content.get(key) or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise K8sReadyError(f"{path}: {key!r} must be a list of mappings.")
    return entries


def _answer(entry: dict[str, Any], path: Path) -> Answer:
    _check(entry, ("question", "reply", "note", "by", "on"), ("question", "reply"), path)
    question, reply = entry["question"], _BARE.get(entry["reply"], entry["reply"])
    if reply not in {item.value for item in Reply}:
        raise K8sReadyError(f"{path}: answer to {question!r}: reply must be yes, no or not-applicable.")
    return Answer(question, Reply(reply), entry.get("note", ""), entry.get("by", ""), _day(entry.get("on"), path))


def _once(answers: tuple[Answer, ...], path: Path) -> tuple[Answer, ...]:
    twice = [question for question, count in Counter(item.question for item in answers).items() if count > 1]
    if twice:
        raise K8sReadyError(f"{path}: {twice[0]!r:.80} is answered twice. Keep one answer, then run again.")
    return answers


def _exemption(entry: dict[str, Any], path: Path) -> Exemption:
    allowed = ("check", "reason", "owner", "kind", "namespace", "name", "container", "until")
    _check(entry, allowed, ("check", "reason", "owner"), path)
    texts = {key: value for key, value in entry.items() if key != "until" and value}
    return Exemption(**texts, until=_day(entry.get("until"), path))


def _profile(profile: Any, path: Path) -> list[tuple[str, str, int | float]]:
    if not isinstance(profile, dict) or not all(isinstance(value, dict) for value in profile.values()):
        raise K8sReadyError(f"{path}: 'profile' must map checks to thresholds, as in {{check: {{threshold: value}}}}.")
    return [
        (check, name, _number(name, text, path)) for check, named in profile.items() for name, text in named.items()
    ]


def _number(name: str, text: Any, path: Path) -> int | float:
    try:
        number = float(text)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise K8sReadyError(f"{path}: threshold {name!r:.60} must be a number, found {text!r:.40}.")
    return int(number) if number.is_integer() and "." not in text else number


def _check(entry: dict[str, Any], allowed: tuple[str, ...], required: tuple[str, ...], path: Path) -> None:
    unknown = sorted(set(entry) - set(allowed))
    nested = [key for key, value in entry.items() if not isinstance(value, str)]
    missing = [key for key in required if not nested and not entry.get(key, "").strip()]
    if unknown or nested or missing:
        what = f"unknown key {unknown[0]!r}" if unknown else f"{nested[0]!r} is no text" if nested else ""
        problem = what or f"{missing[0]!r} is missing"
        raise K8sReadyError(f"{path}: entry {entry!r:.120}: {problem}. Known keys: {', '.join(allowed)}.")


def _day(text: str | None, path: Path) -> date | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date() if text else None
    except ValueError:
        raise K8sReadyError(f"{path}: {text!r:.40} is not a date; write it as 2026-12-31.") from None
