"""Paged lists, exactly: continue tokens that expire, throttling, faults, cancellation (KEP-365, KEP-2340)."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from .nesting import decoded

LIMIT = 500
_PAGES_AT_MOST = 4_000  # two million objects of a kind
_RESTARTS = 2
_FAULTS = 3
_LONG = 30.0  # seconds
_THROTTLED = 5
_META = re.compile(rb'"metadata":(\{[^{}]*\}),"items":\[')


@dataclass(frozen=True, slots=True)
class Response:
    """Status, body and the seconds that Retry-After asks for (0 without). status 0: the connection failed."""

    status: int
    body: bytes = b""
    retry_after: float = 0.0
    reason: str = ""  # for people; no body


Fetch = Callable[[str], Response]
Finish = Callable[[], Response]
Open = Callable[[str], Finish]  # sends a request and waits until the answer begins; what it gives reads the rest


class ListMeta(msgspec.Struct, rename="camel"):
    """metav1.ListMeta."""

    resource_version: str = ""
    continue_: str = msgspec.field(default="", name="continue")
    remaining_item_count: int | None = None


class _Whole(msgspec.Struct):
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)


_WHOLE = msgspec.json.Decoder(_Whole)


class _Status(msgspec.Struct):
    reason: str = ""
    message: str = ""
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)


@dataclass(slots=True)
class Listed:
    """How a list ended: `stopped` is the answer that ended it early, if one did."""

    restarts: int = 0
    inconsistent: bool = False
    stopped: Response | None = None
    cancelled: bool = False
    remaining: int | None = None


@dataclass(slots=True)
class Pager:
    """Reads the pages of one list; `pages()` yields (body, restarted): restarted says that pages so far are void."""

    open: Open
    path: str
    cancel: threading.Event
    prefetch: Executor | None = None
    listed: Listed = field(default_factory=Listed)

    def pages(self) -> Iterator[tuple[bytes, bool]]:
        """Every page's body, the next one requested before this one is given out."""
        token, restarted, rejected, given = "", False, False, set[str]()
        answer = self._answer(token)
        while not self.cancel.is_set():
            if answer.status == 200:
                meta = _list_meta(answer.body)
                self.listed.remaining = meta.remaining_item_count
                token = meta.continue_
                endless = token in given or len(given) >= _PAGES_AT_MOST
                given.add(token)
                # Only the beginning: reading on in a second thread would fight with decoding for the interpreter.
                ahead = self.prefetch.submit(self._open, token) if token and self.prefetch and not endless else None
                yield answer.body, restarted
                restarted = False
                if not token:
                    return
                if endless:
                    self.listed.stopped = Response(0, reason="the server's pages have no end")
                    return
                answer = self._answer(token, ahead.result() if ahead else None)
            elif answer.status == 410 and self.listed.restarts < _RESTARTS:
                self.listed.restarts += 1
                token, restarted, answer = "", True, self._answer("")
                given.clear()
            elif answer.status == 410 and (token := _status(answer.body).metadata.continue_) not in {"", *given}:
                given.add(token)
                self.listed.inconsistent = True
                answer = self._answer(token)
            elif answer.status == 400 and token and not rejected:
                rejected, token, restarted, answer = True, "", True, self._answer("")
                given.clear()
            else:
                self.listed.stopped = answer
                return
        self.listed.cancelled = True

    def _open(self, token: str) -> Finish:
        separator = "&" if "?" in self.path else "?"
        following = f"&continue={quote(token)}" if token else ""
        return self.open(f"{self.path}{separator}limit={LIMIT}{following}")

    def _answer(self, token: str, opened: Finish | None = None) -> Response:
        """One page, with patience for throttling (429) and faults (5xx, broken connections)."""
        throttled = faults = 0
        while True:
            began = time.monotonic()
            answer, opened = (opened or self._open(token))(), None
            if answer.status == 429 and throttled < _THROTTLED:
                throttled += 1
                pause = (answer.retry_after or 1.0) * (1 + random.random() / 4)  # noqa: S311  jitter
            elif (answer.status == 0 or answer.status >= 500 or _is_cut(answer)) and faults < _FAULTS:
                faults += 1 if time.monotonic() - began < _LONG else _FAULTS  # who is that slow is asked once more
                pause = answer.retry_after or 0.2 * 2**faults
            elif _is_cut(answer):
                return Response(0, reason="the answer was cut short")
            else:
                return answer
            if self.cancel.wait(min(pause, 30.0)):
                return answer


def _is_cut(answer: Response) -> bool:
    return answer.status == 200 and not answer.body.rstrip().endswith(b"}")


def _list_meta(body: bytes) -> ListMeta:
    """The list's metadata; it comes before the items, so usually the first bytes are enough."""
    match = _META.search(body, 0, 4096)
    if match:
        return msgspec.json.decode(match[1], type=ListMeta)
    return decoded(_WHOLE.decode, body).metadata


def _status(body: bytes) -> _Status:
    try:
        return msgspec.json.decode(body, type=_Status)
    except msgspec.DecodeError:
        return _Status()
