"""What the pod-security and RBAC engines say, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.pss import Judge, Level, Policy
from ..engines.rbac import held, service_account
from ..objects.core import ServiceAccount
from .accounts import RBAC
from .schema import OBJECT, SYSTEM, TEMPLATED, Column, Table, Type, count, flag, text

if TYPE_CHECKING:
    from . import Tables

POD_SECURITY_COLUMNS = (
    *OBJECT,
    SYSTEM,
    count("pods", "running pods of the template"),
    text("level", "strictest level that the template meets, at the latest policy version of this server"),
    Column("baseline_violations", Type.LIST, "controls of baseline that it violates"),
    Column("restricted_violations", Type.LIST, "controls of restricted that it violates"),
    text("denial", "what the API server would say at the next stricter level; NA where it meets restricted"),
)
DANGER_COLUMNS = (
    *OBJECT,
    SYSTEM,
    text("danger", "number in the table of dangerous permissions"),
    text("scope", "the namespace where it holds; empty: the whole cluster"),
    text("severity", "how bad it is there"),
    flag("limited", "only for objects named in the rule"),
    text("binding", "one binding that grants it"),
)


def build_pod_security(tables: Tables) -> Iterator[tuple[Any, ...]]:
    minor = tables.server_minor
    baseline, restricted = (Judge(Policy(level), minor) for level in (Level.BASELINE, Level.RESTRICTED))
    for template in tables.templates:
        root = template.root
        lower = baseline.verdict(template.metadata, template.spec)
        upper = restricted.verdict(template.metadata, template.spec)
        level = Level.PRIVILEGED if not lower.allowed else Level.BASELINE if not upper.allowed else Level.RESTRICTED
        violated = (tuple(item.control for item in verdict.violations) for verdict in (lower, upper))
        where = (root.kind, root.namespace, root.name, tables.is_system(root.namespace))
        yield (*where, template.pods, level.value, *violated, lower.text or upper.text or None)


def build_dangers(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for account in tables.snapshot.of("serviceaccounts", ServiceAccount):
        namespace, name = account.metadata.namespace, account.metadata.name
        grants = list(tables.rbac.grants_of(service_account(namespace, name)))
        for item in held(grants, tables.server_minor):
            where = ("ServiceAccount", namespace, name, tables.is_system(namespace))
            binding = f"{item.grants[0].binding_kind} {item.grants[0].binding}" if item.grants else None
            yield (*where, item.danger.id, item.scope, item.severity.value, item.limited, binding)


POD_SECURITY = Table(
    "pod_security",
    "Pod templates by the Pod Security Standards: the level they meet, and what is in the way of the next.",
    POD_SECURITY_COLUMNS,
    build_pod_security,
    reads=TEMPLATED,
)
DANGERS = Table(
    "dangers",
    "Dangerous permissions that service accounts hold, by whatever path of bindings.",
    DANGER_COLUMNS,
    build_dangers,
    reads=("serviceaccounts", *RBAC),
)
