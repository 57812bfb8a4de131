"""Service accounts and what RBAC grants them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..engines.rbac import Grant, Rbac, Request, defaults, reaches, service_account
from ..objects.core import ServiceAccount
from .schema import OBJECT, SYSTEM, Table, count, flag, number, text

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    SYSTEM,
    flag("automount", "the account's automountServiceAccountToken; NA if unset (then tokens are mounted)"),
    count("pull_secrets", "pull secrets it gives to its pods"),
    flag("has_grants", "some binding grants it more than every account has"),
    text("reads_all_secrets", "cluster, namespace or none: where it may get, list or watch every Secret"),
    text("reads_all_secrets_through", "the binding and role that allow it"),
    number("age_days", "days since creation"),
)
RBAC = tuple(
    f"{name}.rbac.authorization.k8s.io" for name in ("roles", "clusterroles", "rolebindings", "clusterrolebindings")
)
_ANY_NAME = "\N{NULL}any"  # no resourceNames can list it
_READS = tuple(
    Request(verb, resource="secrets", name=_ANY_NAME if verb == "get" else "") for verb in ("list", "get", "watch")
)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    rbac = tables.rbac
    for account in tables.snapshot.of("serviceaccounts", ServiceAccount):
        namespace, name = account.metadata.namespace, account.metadata.name
        grants = [grant for grant in rbac.grants_of(service_account(namespace, name)) if not _everybodys(grant)]
        scope, through = secrets_read(grants, namespace)
        yield (
            *("ServiceAccount", namespace, name, tables.is_system(namespace)),
            *(account.automount_service_account_token, len(account.image_pull_secrets), bool(grants), scope, through),
            tables.age_days(account.metadata),
        )


def _everybodys(grant: Grant) -> bool:
    """Whether every account has this grant on a fresh API server: a default role's own rule by its own binding."""
    base = defaults()
    binding = base.bindings.get((grant.binding_namespace, grant.binding))
    role = base.roles.get(("", grant.role))
    return binding is not None and role is not None and grant.rule in role.rules and grant.subject.kind == "Group"


def secrets_read(grants: list[Grant], namespace: str) -> tuple[str, str | None]:
    """The widest scope in which these grants allow reading every Secret, and the first grant that does."""
    for scope, where in (("cluster", ""), ("namespace", namespace)):
        for grant in grants:
            if any(reaches(grant, request) for request in _reads_in(where)):
                return scope, f"{grant.binding_kind} {grant.binding} ({grant.role_kind} {grant.role})"
    other = next((grant for grant in grants if _elsewhere(grant)), None)
    if other is not None:
        return "namespace", f"RoleBinding {other.binding_namespace}/{other.binding} ({other.role_kind} {other.role})"
    return "none", None


def _elsewhere(grant: Grant) -> bool:
    space = grant.binding_namespace
    return bool(space) and any(reaches(grant, request) for request in _reads_in(space))


@lru_cache(maxsize=4096)
def _reads_in(namespace: str) -> tuple[Request, ...]:
    return tuple(request.within(namespace) for request in _READS)


def rbac_of(tables: Tables) -> Rbac:
    """The authorizer over the snapshot; for manifests with built-in roles, and aggregated ones expanded."""
    from ..objects.rbac import Role, RoleBinding
    from ..snapshot import Origin

    snapshot = tables.snapshot
    roles, cluster_roles = (snapshot.of(key, Role) for key in RBAC[:2])
    bindings, cluster_bindings = (snapshot.of(key, RoleBinding) for key in RBAC[2:])
    if snapshot.identity.origin is not Origin.MANIFESTS:
        return Rbac(roles, cluster_roles, bindings, cluster_bindings)
    # Manifests refer to roles such as "edit" that every API server has and no folder holds.
    named = {role.metadata.name for role in cluster_roles}
    built_in = [role for (space, name), role in defaults().roles.items() if not space and name not in named]
    return Rbac(roles, (*cluster_roles, *built_in), bindings, cluster_bindings, aggregate=True)


TABLE = Table(
    "serviceaccounts", "Service accounts and what RBAC grants them.", COLUMNS, build, reads=("serviceaccounts", *RBAC)
)
