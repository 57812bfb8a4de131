"""Moves through roles: binding one to oneself, joining a binding, writing more into a role that one is bound to.

Sources: pkg/registry/rbac/{clusterrole,clusterrolebinding,…}/policybased/storage.go, escalation_check.go.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ...objects.rbac import PolicyRule, RoleBinding
from .authorizer import Grant, Rbac
from .holding import Holder
from .matching import ALL
from .moves import AMEND, BIND_CLUSTER_ROLES, BIND_ROLES, EDIT, ESCALATE, MAKE
from .scene import Scene
from .steps import CLUSTER, EVERYTHING, BindingKey, Edge, Node

BINDABLE = "any role bound in"  # a set of targets: whoever holds a role of this kind there
_BIND = {"ClusterRole": BIND_CLUSTER_ROLES, "Role": BIND_ROLES}
_BINDS = "binds a role to itself"


@dataclass(frozen=True, slots=True)
class Bound:
    """A role that a principal is bound to in a namespace ("": everywhere); no binding: it was just bound."""

    namespace: str
    kind: str
    role: str
    binding: BindingKey | None = None

    @classmethod
    def by(cls, binding: RoleBinding) -> "Bound":
        """The role of a binding."""
        own, reference = binding.metadata, binding.role_ref
        return cls(own.namespace, reference.kind, reference.name, (own.namespace, own.name))


class RoleMoves:
    """The moves through roles over one cluster."""

    def __init__(self, rbac: Rbac, scene: Scene) -> None:
        self._rbac, self._scene, self._roles = rbac, scene, rbac.roles()

    @cached_property
    def _worthwhile(self) -> tuple[str, ...]:
        """ClusterRoles that are worth binding: one that allows everything is worth all others."""
        names = sorted(name for kind, _, name in self._roles if kind == "ClusterRole")
        whole = [name for name in names if any(map(is_everything, self._roles["ClusterRole", "", name]))]
        return tuple(whole or names)

    @cached_property
    def _local(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {space: [] for space in self._scene.namespaces}
        for kind, space, name in sorted(self._roles):
            if kind == "Role" and space in found:
                found[space].append(name)
        return found

    def edges(self, node: Node) -> Iterator[Edge]:
        """From a set of roles that can be bound to whoever holds one of them."""
        kind, scope = node.name.removeprefix("new "), node.namespace
        if node.name.startswith("new "):  # by RoleBindings of any namespace
            yield from (Edge(Node(BINDABLE, space, kind)) for space in self._scene.namespaces)
            return
        for name in self._worthwhile if kind == "ClusterRole" else self._local.get(scope, ()):
            yield Edge(Node(kind, scope, name), via=f"{kind} {name}")

    def of(self, holder: Holder, bound: Iterable[Bound]) -> Iterator[Edge]:
        """The moves of one principal."""
        for kind in ("ClusterRole", "Role"):
            if _BIND[kind] in holder:
                yield from self._binding(holder, kind)
                yield from self._joining(holder, kind)
        if ESCALATE["ClusterRole"] in holder or ESCALATE["Role"] in holder:
            for item in dict.fromkeys(bound):
                yield from self._writing(holder, item)

    # -- bind ----------------------------------------------------------------------------------------------------

    def _binding(self, holder: Holder, kind: str) -> Iterator[Edge]:
        """Makes a binding: cluster-wide for ClusterRoles, in a namespace for either kind of role."""
        make = holder.allowing(MAKE["ClusterRoleBinding"], "")
        if kind == "ClusterRole" and make:
            yield from self._bound(holder, kind, "", make, Node(BINDABLE, "", kind), ("",))
        if MAKE["RoleBinding"] not in holder:
            return
        make = holder.allowing(MAKE["RoleBinding"], "")
        if make:
            everywhere = Node(BINDABLE, "", f"new {kind}")
            yield from self._bound(holder, kind, "", make, everywhere, self._scene.namespaces)
        for scope in filter(None, holder.scopes):
            make = holder.allowing(MAKE["RoleBinding"], scope)
            local = any(grant.binding_namespace for grant in (*make, *holder.allowing(_BIND[kind], scope, some=True)))
            if make and local and scope in self._local:
                yield from self._bound(holder, kind, scope, make, Node(BINDABLE, scope, kind), (scope,))

    def _bound(
        self, holder: Holder, kind: str, scope: str, make: tuple[Grant, ...], every: Node, spaces: Iterable[str]
    ) -> Iterator[Edge]:
        need = _BIND[kind]
        bind = holder.allowing(need, scope)
        if bind:
            yield Edge(every, _BINDS, (bind, make))
        listed = [names for place in {"", scope} for _, names in holder.named(need, place)]
        for name in sorted({name for names in listed for name in names}):
            for space in spaces:
                if (kind, space if kind == "Role" else "", name) in self._roles:
                    ways = (holder.allowing(need, scope, name), make)
                    yield Edge(Node(kind, space, name), _BINDS, ways, via=f"{kind} {name}")

    def _joining(self, holder: Holder, kind: str) -> Iterator[Edge]:
        """Adds itself to a binding whose role it may bind."""
        if not any(need in holder for need in AMEND.values()):
            return
        for binding in self._rbac.bindings:
            item = Bound.by(binding)
            if item.kind != kind or self._rbac.rules_of(binding) is None:
                continue
            own, name = ("RoleBinding" if item.namespace else "ClusterRoleBinding"), binding.metadata.name
            ways = (
                holder.allowing(_BIND[kind], item.namespace, item.role),
                holder.allowing(AMEND[own], item.namespace, name),
            )
            if all(ways) and item.binding:
                target = Node(kind, item.namespace, item.role)
                yield Edge(target, "joins a binding", ways, (item.binding,), f"{own} {name}")

    # -- escalate ------------------------------------------------------------------------------------------------

    def _writing(self, holder: Holder, bound: Bound) -> Iterator[Edge]:
        """Writes everything into a role that it is bound to, or makes the role where the binding dangles."""
        home = bound.namespace if bound.kind == "Role" else ""
        if bound.kind not in ESCALATE:
            return
        missing = (bound.kind, home, bound.role) not in self._roles
        name = None if missing else bound.role
        escalate = holder.allowing(ESCALATE[bound.kind], home, name)
        write = holder.allowing((MAKE if missing else EDIT)[bound.kind], home, name)
        if escalate and write:
            target = Node(EVERYTHING, bound.namespace) if bound.namespace else CLUSTER
            through = (bound.binding,) if bound.binding else ()
            move = "writes rules that it does not hold into its role"
            yield Edge(target, move, (escalate, write), through, f"{bound.kind} {bound.role}")


def is_everything(rule: PolicyRule) -> bool:
    """Whether a rule allows every verb on every object."""
    return ALL in rule.verbs and ALL in rule.api_groups and ALL in rule.resources and not rule.resource_names
