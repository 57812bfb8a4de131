"""Lists one kind: for the whole cluster where that is allowed, else namespace by namespace."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import msgspec

from ..objects.decoding import from_dict
from ..objects.kinds import Kind
from ..objects.meta import Resource
from ..progress import Step
from ..snapshot.value import Coverage, Reading
from .gate import TABLE
from .identity import Fetching
from .nesting import decoded
from .pages import Decode, decoder
from .paging import Finish, Pager, Response
from .tablelists import NotATableError, rows
from .tally import FORBIDDEN, Outcome, Tally, distinct, place

Allowed = Callable[[Kind, str], bool | None]
_AS_TABLES = ("secrets", "configmaps")
_CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Spaces:
    """The namespaces to read one by one: those that were chosen, or all that are known."""

    names: tuple[str, ...]
    chosen: bool = False
    all_known: bool = True  # otherwise the cluster may have others


def list_kind(
    kind: Kind,
    fetch: Fetching,
    allowed: Allowed,
    spaces: Spaces,
    *,
    cancel: threading.Event,
    ahead: Executor,
    step: Callable[[Step], None],
) -> Outcome:
    """Read a kind: of the whole cluster where that is wanted and allowed, else of each namespace."""
    start = partial(_Lister, kind, fetch, cancel, ahead, step)
    whole = allowed(kind, "")
    if whole is not False and not (kind.namespaced and (spaces.chosen or kind.key in _AS_TABLES)):
        outcome = _everywhere(kind, spaces, start(Tally()))
        if outcome.coverage.reading is not Reading.FORBIDDEN:
            return outcome
        whole = False  # reviews of oneself are not always answered, or not as the authorizer decides
    if kind.key == "namespaces" and spaces.chosen:
        return _named_namespaces(kind, fetch, spaces.names)
    if not kind.namespaced or not spaces.names:
        return Outcome((), Coverage(kind.key, Reading.FORBIDDEN, reason=FORBIDDEN))
    return _each(kind, spaces, lambda name: bool(whole) or allowed(kind, name) is not False, start(Tally()))


def _everywhere(kind: Kind, spaces: Spaces, lister: "_Lister") -> Outcome:
    lister.read("")
    tally = lister.tally
    if kind.key == "namespaces" and spaces.chosen:
        tally.objects = [item for item in tally.objects if place(item)[1] in spaces.names]
    return tally.outcome(kind, None)


def _each(kind: Kind, spaces: Spaces, allowed: Callable[[str], bool], lister: "_Lister") -> Outcome:
    tally = lister.tally
    for name in spaces.names:
        if lister.cancel.is_set():
            tally.lacks(name, _CANCELLED)
        elif allowed(name):
            lister.read(name)
        else:
            tally.lacks(name, FORBIDDEN)
    if not spaces.all_known:
        tally.others = len(tally.missing) < len(spaces.names)
        tally.reasons.append("there may be other namespaces, which cannot be listed; name those to read with -n")
    everything = kind.key in _AS_TABLES and spaces.all_known and not spaces.chosen
    return tally.outcome(kind, None if everything else spaces.names)


def _named_namespaces(kind: Kind, fetch: Fetching, names: Sequence[str]) -> Outcome:
    """Each namespace by name: a credential of one namespace may often get it although it may not list."""
    tally = Tally()
    for name in names:
        answer = fetch(f"/api/v1/namespaces/{name}")
        if answer.status == 200:
            tally.objects.append(from_dict(kind, decoded(msgspec.json.decode, answer.body)))
        else:
            tally.lacks(name, _why(answer))
    return tally.outcome(kind, tuple(names))


class _Lister:
    def __init__(
        self,
        kind: Kind,
        fetch: Fetching,
        cancel: threading.Event,
        ahead: Executor,
        step: Callable[[Step], None],
        tally: Tally,
    ) -> None:
        self._kind, self._fetch, self.cancel, self._ahead, self._step = kind, fetch, cancel, ahead, step
        self.tally = tally
        self._decode: Decode | None = None if kind.key in _AS_TABLES else decoder(kind)

    def read(self, namespace: str) -> None:
        """One list, added to the tally; what failed is noted."""
        pager = Pager(self._open, self._path(namespace), self.cancel, self._ahead)
        objects: list[Resource] = []
        broken: list[str] = []
        try:
            for body, restarted in pager.pages():
                if restarted:
                    objects, broken = [], []
                self._add(body, namespace, objects, broken, pager)
        except NotATableError:
            self.tally.lacks(namespace, "the server ignored the request for names only; its answer was dropped")
            return
        except ValueError:
            self.tally.lacks(namespace, "the server's answer cannot be read")
        self._note(pager, objects, broken, namespace)

    def _open(self, path: str) -> Finish:
        return self._fetch.open(path, accept=TABLE if self._decode is None else "application/json")

    def _path(self, namespace: str) -> str:
        root = f"/apis/{self._kind.group}/{self._kind.version}" if self._kind.group else f"/api/{self._kind.version}"
        where = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{where}/{self._kind.resource}{'?includeObject=None' if self._decode is None else ''}"

    def _add(self, body: bytes, namespace: str, objects: list[Resource], broken: list[str], pager: Pager) -> None:
        if self._decode is None:
            objects += rows(self._kind.key, namespace, body)
        else:
            good, bad = self._decode(body)
            objects += good
            broken += bad
        self.tally.pages += 1
        self.tally.bytes += len(body)
        remaining = pager.listed.remaining
        expected = len(objects) + remaining if remaining is not None else None
        self._step(Step(self._kind.key, len(self.tally.objects) + len(objects), self.tally.bytes, expected))

    def _note(self, pager: Pager, objects: list[Resource], broken: list[str], namespace: str) -> None:
        tally, listed = self.tally, pager.listed
        tally.objects += distinct(objects) if listed.inconsistent else objects
        tally.broken += broken
        tally.restarts += listed.restarts
        tally.inconsistent |= listed.inconsistent
        if listed.cancelled or listed.stopped is not None:
            tally.lacks(namespace, _CANCELLED if listed.stopped is None else _why(listed.stopped))


def _why(answer: Response) -> str:
    if answer.status == 403:
        return FORBIDDEN
    if answer.status == 404:
        return "the API server does not serve it (404)"
    if answer.status == 401:
        return "the API server does not accept the credentials any more (401); log in again"
    return answer.reason or f"the API server answered {answer.status}"
