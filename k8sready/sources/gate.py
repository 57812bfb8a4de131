"""The requests that may be sent at all: GET of lists and objects, and three reviews of oneself."""

import re
from urllib.parse import parse_qsl, urlsplit

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"  # never with a fallback: a server that cannot must answer 406
REVIEWS = (
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
)
_FORBIDDEN = re.compile(r"/(?:log|exec|attach|portforward|proxy|token|eviction|binding|finalize|scale)(?:/|$)")
_PLAIN = re.compile(r"(?:/(?!\.)[A-Za-z0-9.-]+)+")  # what a server would read otherwise (%73ecrets, ..) is not sent
_VALUES = re.compile(r"/(?:secrets|configmaps)(?:/|$)")


class RefusedError(Exception):
    """A request that this program must never send; a bug, not a condition of the cluster."""


def check(method: str, path: str, accept: str) -> None:
    """Let a request pass.

    Raises:
        RefusedError: it could write, stream, or bring values of Secrets or ConfigMaps.
    """
    parts = urlsplit(path)
    if method == "POST" and path in REVIEWS:
        return
    asked = parse_qsl(parts.query, keep_blank_values=True)
    query = dict(asked)
    if not _PLAIN.fullmatch(parts.path) or len(query) != len(asked):  # of two values servers take the first
        raise RefusedError(f"{method} {parts.path}")
    if method != "GET" or _FORBIDDEN.search(parts.path) or query.get("watch", "false") not in ("false", "0"):
        raise RefusedError(f"{method} {parts.path}")
    if _VALUES.search(parts.path) and (accept != TABLE or query.get("includeObject") != "None"):
        raise RefusedError(f"{method} {parts.path} without Table and includeObject=None")
