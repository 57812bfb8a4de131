"""Who may do what, through which binding, and what that leads to."""

from typing import Any

from pandas import DataFrame

from ..engines.rbac import Decision, Grant, Request, Step, User, account, service_account
from ..engines.rbac.requests import ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED
from ..errors import K8sReadyError
from ..objects.kinds import BY_KEY
from ..snapshot import Snapshot
from ..tables import Tables
from ..tables.access import binding_name, rule_text
from ..tables.accounts import RBAC
from ..tables.openings import accounts_of
from .reading import hint, require

_ACCOUNT = "system:serviceaccount:"
# The core group is closed: no custom resource joins it. Users and groups are there to be impersonated.
_CORE = frozenset(
    (
        *("bindings", "componentstatuses", "configmaps", "endpoints", "events", "limitranges", "namespaces", "nodes"),
        *("persistentvolumeclaims", "persistentvolumes", "pods", "podtemplates", "replicationcontrollers"),
        *("resourcequotas", "secrets", "serviceaccounts", "services", "users", "groups", "*"),
    )
)


class Access:
    """RBAC over a snapshot. Users are named as the API server names them, as in system:serviceaccount:shop:ci."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._tables = Tables(snapshot)

    def can(
        self,
        user: str,
        verb: str,
        resource: str,
        *,
        namespace: str = "",
        name: str = "",
        groups: tuple[str, ...] = (),
    ) -> Decision:
        """Whether a user may do something, with the grants that allow it.

        `resource` as in kubectl: pods, pods/exec, deployments.apps, or a URL such as /metrics. Without a namespace:
        cluster-wide. `groups` are the user's, other than those that a ServiceAccount has anyway.

        Raises:
            K8sReadyError: no such resource.
            NotReadError: roles or bindings were not read.
        """
        require(self._tables, RBAC)
        return self._tables.rbac.authorize(_user(user, groups), _request(verb, resource, namespace, name))

    def who_can(self, verb: str, resource: str, *, namespace: str = "", name: str = "") -> DataFrame:
        """Everybody who may do it: subject, the binding and the rule that allow it.

        Raises:
            K8sReadyError: no such resource.
            NotReadError: roles or bindings were not read.
        """
        require(self._tables, RBAC)
        return _frame(self._tables.rbac.who_can(_request(verb, resource, namespace, name)))

    def permissions(self, user: str, *, groups: tuple[str, ...] = ()) -> DataFrame:
        """Everything that a user may do, through groups too: a row per binding and rule.

        Raises:
            NotReadError: roles or bindings were not read.
        """
        require(self._tables, RBAC)
        return _frame(self._tables.rbac.grants_of(_user(user, groups)))

    def way(self, namespace: str, name: str) -> list[Step] | None:
        """A shortest way from a ServiceAccount to everything in the cluster; None where none is certain.

        Raises:
            K8sReadyError: no such ServiceAccount.
            NotReadError: roles, bindings, accounts, namespaces or pods were not read.
        """
        require(self._tables, (*RBAC, "serviceaccounts", "namespaces", "pods"))
        known = accounts_of(self._tables)
        if (namespace, name) not in known:
            near = [f"{space}/{own}" for space, own in sorted(known) if namespace == space or own == name]
            raise K8sReadyError(f"There is no ServiceAccount {f'{namespace}/{name}'!r:.120} here.{hint(near)}")
        return self._tables.escalation.path(account(namespace, name))


def _user(name: str, groups: tuple[str, ...]) -> User:
    space, colon, own = name.removeprefix(_ACCOUNT).partition(":")
    if name.startswith(_ACCOUNT) and colon:
        user = service_account(space, own)
        return User(user.name, (*user.groups, *groups))
    return User(name, (*groups, UNAUTHENTICATED if name == ANONYMOUS else AUTHENTICATED))


def _request(verb: str, resource: str, namespace: str, name: str) -> Request:
    if resource.startswith("/"):
        return Request(verb, path=resource)
    named, _, subresource = resource.partition("/")
    plural, _, group = named.partition(".")
    if not group and plural not in _CORE:
        near = [key for key in sorted(BY_KEY) if key.partition(".")[0] in (plural, f"{plural}s")]
        raise K8sReadyError(f"There is no resource {plural!r:.80} in the core group.{hint(near)}")
    return Request(verb, group=group, resource=plural, subresource=subresource, namespace=namespace, name=name)


def _frame(grants: Any) -> DataFrame:
    return DataFrame([_row(grant) for grant in grants], columns=["subject", "scope", "rule", "binding", "role"])


def _row(grant: Grant) -> tuple[str, ...]:
    subject = grant.subject
    space = (subject.namespace or grant.binding_namespace) if subject.kind == "ServiceAccount" else ""
    named = f"{subject.kind} {space + '/' if space else ''}{subject.name}"
    binding = binding_name((grant.binding_namespace, grant.binding))
    return named, grant.binding_namespace, rule_text(grant.rule), binding, f"{grant.role_kind} {grant.role}"
