"""What the RBAC engine says: permissions, the dangerous ones, ways to more, and what was added to the defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.pss import Level, effective_policy
from ..engines.rbac import (
    CLUSTER,
    Addition,
    Escalation,
    Step,
    account,
    additions,
    cut,
    defaults,
    held,
    service_account,
)
from ..engines.rbac.escalation import BindingKey
from ..engines.rbac.escalation import Node as Principal
from ..objects.core import Namespace, ServiceAccount
from ..objects.rbac import PolicyRule, Role, RoleBinding
from .accounts import RBAC
from .schema import OBJECT, SYSTEM, TEMPLATED, Column, Table, Type, count, flag, text

if TYPE_CHECKING:
    from . import Tables

_SCOPE = text("scope", "the namespace where it holds; empty: the whole cluster")
_BINDING = text("binding", "the binding that grants it: kind and name")
_VERBS = Column("verbs", Type.LIST, "verbs; * is all")
PERMISSION_COLUMNS = (
    *OBJECT,
    SYSTEM,
    _SCOPE,
    Column("groups", Type.LIST, "API groups; empty text is the core group, * is all"),
    Column("resources", Type.LIST, "resources and subresources; * is all"),
    Column("names", Type.LIST, "the only objects that it holds for; empty: all"),
    Column("urls", Type.LIST, "non-resource URLs"),
    _VERBS,
    _BINDING,
    text("role", "the role: kind and name"),
)
DANGER_COLUMNS = (
    *OBJECT,
    SYSTEM,
    text("danger", "number in the table of dangerous permissions"),
    _SCOPE,
    text("severity", "how bad it is there"),
    flag("limited", "only for objects named in the rule"),
    text("binding", "one binding that grants it"),
)
ESCALATION_COLUMNS = (
    *OBJECT,
    SYSTEM,
    count("steps", "steps of a shortest way to everything in the cluster; 0: there is none; NA: it cannot be told"),
    Column("way", Type.LIST, "the steps in order: what is done, and whom it reaches"),
    Column("cut", Type.LIST, "the fewest bindings, other than the server's own, whose removal leaves no way"),
    flag("exact", "no smaller set of bindings would do; NA where there is no way or no such set"),
)
ADDITION_COLUMNS = (
    *OBJECT,
    text("added", "rule or subject"),
    text("what", "the subject (kind and name), or the rule's verbs and resources"),
    flag("exact", "compared with the defaults of this very minor version, not of a neighbouring one"),
)


def build_permissions(tables: Tables) -> Iterator[tuple[Any, ...]]:
    """A row per subject, binding and rule; groups' permissions stand with the group, not with each of its members."""
    for binding in tables.rbac.bindings:
        rules = tables.rbac.rules_of(binding)
        scope = binding.metadata.namespace
        named = f"{'RoleBinding' if scope else 'ClusterRoleBinding'} {binding.metadata.name}"
        role = f"{binding.role_ref.kind} {binding.role_ref.name}"
        for subject in binding.subjects:
            space = (subject.namespace or scope) if subject.kind == "ServiceAccount" else ""
            for rule in rules or ():
                yield (
                    *(subject.kind, space, subject.name, tables.is_system(space) if space else None, scope),
                    *(rule.api_groups, rule.resources, rule.resource_names, rule.non_resource_urls, rule.verbs),
                    *(named, role),
                )


