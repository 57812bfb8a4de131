"""One request to the API server: through the client's connections and credentials, rate-limited, never decoded."""

import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import urllib3

from . import gate
from .connections import Connections
from .paging import Finish, Response

_BURST = 200
_LARGEST = 1 << 30  # bytes of one answer, unpacked: a page of 500 objects, each as large as an API server takes it
_UNSENDABLE = "the token or password in the kubeconfig holds characters that none can have, such as a line's end"
_TIMEOUT = (10.0, 120.0)  # seconds to connect, seconds between bytes
_GONE = (4, 60.0)  # failures in a row, and seconds since the last answer, after which nobody is asked any more


class Transport:
    """Requests through the client's connection pool and credentials; bodies stay undecoded."""

    def __init__(self, api: Any, requests_per_second: float, impersonation: Sequence[tuple[str, str]] = ()) -> None:
        self._configuration, self._pool = api.configuration, api.rest_client.pool_manager
        self._api, self._gap, self._impersonation = api, 1 / requests_per_second, impersonation
        self._host = str(self._configuration.host).rstrip("/")
        self.server = without_credentials(self._host)
        self._lock, self._next = threading.Lock(), 0.0
        self._failures, self._heard, self._over = 0, time.monotonic(), ""
        self._connections = Connections(self._pool)
        local = (urlsplit(self._host).hostname or "") in ("127.0.0.1", "localhost", "::1")
        self._encoding = "identity" if local else "gzip"
        if not self._configuration.verify_ssl:  # the kubeconfig says so; once per request is not worth saying
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __call__(
        self, path: str, *, method: str = "GET", accept: str = "application/json", body: bytes | None = None
    ) -> Response:
        """One request; a failed connection has status 0. The gate has passed it before anything is sent."""
        return self._sent(path, method, accept, body)()

    def open(self, path: str, *, accept: str = "application/json") -> Finish:
        """A GET whose answer has begun; calling what is given reads the rest of it."""
        return self._sent(path, "GET", accept, None)

    def _sent(self, path: str, method: str, accept: str, body: bytes | None) -> Finish:
        gate.check(method, path, accept)
        if self._over:
            over = Response(0, reason=self._over)
            return lambda: over
        self._wait()
        headers = urllib3.HTTPHeaderDict(self._impersonation)  # a group stands in a header of its own
        headers.update({"Accept": accept, "User-Agent": "k8sready", "Accept-Encoding": self._encoding})
        headers.update(self._credentials())
        if body is not None:
            headers["Content-Type"] = "application/json"
        options = {"timeout": _timeout(), "retries": False, "redirect": False, "preload_content": False}
        try:
            answer = self._pool.request(method, self._host + path, body=body, headers=headers, **options)
            if answer.headers.get("Content-Encoding"):  # short on the wire, and others can work while it is unpacked
                whole = _read(answer)
                return lambda: whole
        except Exception as error:  # urllib3 and ssl raise many types; their text may hold a password
            failed = Response(0, reason=_why(error))
            self._heard_nothing()
            return lambda: failed
        self._failures, self._heard = 0, time.monotonic()
        return partial(_read, answer)

    def _heard_nothing(self) -> None:
        """A network that is gone (a VPN that was closed) is not waited for once more for every kind."""
        self._failures += 1
        if self._failures >= _GONE[0] and time.monotonic() - self._heard > _GONE[1]:
            self._over = "the API server does not answer any more"

    def hang_up(self, why: str) -> None:
        """End the requests that wait for an answer, and send no more."""
        self._over = why
        self._connections.break_off()

    def _credentials(self) -> dict[str, str]:
        settings: Mapping[str, Any] = self._configuration.auth_settings()
        return {
            item["key"]: item["value"] for item in settings.values() if item.get("in") == "header" and item.get("value")
        }

    def _wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            self._next = max(self._next, now - _BURST * self._gap)
            self._next += self._gap
            pause = self._next - now
        if pause > 0:
            time.sleep(pause)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()
        self._api.close()


def _read(answer: Any) -> Response:
    """The answer with its body; the connection is free for the next request."""
    try:
        told = None if answer.headers.get("Content-Encoding") else answer.length_remaining
        # Where the length is told, the body is not copied once more to be cut at the most.
        body = answer.read() if told is not None and told <= _LARGEST else answer.read(_LARGEST + 1)
        if len(body) > _LARGEST:
            answer.close()
            return Response(413, reason="its answer is larger than any list")  # asking again would not help
        return Response(answer.status, body, _seconds(answer.headers.get("Retry-After")))
    except Exception as error:  # as above
        return Response(0, reason=_why(error))


def _timeout() -> urllib3.Timeout:
    return urllib3.Timeout(connect=_TIMEOUT[0], read=_TIMEOUT[1])


def _seconds(retry_after: str | None) -> float:
    return float(retry_after) if retry_after and retry_after.isdigit() else 0.0


def _why(error: Exception) -> str:
    """The kind of a connection's failure, without its text."""
    if isinstance(error, urllib3.exceptions.SSLError) and isinstance(error.args[0], ssl.SSLCertVerificationError):
        return "its certificate is not trusted (compare certificate-authority in the kubeconfig)"
    words = {
        "MaxRetryError": "no connection",
        "NewConnectionError": "no connection",
        "ConnectTimeoutError": "no answer in time",
        "ReadTimeoutError": "no answer in time",
        "SSLError": "TLS fails (look at certificate-authority, client-certificate and client-key in the kubeconfig)",
        "ProtocolError": "the connection broke",
        "NameResolutionError": "its name cannot be resolved",
        "ProxyError": "the proxy refused, or is not there",
        "LocationParseError": "its address is not valid",
        "ValueError": _UNSENDABLE,
        "UnicodeEncodeError": _UNSENDABLE,
    }
    return words.get(type(error).__name__, type(error).__name__)


def without_credentials(url: str) -> str:
    """A server's address as it may be kept and shown: no user info, query or fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
