"""Lists one kind: for the whole cluster where that is allowed, else namespace by namespace."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..objects.base import Object
from ..objects.decoding import from_dict
from ..objects.kinds import Kind
from ..progress import Step
from ..snapshot.value import Coverage, Reading
from .gate import TABLE
from .identity import Fetching
from .pages import Decode, decoder
from .paging import Finish, Pager, Response
from .tablelists import NotATableError, rows

Allowed = Callable[[Kind, str], bool | None]
_AS_TABLES = ("secrets", "configmaps")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read of a kind, and how reading it ended."""

    objects: tuple[Object, ...]
    coverage: Coverage


@dataclass(slots=True)
class _Tally:
    """What several lists of one kind add up to."""

    objects: list[Object] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    forbidden: int = 0
    pages: int = 0
    bytes: int = 0
    restarts: int = 0
    inconsistent: bool = False
    cancelled: bool = False


def list_kind(
    kind: Kind,
    fetch: Fetching,
    allowed: Allowed,
    namespaces: Sequence[str],
    *,
    chosen: bool,
    cancel: threading.Event,
    ahead: Executor,
    step: Callable[[Step], None],
) -> Outcome:
    """Read a kind. `chosen` namespaces are all that is wanted; otherwise they are what to fall back to."""
    tally = _Tally()
    lister = _Lister(kind, fetch, cancel, ahead, step, tally)
    per_namespace = kind.namespaced and (chosen or kind.key in _AS_TABLES)
    whole = allowed(kind, "")
    if not per_namespace and whole is not False:
        lister.read("")
        if kind.key == "namespaces" and chosen:
            tally.objects = [item for item in tally.objects if _place(item)[1] in namespaces]
        return _outcome(kind, tally, None)
    if kind.key == "namespaces" and chosen:
        return _named_namespaces(kind, fetch, namespaces)
    if not kind.namespaced or not namespaces:
        return Outcome((), Coverage(kind.key, Reading.FORBIDDEN, reason="the API server forbids it (403)"))
    for namespace in namespaces:
        if whole or allowed(kind, namespace) is not False:
            lister.read(namespace)
        else:
            tally.missing.append(namespace)
            tally.forbidden += 1
    everything = kind.key in _AS_TABLES and not chosen
    return _outcome(kind, tally, None if everything else tuple(namespaces))


def _named_namespaces(kind: Kind, fetch: Fetching, names: Sequence[str]) -> Outcome:
    """Each namespace by name: a credential of one namespace may often get it although it may not list."""
    answers = {name: fetch(f"/api/v1/namespaces/{name}") for name in names}
    got = {name: answer for name, answer in answers.items() if answer.status == 200}
    objects = tuple(from_dict(kind, msgspec.json.decode(got[name].body)) for name in sorted(got))
    missing = tuple(sorted(set(names) - set(got)))
    reading = Reading.COMPLETE if not missing else Reading.PARTIAL if got else Reading.FORBIDDEN
    reason = _why(answers[missing[0]]) if missing else ""
    return Outcome(objects, Coverage(kind.key, reading, len(objects), reason, tuple(names), missing))


