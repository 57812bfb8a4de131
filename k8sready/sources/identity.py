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
    version = str(_decoded(answer).get("gitVersion", ""))
    system = _decoded(fetch("/api/v1/namespaces/kube-system"))
    uid = str((system.get("metadata") or {}).get("uid", "")) if system.get("kind") == "Namespace" else ""
    return Identity(
        Origin.CLUSTER,
        datetime.now(timezone.utc).replace(microsecond=0),
        uid=uid,
        server=server,
        context=context,
        version=version,
        user=_user(fetch),
        name=context,
    )


def _decoded(answer: Response) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _user(fetch: Fetching) -> str:
    told = _review(fetch, REVIEWS[2], {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
    return str((told.get("userInfo") or {}).get("username", ""))


def _access(fetch: Fetching, asked: dict[str, str]) -> dict[str, Any]:
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    return _review(fetch, REVIEWS[0], {**body, "spec": {"resourceAttributes": asked}})


def _review(fetch: Fetching, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The status of a review of oneself; empty where the server does not serve it or forbids it."""
    status = _decoded(fetch(path, method="POST", body=json.dumps(body).encode())).get("status")
    return status if isinstance(status, dict) else {}


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
    told = _access(fetch, {"verb": "list", "resource": "namespaces"})
    proven = {"rbac": str(told["reason"]).partition(":")[0]} if told.get("reason") else {}
    encryption = encryption_fact(fetch)
    return proven | ({"encryption": encryption} if encryption else {})


def allowed(fetch: Fetching, kind: Kind, namespace: str) -> bool | None:
    """Whether the caller may list a kind (None: the review itself was not answered)."""
    asked = {"verb": "list", "group": kind.group, "resource": kind.resource, "namespace": namespace}
    told = _access(fetch, asked).get("allowed")
    return told if isinstance(told, bool) else None
