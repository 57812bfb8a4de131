"""The live API: the only file that imports `kubernetes`, and only for authentication and transport."""

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import kubernetes

from ..errors import K8sReadyError
from ..objects.kinds import KINDS, Kind
from ..progress import Progress, Quiet
from ..snapshot.value import Snapshot
from . import gate
from .paging import Response
from .reading import Plan, read

client: Any = kubernetes.client  # the client ships no type information worth having
config: Any = kubernetes.config

CONCURRENT = 4
PER_SECOND = 50.0  # kubectl's own default, as is a burst of some hundreds
_BURST = 200
_TIMEOUT = (10.0, 120.0)  # seconds to connect, seconds between bytes


def collect(
    kubeconfig: str | Path | None = None,
    context: str | None = None,
    namespaces: Sequence[str] | None = None,
    *,
    kinds: Sequence[Kind] = KINDS,
    secrets: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    requests_per_second: float = PER_SECOND,
) -> Snapshot:
    """Read a cluster with GET requests and reviews of oneself only.

    kubeconfig: a path; default $KUBECONFIG or ~/.kube/config, else the ServiceAccount of the pod this runs in.
    namespaces: read these only; default every namespace, or those the credentials may list.
    secrets: also list Secrets and ConfigMaps, as tables without objects.
    cancel: set it (or press Ctrl-C) to stop; what was read until then is returned, the rest is marked.

    Raises:
        K8sReadyError: no usable kubeconfig, or the API server cannot be reached or refuses the credentials.
    """
    api, named = _connect(kubeconfig, context)
    transport = Transport(api, requests_per_second)
    plan = Plan(tuple(kinds), tuple(namespaces or ()), secrets, named, transport.server, _home(kubeconfig, named))
    try:
        return read(plan, transport.fetch, progress or Quiet(), cancel or threading.Event(), CONCURRENT)
    finally:
        transport.close()


def contexts(kubeconfig: str | Path | None = None) -> tuple[tuple[str, ...], str]:
    """The names of the kubeconfig's contexts, and the current one; none where there is no kubeconfig."""
    try:
        listed, active = config.list_kube_config_contexts(str(kubeconfig) if kubeconfig else None)
    except (config.ConfigException, OSError, TypeError):
        return (), ""
    return tuple(item["name"] for item in listed), active["name"] if active else ""


def _connect(kubeconfig: str | Path | None, context: str | None) -> tuple[Any, str]:
    path = str(Path(kubeconfig).expanduser()) if kubeconfig else None
    if path and not Path(path).is_file():
        raise K8sReadyError(f"{path}: there is no such kubeconfig. Name one with --kubeconfig.")
    try:
        api = config.new_client_from_config(path, context, persist_config=False)
        return api, context or contexts(path)[1]
    except Exception as error:  # the loader raises many types, some with credentials in their text
        if not path and not context:
            inside = _inside()
            if inside:
                return inside, "in-cluster"
        why = f" ({type(error).__name__})"
        asked = f"context {context!r:.80}" if context else "the current context"
        raise K8sReadyError(
            f"No usable credentials for {asked}{why}. Check the kubeconfig (kubectl config get-contexts) "
            "and that its login plugin works (kubectl version), or name another with --kubeconfig."
        ) from None


def _inside() -> Any:
    try:
        configuration = client.Configuration()
        config.load_incluster_config(client_configuration=configuration)
        return client.ApiClient(configuration)
    except config.ConfigException:
        return None


def _home(kubeconfig: str | Path | None, context: str) -> str:
    """The namespace of the context, where credentials of one namespace usually belong."""
    try:
        listed, _ = config.list_kube_config_contexts(str(kubeconfig) if kubeconfig else None)
    except (config.ConfigException, OSError, TypeError):
        return ""
    found = next((item for item in listed if item["name"] == context), None)
    return str((found or {}).get("context", {}).get("namespace") or "")


class Transport:
    """Requests through the client's connection pool and credentials; bodies stay undecoded."""

    def __init__(self, api: Any, requests_per_second: float) -> None:
        self._configuration, self._pool = api.configuration, api.rest_client.pool_manager
        self._api, self._gap = api, 1 / requests_per_second
        self._host = str(self._configuration.host).rstrip("/")
        self.server = _without_credentials(self._host)
        self._lock, self._next = threading.Lock(), 0.0
        local = (urlsplit(self._host).hostname or "") in ("127.0.0.1", "localhost", "::1")
        self._encoding = "identity" if local else "gzip"

    def fetch(
        self, path: str, *, method: str = "GET", accept: str = "application/json", body: bytes | None = None
    ) -> Response:
        """One request; a failed connection has status 0. The gate has passed it before anything is sent."""
        gate.check(method, path, accept)
        self._wait()
        headers = {"Accept": accept, "User-Agent": "k8sready", "Accept-Encoding": self._encoding, **self._credentials()}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            answer = self._pool.request(
                method, self._host + path, body=body, headers=headers, timeout=_timeout(), retries=False, redirect=False
            )
        except Exception as error:  # urllib3 and ssl raise many types; their text may hold a password
            return Response(0, reason=_why(error))
        return Response(answer.status, answer.data, _seconds(answer.headers.get("Retry-After")))

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


def _timeout() -> Any:
    from urllib3 import Timeout

    return Timeout(connect=_TIMEOUT[0], read=_TIMEOUT[1])


def _seconds(retry_after: str | None) -> float:
    return float(retry_after) if retry_after and retry_after.isdigit() else 0.0


def _why(error: Exception) -> str:
    """The kind of a connection's failure, without its text."""
    words = {
        "MaxRetryError": "no connection",
        "NewConnectionError": "no connection",
        "ConnectTimeoutError": "no answer in time",
        "ReadTimeoutError": "no answer in time",
        "SSLError": "its certificate is not trusted",
        "ProtocolError": "the connection broke",
        "NameResolutionError": "its name cannot be resolved",
        "ProxyError": "the proxy refused",
    }
    return words.get(type(error).__name__, type(error).__name__)


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
