"""Which cluster this is, who asks, and what reviews of oneself and metrics prove."""

import json
from datetime import datetime, timezone
from typing import Any, Protocol

from ..errors import K8sReadyError
from ..objects.kinds import Kind
from ..snapshot.value import Identity, Origin
from .evidence import encryption_fact
from .gate import REVIEWS
from .paging import Finish, Response


class Fetching(Protocol):
    """Requests to the API server."""

    def __call__(self, path: str, *, method: str = ..., accept: str = ..., body: bytes | None = ...) -> Response:
        """Status, body; status 0 where the connection failed."""

    def open(self, path: str, *, accept: str = ...) -> Finish:
        """A GET whose answer has begun; calling what is given reads the rest of it."""


def identify(fetch: Fetching, server: str, context: str) -> Identity:
    """The cluster's identity.

    Raises:
        K8sReadyError: the API server does not answer, or refuses the credentials.
    """
    answer = fetch("/version")
    if answer.status != 200:
        raise K8sReadyError(refusal(server, "ask its version", answer))
    system = fetch("/api/v1/namespaces/kube-system")
    uid = _told(system, "metadata", "uid") if _told(system, "kind") == "Namespace" else ""
    return Identity(
        Origin.CLUSTER,
        datetime.now(timezone.utc).replace(microsecond=0),
        uid=str(uid or ""),
        server=server,
        context=context,
        version=str(_told(answer, "gitVersion") or ""),
        user=_user(fetch),
        name=context,
    )


def _told(answer: Response, *path: str) -> Any:
    """What an answer holds at a path of names; None where it is not JSON, or holds nothing there."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _user(fetch: Fetching) -> str:
    answer = _review(fetch, REVIEWS[2], {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
    return str(_told(answer, "status", "userInfo", "username") or "")


def _access(fetch: Fetching, asked: dict[str, str]) -> Response:
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    return _review(fetch, REVIEWS[0], {**body, "spec": {"resourceAttributes": asked}})


def _review(fetch: Fetching, path: str, body: dict[str, Any]) -> Response:
    """A review of oneself; its answer holds no status where the server does not serve it or forbids it."""
    return fetch(path, method="POST", body=json.dumps(body).encode())


def refusal(server: str, doing: str, answer: Response) -> str:
    """Why the API server cannot be read, and what to do."""
    if answer.status == 401:
        return f"{server} does not accept the credentials (401). Log in again, or name another context."
    if answer.status == 403:
        return (
            f"{server} forbids to {doing} (403). Check that the context names a user with credentials, "
            "and ask for a role that may, such as the one printed by: k8sready role"
        )
    why = answer.reason or f"it answered {answer.status}"
    return f"Cannot {doing}: {server}: {why}. Check the address in the kubeconfig, VPN and proxy, then try again."


def shown(identity: Identity) -> str:
    """The cluster on one line."""
    parts = (identity.context, identity.server, identity.version, identity.uid and f"uid {identity.uid}")
    return "  ".join(part for part in parts if part)


def facts(fetch: Fetching) -> dict[str, str]:
    """What reviews and metrics prove: whether RBAC decides, and whether Secrets are encrypted."""
    reason = _told(_access(fetch, {"verb": "list", "resource": "namespaces"}), "status", "reason")
    proven = {"rbac": reason.partition(":")[0]} if reason and isinstance(reason, str) else {}
    encryption = encryption_fact(fetch)
    return proven | ({"encryption": encryption} if encryption else {})


def rules(fetch: Fetching, namespace: str) -> Response:
    """A review of what the caller may do in a namespace."""
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview"}
    return _review(fetch, REVIEWS[1], {**body, "spec": {"namespace": namespace}})


def allowed(fetch: Fetching, kind: Kind, namespace: str) -> bool | None:
    """Whether the caller may list a kind (None: the review itself was not answered)."""
    asked = {"verb": "list", "group": kind.group, "resource": kind.resource, "namespace": namespace}
    told = _told(_access(fetch, asked), "status", "allowed")
    return told if isinstance(told, bool) else None
