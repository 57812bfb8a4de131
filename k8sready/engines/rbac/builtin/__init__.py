"""The roles and bindings that an API server makes itself, read off fresh servers; and what a cluster added to them.

    additions(roles=…, bindings=…, minor=37)    # Addition(kind="ClusterRole", name="view", rule=…)

`defaults.json` holds each object once, with the minors whose server has it just so; aggregated roles stand in it
without rules, which follow from the others. The server restores what is missing and never removes what was added
(bootstrap policy reconciliation), so additions are somebody's decision. Minors that were not read are compared with
the nearest one; then `exact` is False: a rule that the defaults of that minor have and the nearest has not would be
shown as an addition.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from ....objects.rbac import PolicyRule, Role, RoleBinding, Subject
from ..aggregation import expanded
from ..covering import uncovered

LATEST = 37
_FILE = "defaults.json"


@dataclass(frozen=True, slots=True)
class Defaults:
    """Roles and bindings of a fresh server by (namespace, name); `exact`: they were read off this very minor."""

    minor: int
    exact: bool
    roles: dict[tuple[str, str], Role]
    bindings: dict[tuple[str, str], RoleBinding]


@dataclass(frozen=True, slots=True)
class Addition:
    """One rule or one subject that a default role or binding did not come with."""

    kind: str
    namespace: str
    name: str
    rule: PolicyRule | None = None
    subject: Subject | None = None
    exact: bool = True


@cache
def defaults(minor: int = LATEST) -> Defaults:
    """The defaults of Kubernetes 1.`minor`, or of the nearest minor that was read."""
    items = _read()
    nearest = min(_minors(), key=lambda known: (abs(known - minor), known))
    own = [item for item in items if nearest in item["minors"]]
    namespaced = msgspec.convert(_of(own, "Role"), list[Role], dec_hook=_as_is)
    clusterwide = msgspec.convert(_of(own, "ClusterRole"), list[Role], dec_hook=_as_is)
    bound = _of(own, "RoleBinding", "ClusterRoleBinding")
    bindings = _by_name(msgspec.convert(bound, list[RoleBinding], dec_hook=_as_is))
    return Defaults(nearest, nearest == minor, _by_name((*namespaced, *expanded(clusterwide))), bindings)


@cache
def _read() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    return items


@cache
def _minors() -> tuple[int, ...]:
    """The minors that were read, ascending."""
    return tuple(sorted({minor for item in _read() for minor in item["minors"]}))


def _of(items: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    return [item for item in items if item["kind"] in kinds]


def _as_is(declared: type, value: Any) -> Any:
    return declared(value)


def _by_name(items: Iterable[Any]) -> dict[tuple[str, str], Any]:
    return {(item.metadata.namespace, item.metadata.name): item for item in items}


def is_default_role(role: Role, minor: int = LATEST) -> bool:
    """Whether a role of this name comes with the server (known by the list, not by its label, which anyone can set)."""
    return (role.metadata.namespace, role.metadata.name) in defaults(minor).roles


def is_default_binding(binding: RoleBinding, minor: int = LATEST) -> bool:
    """Whether a binding of this name comes with the server and still refers to the role it came with."""
    known = defaults(minor).bindings.get((binding.metadata.namespace, binding.metadata.name))
    return known is not None and _target(known) == _target(binding)


def _target(binding: RoleBinding) -> tuple[str, str]:
    return binding.role_ref.kind, binding.role_ref.name


def additions(
    roles: Iterable[Role], bindings: Iterable[RoleBinding], minor: int = LATEST, known: Iterable[Role] = ()
) -> tuple[Addition, ...]:
    """What default roles and bindings have beyond what they came with.

    `roles` and `bindings` are all of them, namespaced or not. What they came with in an earlier minor stays when a
    cluster is upgraded, and is nobody's addition. Rules of `known` roles (whose aggregation was reviewed) are not
    shown.
    """
    came = (defaults(minor), *(defaults(earlier) for earlier in _minors() if earlier < minor))
    reviewed = tuple(rule for role in known for rule in role.rules)
    return (*_rules(roles, came, reviewed), *_subjects(bindings, came))


Came = tuple[Defaults, ...]  # of this minor, then of those before it


def _rules(roles: Iterable[Role], came: Came, reviewed: tuple[PolicyRule, ...]) -> Iterator[Addition]:
    base = came[0]
    for role in roles:
        space, name = key = role.metadata.namespace, role.metadata.name
        if key not in base.roles or role.rules == base.roles[key].rules:
            continue
        own = tuple(rule for one in came if key in one.roles for rule in one.roles[key].rules)
        for rule in role.rules:
            if uncovered(rule, (*own, *reviewed)):
                yield Addition("Role" if space else "ClusterRole", space, name, rule=rule, exact=base.exact)


def _subjects(bindings: Iterable[RoleBinding], came: Came) -> Iterator[Addition]:
    base = came[0]
    for binding in bindings:
        space, name = key = binding.metadata.namespace, binding.metadata.name
        if key not in base.bindings:
            continue
        before = [one.bindings[key] for one in came if key in one.bindings]
        kept = {_who(subject) for one in before if _target(one) == _target(binding) for subject in one.subjects}
        for subject in binding.subjects:
            if _who(subject) not in kept:
                kind = "RoleBinding" if space else "ClusterRoleBinding"
                yield Addition(kind, space, name, subject=subject, exact=base.exact)


def _who(subject: Subject) -> tuple[str, str, str]:
    return subject.kind, subject.namespace, subject.name
