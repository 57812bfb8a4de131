"""Aggregated ClusterRoles: the rules a controller would write (clusterrole-aggregation of kube-controller-manager)."""

from collections.abc import Iterable

import msgspec

from ...objects.rbac import PolicyRule, Role
from ..selectors import matches


def expanded(cluster_roles: Iterable[Role]) -> tuple[Role, ...]:
    """The ClusterRoles with aggregated rules filled in, repeated until nothing changes (aggregates feed aggregates).

    The controller overwrites what is written into an aggregated role, so that none of it counts (in a circle of such
    roles some of it may have been copied before: that is a matter of moments, and not told here).
    """
    roles = {role.metadata.name: _emptied(role) for role in cluster_roles}
    for _ in range(len(roles) + 1):
        filled = {name: _filled(role, roles) for name, role in roles.items()}
        if filled == roles:
            break
        roles = filled
    return tuple(roles.values())


def _emptied(role: Role) -> Role:
    return role if role.aggregation_rule is None else msgspec.structs.replace(role, rules=())


def _filled(role: Role, roles: dict[str, Role]) -> Role:
    if role.aggregation_rule is None:
        return role
    rules: list[PolicyRule] = []
    for selector in role.aggregation_rule.cluster_role_selectors:
        for name in sorted(roles):
            other = roles[name]
            if name != role.metadata.name and matches(selector, other.metadata.labels):
                rules += [rule for rule in other.rules if rule not in rules]
    return msgspec.structs.replace(role, rules=tuple(rules))
