"""The live API: the only file that imports `kubernetes`, and only for authentication and transport."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import kubernetes

from ..errors import K8sReadyError
from ..objects.concealing import clean_text
from ..objects.kinds import KINDS, Kind
from ..progress import Progress, Quiet
from ..snapshot.value import Snapshot
from .keys import no_keys_left
from .kubeconfig import Login, UnusableError, load
from .plugins import asking_on_the_terminal, failed, plugin_failures
from .reading import Plan, read
from .transport import Transport

client: Any = kubernetes.client  # the client ships no type information worth having
config: Any = kubernetes.config

CONCURRENT = 4
_LOOK, _PATIENCE = 0.1, 2.0  # seconds: how soon a cancellation is seen, how long answers may still come
PER_SECOND = 50.0  # kubectl's own default, as is a burst of some hundreds
_INSIDE = "in-cluster"
_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # RFC 1123 label
_OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


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
    _check_names(namespaces or ())
    with no_keys_left(config.kube_config):
        api, login = _connect(kubeconfig, context)
        transport = Transport(api, requests_per_second, login.impersonation())
        plan = Plan(tuple(kinds), tuple(namespaces or ()), secrets, login.context, transport.server, login.namespace)
        stop = cancel or threading.Event()
        try:
            with plugin_failures(), _hanging_up(transport, stop):  # a login plugin may run again when a token expires
                return read(plan, transport, progress or Quiet(), stop, CONCURRENT)
        finally:
            transport.close()


@contextmanager
def _hanging_up(transport: Transport, cancel: threading.Event) -> Iterator[None]:
    """Whoever stops reading does not wait for answers that do not come."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK):
            if cancel.is_set() and not over.wait(_PATIENCE):
                transport.hang_up("cancelled")

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _check_names(namespaces: Sequence[str]) -> None:
    for name in namespaces:
        if not _NAMESPACE.fullmatch(name):
            raise K8sReadyError(f"{name!r:.80} is no name of a namespace. See: kubectl get namespaces")


def contexts(kubeconfig: str | Path | None = None) -> tuple[tuple[str, ...], str]:
    """The names of the kubeconfig's contexts, and the current one; none where there is no usable kubeconfig."""
    try:
        found = load(kubeconfig)
    except (UnusableError, OSError):  # connecting will tell
        return (), ""
    return tuple(found.contexts), found.current if found.current in found.contexts else ""


def _connect(kubeconfig: str | Path | None, context: str | None) -> tuple[Any, Login]:
    if kubeconfig and (not Path(kubeconfig).expanduser().exists() or Path(kubeconfig).expanduser().is_dir()):
        raise K8sReadyError(f"{kubeconfig}: there is no such kubeconfig. Name one with --kubeconfig.")
    login = None
    try:
        found = load(kubeconfig)
        inside = None if found or context or kubeconfig else _inside()
        if inside:
            return inside
        login = found.login(context)
        with plugin_failures() as failures, asking_on_the_terminal():
            api = _client(login)
    except Exception as error:  # the loader raises many types, some with credentials in their text
        raise _unusable(context, _reason(error, login)) from None
    if failures:
        raise _unusable(context, failed(login))
    _check_address(str(api.configuration.host))
    return api, login


def _client(login: Login) -> Any:
    settings = client.Configuration()
    config.load_kube_config_from_dict(login.alone(), client_configuration=settings, persist_config=False)
    proxy = settings.proxy
    if proxy and "://" not in proxy and not login.cluster.get("proxy-url"):  # of $HTTPS_PROXY, where kubectl takes it
        settings.proxy = f"http://{proxy}"
    return client.ApiClient(settings)


def _unusable(context: str | None, why: str) -> K8sReadyError:
    asked = f"context {context!r:.80}" if context else "the current context"
    return K8sReadyError(
        f"No usable credentials for {asked}: {why}. Check the kubeconfig (kubectl config get-contexts) "
        "and that its login works (kubectl version), or name another with --kubeconfig."
    )


def _reason(error: Exception, login: Login | None) -> str:
    """Why a kubeconfig cannot be used, without its content."""
    told = str(error) if isinstance(error, config.ConfigException) else ""
    if isinstance(error, UnusableError) or told.startswith("File does not exist"):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return f"{error.filename} does not exist"
    if isinstance(error, OSError):
        return f"{error.filename or 'a file of it'} cannot be read"
    if login and login.user.get("auth-provider"):
        return f"auth-provider {login.user['auth-provider'].get('name')!r:.40} is no more; log in anew with a plugin"
    if login and (login.cluster.get("proxy-url") or getproxies()):
        return "its proxy-url (or that of $HTTPS_PROXY) cannot be used; it looks like http://proxy:3128"
    return "the file is not a kubeconfig"


def _check_address(host: str) -> None:
    parts = urlsplit(host)
    try:
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no such port
        valid = False
    if not valid:
        shown = clean_text(host)  # of what is no address, parts cannot be told
        raise K8sReadyError(f"The kubeconfig's server {shown!r:.80} is no address; it looks like https://host:6443.")


def _inside() -> tuple[Any, Login] | None:
    """As the ServiceAccount of the pod that this runs in, if it does."""
    try:
        configuration = client.Configuration()
        config.load_incluster_config(client_configuration=configuration)
    except config.ConfigException:
        return None
    own = _OWN_NAMESPACE.read_text(encoding="utf-8").strip() if _OWN_NAMESPACE.exists() else ""
    return client.ApiClient(configuration), Login(_INSIDE, own or "default", {}, {})
