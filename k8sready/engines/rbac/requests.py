"""What is asked of the authorizer: who wants to do what (authorization.k8s.io SubjectAccessReview attributes)."""

from dataclasses import dataclass, replace

AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ANONYMOUS = "system:anonymous"
SERVICE_ACCOUNTS = "system:serviceaccounts"
MASTERS = "system:masters"


@dataclass(frozen=True, slots=True)
class User:
    """An authenticated identity as the authorizer sees it; groups are exactly those given."""

    name: str
    groups: tuple[str, ...] = ()


def service_account(namespace: str, name: str) -> User:
    """The user and groups of a ServiceAccount's token."""
    groups = (SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}", AUTHENTICATED)
    return User(f"system:serviceaccount:{namespace}:{name}", groups)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. With `path` set it is a non-resource request and the other fields but `verb` are ignored."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def combined(self) -> str:
        """resource, or resource/subresource."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    def within(self, namespace: str) -> "Request":
        """The same request in another namespace."""
        return replace(self, namespace=namespace)