class _Lister:
    def __init__(
        self,
        kind: Kind,
        fetch: Fetching,
        cancel: threading.Event,
        ahead: Executor,
        step: Callable[[Step], None],
        tally: _Tally,
    ) -> None:
        self._kind, self._fetch, self._cancel, self._ahead, self._step = kind, fetch, cancel, ahead, step
        self._tally = tally
        self._decode: Decode | None = None if kind.key in _AS_TABLES else decoder(kind)

    def read(self, namespace: str) -> None:
        """One list, added to the tally; what failed is noted."""
        pager = Pager(self._open, self._path(namespace), self._cancel, self._ahead)
        objects: list[Object] = []
        broken: list[str] = []
        try:
            for body, restarted in pager.pages():
                if restarted:
                    objects, broken = [], []
                self._add(body, namespace, objects, broken, pager)
        except NotATableError:
            self._failed(namespace, "the server ignored the request for names only; its answer was dropped")
            return
        except ValueError:
            self._failed(namespace, "the server's answer cannot be read")
        self._note(pager, objects, broken, namespace)

    def _open(self, path: str) -> Finish:
        return self._fetch.open(path, accept=TABLE if self._decode is None else "application/json")

    def _path(self, namespace: str) -> str:
        root = f"/apis/{self._kind.group}/{self._kind.version}" if self._kind.group else f"/api/{self._kind.version}"
        where = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{where}/{self._kind.resource}{'?includeObject=None' if self._decode is None else ''}"

    def _add(self, body: bytes, namespace: str, objects: list[Object], broken: list[str], pager: Pager) -> None:
        if self._decode is None:
            objects += rows(self._kind.key, namespace, body)
        else:
            good, bad = self._decode(body)
            objects += good
            broken += bad
        self._tally.bytes += len(body)
        remaining = pager.listed.remaining
        expected = len(objects) + remaining if remaining is not None else None
        self._step(Step(self._kind.key, len(self._tally.objects) + len(objects), self._tally.bytes, expected))

    def _failed(self, namespace: str, why: str) -> None:
        self._tally.missing.append(namespace)
        self._tally.reasons.append(why)

    def _note(self, pager: Pager, objects: list[Object], broken: list[str], namespace: str) -> None:
        tally, listed = self._tally, pager.listed
        tally.objects += _distinct(objects) if listed.inconsistent else objects
        tally.broken += broken
        tally.pages += listed.pages
        tally.restarts += listed.restarts
        tally.inconsistent |= listed.inconsistent
        tally.cancelled |= listed.cancelled
        if listed.cancelled or listed.stopped is not None:
            tally.missing.append(namespace)
            tally.forbidden += listed.stopped is not None and listed.stopped.status == 403
            tally.reasons.append("cancelled" if listed.stopped is None else _why(listed.stopped))


def _why(answer: Response) -> str:
    if answer.status == 403:
        return "the API server forbids it (403)"
    if answer.status == 404:
        return "the API server does not serve it (404)"
    if answer.status == 401:
        return "the API server does not accept the credentials any more (401); log in again"
    return answer.reason or f"the API server answered {answer.status}"


def _distinct(objects: list[Object]) -> list[Object]:
    """After an inconsistent continuation an object can come twice; the later one counts."""
    return list({item.metadata.uid or id(item): item for item in objects}.values())  # type: ignore[attr-defined]


def _outcome(kind: Kind, tally: _Tally, scope: tuple[str, ...] | None) -> Outcome:
    objects = tuple(sorted(tally.objects, key=_place))
    reason = "; ".join(dict.fromkeys(tally.reasons)) or ("the API server forbids it (403)" if tally.forbidden else "")
    reading = _reading(tally, scope, objects)
    if reading is Reading.PARTIAL and not reason:
        reason = f"{len(tally.broken)} objects do not fit their kind"
    coverage = Coverage(
        kind.key,
        reading,
        len(objects),
        reason,
        scope,
        tuple(sorted(filter(None, tally.missing))),
        tally.pages,
        tally.restarts,
        tally.inconsistent,
        tuple(sorted(tally.broken)),
    )
    return Outcome(objects, coverage)


def _reading(tally: _Tally, scope: tuple[str, ...] | None, objects: tuple[Object, ...]) -> Reading:
    if not tally.missing:
        return Reading.PARTIAL if tally.broken else Reading.COMPLETE
    lists = len(scope) if scope is not None else max(1, len(tally.missing))
    if objects or tally.pages or len(tally.missing) < lists:
        return Reading.PARTIAL
    if tally.forbidden:
        return Reading.FORBIDDEN
    return Reading.ABSENT if any("(404)" in reason for reason in tally.reasons) else Reading.FAILED


def _place(item: Any) -> tuple[str, str, str]:
    return (item.metadata.namespace, item.metadata.name, item.metadata.uid)
