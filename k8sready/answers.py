"""What people said: answers with evidence, and exemptions with reason, owner and end; small YAML files."""

import os
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from .errors import K8sReadyError
from .small_yaml import load

ANSWERS_FILE = "answers.yaml"
EXEMPTIONS_FILE = "exemptions.yaml"


class Reply(str, Enum):
    """The answer to a question; YES is the good one."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to one question, and what they base it on."""

    question: str
    reply: Reply
    note: str = ""
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """A finding that is accepted: shell patterns select objects; reason and owner are required, `until` ends it."""

    check: str
    reason: str
    owner: str
    kind: str = "*"
    namespace: str = "*"
    name: str = "*"
    container: str = "*"
    until: date | None = None

    def covers(self, check: str, kind: str, namespace: str, name: str, container: str) -> bool:
        """Whether this exemption selects the object (its end is not looked at)."""
        pairs = ((check, self.check), (kind, self.kind), (namespace, self.namespace), (name, self.name))
        return all(fnmatchcase(text, pattern) for text, pattern in (*pairs, (container, self.container)))

    def expired(self, today: date) -> bool:
        """Whether the last day has passed; the day itself still counts."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True)
class Said:
    """Everything people said about one cluster, and thresholds they changed ({check: {threshold: value}})."""

    answers: tuple[Answer, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    profile: tuple[tuple[str, str, Any], ...] = ()  # check, threshold, value
    cluster: str = ""  # UID of kube-system of the cluster this was said about, if it was noted

    def answer(self, question: str) -> Answer | None:
        """The answer to a question, if there is one."""
        return next((answer for answer in self.answers if answer.question == question), None)

    def about(self, uid: str) -> "Said":
        """A copy that notes its cluster.

        Raises:
            K8sReadyError: it was said about another cluster.
        """
        if self.cluster and uid and self.cluster != uid:
            raise K8sReadyError(
                f"The answers and exemptions were given for another cluster (kube-system {self.cluster:.60}, "
                f"this one is {uid:.60}). Use a folder of its own for each cluster, or remove the line 'cluster'."
            )
        return replace(self, cluster=uid or self.cluster)

    def with_answer(self, answer: Answer) -> "Said":
        """A copy in which this answer stands."""
        others = tuple(old for old in self.answers if old.question != answer.question)
        return replace(self, answers=tuple(sorted((*others, answer), key=lambda item: item.question)))

    def without_answer(self, question: str) -> "Said":
        """A copy in which the question is open again."""
        return replace(self, answers=tuple(old for old in self.answers if old.question != question))

    def with_exemption(self, exemption: Exemption) -> "Said":
        """A copy with one more exemption."""
        return replace(self, exemptions=(*self.exemptions, exemption))


def read(folder: Path) -> Said:
    """Answers, exemptions and profile of an assessment folder; missing files mean nothing was said.

    Raises:
        K8sReadyError: a file is not the YAML it should be; the message names file, entry and remedy.
    """
    answers, exemptions = folder / ANSWERS_FILE, folder / EXEMPTIONS_FILE
    said = load(answers)
    profile = said.get("profile") or {}
    if not isinstance(profile, dict) or not all(isinstance(value, dict) for value in profile.values()):
        raise K8sReadyError(
            f"{answers}: 'profile' must map checks to thresholds, as in {{check: {{threshold: value}}}}."
        )
    return Said(
        tuple(_answer(entry, answers) for entry in _entries(said, "answers", answers)),
        tuple(_exemption(entry, exemptions) for entry in _entries(load(exemptions), "exemptions", exemptions)),
        tuple((str(check), str(name), value) for check, named in profile.items() for name, value in named.items()),
        str(said.get("cluster") or ""),
    )


def write(folder: Path, said: Said) -> None:
    """Write both files, each in one step, so that an interrupted write loses nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    answers: dict[str, Any] = {"cluster": said.cluster} if said.cluster else {}
    answers["answers"] = [_plain(answer) for answer in said.answers]
    for check, name, value in said.profile:
        answers.setdefault("profile", {}).setdefault(check, {})[name] = value
    _replace(folder / ANSWERS_FILE, answers)
    _replace(folder / EXEMPTIONS_FILE, {"exemptions": [_plain(exemption) for exemption in said.exemptions]})


def _plain(entry: Answer | Exemption) -> dict[str, Any]:
    plain = {key: value.value if isinstance(value, Enum) else value for key, value in asdict(entry).items()}
    return {key: value for key, value in plain.items() if value not in ("", None, "*")}


def _replace(path: Path, content: dict[str, Any]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            yaml.safe_dump(content, stream, sort_keys=False, allow_unicode=True)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _entries(content: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    entries = content.get(key) or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise K8sReadyError(f"{path}: {key!r} must be a list of mappings.")
    return entries


def _answer(entry: dict[str, Any], path: Path) -> Answer:
    _only(entry, ("question", "reply", "note", "by", "on"), ("question", "reply"), path)
    # YAML 1.1 reads a bare yes or no as a boolean.
    reply = {True: "yes", False: "no"}.get(entry["reply"], entry["reply"])
    try:
        return Answer(
            str(entry["question"]),
            Reply(reply),
            str(entry.get("note", "")),
            str(entry.get("by", "")),
            _day(entry.get("on"), path),
        )
    except ValueError:
        raise K8sReadyError(
            f"{path}: answer to {entry['question']!r}: reply must be yes, no or not-applicable."
        ) from None


def _exemption(entry: dict[str, Any], path: Path) -> Exemption:
    fields = ("check", "reason", "owner", "kind", "namespace", "name", "container", "until")
    _only(entry, fields, ("check", "reason", "owner"), path)
    texts = {key: str(value) for key, value in entry.items() if key != "until"}
    return Exemption(**texts, until=_day(entry.get("until"), path))


def _only(entry: dict[str, Any], allowed: tuple[str, ...], required: tuple[str, ...], path: Path) -> None:
    unknown, missing = (
        set(entry) - set(allowed),
        [key for key in required if not str(entry.get(key) or (entry.get(key) is False and "no") or "").strip()],
    )
    if unknown or missing:
        problem = f"unknown key {min(map(str, unknown))!r}" if unknown else f"{missing[0]!r} is missing"
        raise K8sReadyError(f"{path}: entry {entry!r:.120}: {problem}. Known keys: {', '.join(allowed)}.")


def _day(value: Any, path: Path) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise K8sReadyError(f"{path}: {value!r:.40} is not a date; write it as 2026-12-31.") from None