def build_dangers(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for namespace, name in _accounts(tables):
        grants = list(tables.rbac.grants_of(service_account(namespace, name)))
        for item in held(grants, tables.server_minor):
            where = ("ServiceAccount", namespace, name, tables.is_system(namespace))
            binding = f"{item.grants[0].binding_kind} {item.grants[0].binding}" if item.grants else None
            yield (*where, item.danger.id, item.scope, item.severity.value, item.limited, binding)


def escalation_of(tables: Tables, *, possible: bool = False) -> Escalation:
    """The graph of ways from account to account that are certain, or that are `possible` by what was not read.

    Which account a token Secret belongs to is never read, so ways through such Secrets are possible at most. An
    unlabelled namespace is taken to admit privileged pods, which is the API server's default.
    """
    running = {
        (item.root.namespace, item.spec.service_account_name or "default") for item in tables.templates if item.pods
    }
    admitting = {
        item.metadata.name
        for item in tables.snapshot.of("namespaces", Namespace)
        if effective_policy(item.metadata.labels).enforce.level is Level.PRIVILEGED
    }
    unknown = possible and not tables.complete("namespaces")
    accounts = _accounts(tables)
    secrets = _with_token_secrets(tables) if possible else ()
    return Escalation(tables.rbac, accounts, running, secrets, None if unknown else admitting)


def _accounts(tables: Tables) -> list[tuple[str, str]]:
    listed = tables.snapshot.of("serviceaccounts", ServiceAccount)
    return [(item.metadata.namespace, item.metadata.name) for item in listed]


def _with_token_secrets(tables: Tables) -> list[tuple[str, str]]:
    """Accounts of namespaces that hold token Secrets, as far as that is known."""
    if not tables.complete("secrets"):
        return _accounts(tables)
    secrets = tables["secrets"]
    spaces = set(secrets.loc[secrets["type"] == "kubernetes.io/service-account-token", "namespace"])
    return [(space, name) for space, name in _accounts(tables) if space in spaces]


def build_escalations(tables: Tables) -> Iterator[tuple[Any, ...]]:
    certain, possible = tables.escalation, escalation_of(tables, possible=True)
    servers_own = list(defaults(tables.server_minor).bindings)
    for namespace, name in _accounts(tables):
        start = account(namespace, name)
        where = ("ServiceAccount", namespace, name, tables.is_system(namespace))
        path = certain.path(start)
        if not path:
            yield (*where, 0 if possible.path(start) is None else None, (), (), None)
            continue
        fewest = cut(certain, start, keep=servers_own)
        bindings = tuple(sorted(map(binding_name, fewest.bindings))) if fewest else ()
        yield (*where, len(path), tuple(map(step_text, path)), bindings, fewest.exact if fewest else None)


def binding_name(key: BindingKey) -> str:
    """A binding as kind and name."""
    return f"RoleBinding {key[0]}/{key[1]}" if key[0] else f"ClusterRoleBinding {key[1]}"


def step_text(step: Step) -> str:
    """A step as "what is done: whom it reaches"."""
    through = ", ".join(sorted({binding_name((grant.binding_namespace, grant.binding)) for grant in step.grants}))
    return f"{step.move}: {principal_text(step.target)}" + (f" ({through})" if through else "")


def principal_text(node: Principal) -> str:
    """A node of the graph in one line."""
    if node == CLUSTER:
        return "everything"
    named = "/".join(filter(None, (node.namespace, node.name)))
    return f"{node.kind} {named or 'every namespace'}"


def build_additions(tables: Tables) -> Iterator[tuple[Any, ...]]:
    snapshot = tables.snapshot
    roles = [item for key in RBAC[:2] for item in snapshot.of(key, Role)]
    bindings = [item for key in RBAC[2:] for item in snapshot.of(key, RoleBinding)]
    for item in additions(roles, bindings, tables.server_minor):
        yield (item.kind, item.namespace, item.name, "rule" if item.rule else "subject", _what(item), item.exact)


def _what(item: Addition) -> str:
    if item.rule is not None:
        return rule_text(item.rule)
    subject = item.subject
    return f"{subject.kind} {'/'.join(filter(None, (subject.namespace, subject.name)))}" if subject else ""


def rule_text(rule: PolicyRule) -> str:
    """A rule as "verbs resources.group [names]"."""
    groups = rule.api_groups or ("",)
    things = [f"{resource}.{group}" if group else resource for resource in rule.resources for group in groups]
    only = f" [{','.join(rule.resource_names)}]" if rule.resource_names else ""
    return f"{','.join(rule.verbs)} {','.join((*things, *rule.non_resource_urls))}{only}"


PERMISSIONS = Table(
    "permissions",
    "Effective permissions: what each binding's subjects may do, rule by rule.",
    PERMISSION_COLUMNS,
    build_permissions,
    reads=RBAC,
)
DANGERS = Table(
    "dangers",
    "Dangerous permissions that service accounts hold, by whatever path of bindings.",
    DANGER_COLUMNS,
    build_dangers,
    reads=("serviceaccounts", *RBAC),
)
ESCALATIONS = Table(
    "escalations",
    "Service accounts, with the shortest way from each to everything in the cluster, and what would cut it.",
    ESCALATION_COLUMNS,
    build_escalations,
    reads=("serviceaccounts", "namespaces", *TEMPLATED, *RBAC),
    optional_reads=("secrets",),
)
ADDITIONS = Table(
    "rbac_additions",
    "What roles and bindings that come with Kubernetes have beyond what they came with.",
    ADDITION_COLUMNS,
    build_additions,
    reads=RBAC,
)
