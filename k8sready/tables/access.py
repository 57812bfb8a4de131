"""What the RBAC engine says: permissions, the dangerous ones, ways to more, and what was added to the defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.rbac import Addition, additions, held, service_account
from ..objects.core import ServiceAccount
from ..objects.rbac import PolicyRule, Role, RoleBinding
from .accounts import RBAC
from .escalations import ESCALATIONS, binding_name, escalation_of
from .schema import OBJECT, SYSTEM, Column, Table, Type, flag, text

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
    for item in tables.snapshot.of("serviceaccounts", ServiceAccount):
        namespace, name = item.metadata.namespace, item.metadata.name
        grants = list(tables.rbac.grants_of(service_account(namespace, name)))
        for danger in held(grants, tables.server_minor):
            where = ("ServiceAccount", namespace, name, tables.is_system(namespace))
            through = danger.grants[0]
            binding = f"{through.binding_kind} {through.binding}"
            yield (*where, danger.danger.id, danger.scope, danger.severity.value, danger.limited, binding)


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
ADDITIONS = Table(
    "rbac_additions",
    "What roles and bindings that come with Kubernetes have beyond what they came with.",
    ADDITION_COLUMNS,
    build_additions,
    reads=RBAC,
)
__all__ = ["ADDITIONS", "DANGERS", "ESCALATIONS", "PERMISSIONS", "binding_name", "escalation_of", "rule_text"]
