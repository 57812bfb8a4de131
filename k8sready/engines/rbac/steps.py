"""Nodes of the graph of escalation, and the steps between them."""

from dataclasses import dataclass
from itertools import chain

from .authorizer import Grant
from .requests import AUTHENTICATED, MASTERS, UNAUTHENTICATED, User, service_account

BindingKey = tuple[str, str]  # (namespace, name); namespace "" is a ClusterRoleBinding


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the graph. Kinds of principals, with what namespace and name mean:

    ServiceAccount shop/ci, User "" ann, Group "" dev; ClusterRole or Role: whoever holds that role, in a namespace or
    ("") everywhere; Everything: whoever may do everything in a namespace. Other kinds are sets of targets (`aims`).
    """

    kind: str
    namespace: str
    name: str = ""


CLUSTER = Node("Cluster", "")
EVERYTHING = "Everything"
PRINCIPALS = frozenset({"ServiceAccount", "User", "Group", "ClusterRole", "Role", EVERYTHING, CLUSTER.kind})


def account(namespace: str, name: str) -> Node:
    """The node of a ServiceAccount."""
    return Node("ServiceAccount", namespace, name)


def user_of(node: Node) -> User:
    """The identity of a principal's node; of a Group, somebody who is nothing but in it."""
    if node.kind == "ServiceAccount":
        return service_account(node.namespace, node.name)
    if node.kind == "User":
        return User(node.name, (AUTHENTICATED,))
    return User("", (node.name,) if node.name == UNAUTHENTICATED else (node.name, AUTHENTICATED))


def is_masters(node: Node) -> bool:
    """Whether a node is the group that no authorizer is asked about."""
    return node == Node("Group", "", MASTERS)


def key_of(grant: Grant) -> BindingKey | None:
    """The binding of a grant; None where the grant comes with a node, as with a role that was just bound."""
    return (grant.binding_namespace, grant.binding) if grant.binding else None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done (a move's name), on which object ("": on none), and the grants that allow it.

    `through`: bindings that the step changes or stands on without being granted anything by them.
    """

    source: Node
    target: Node
    move: str
    grants: tuple[Grant, ...] = ()
    through: tuple[BindingKey, ...] = ()
    via: str = ""

    @property
    def bindings(self) -> frozenset[BindingKey]:
        """The bindings whose removal, each alone, makes this step impossible in this way."""
        keys = map(key_of, self.grants)
        return frozenset((*(key for key in keys if key is not None), *self.through))


@dataclass(frozen=True, slots=True)
class Edge:
    """A step as far as it is known from its source: `ways` are the needs, each with the grants of which one is enough.

    An edge from a set of targets to one of them has no move: that was told on the way into the set.
    """

    target: Node
    move: str = ""
    ways: tuple[tuple[Grant, ...], ...] = ()
    through: tuple[BindingKey, ...] = ()
    via: str = ""

    def grants(self, without: frozenset[BindingKey]) -> tuple[Grant, ...] | None:
        """A grant for each need, none by a binding in `without`; None where some need has no other."""
        if not without.isdisjoint(self.through):
            return None
        chosen = [next((grant for grant in way if key_of(grant) not in without), None) for way in self.ways]
        return None if None in chosen else tuple(dict.fromkeys(grant for grant in chosen if grant))


Taken = tuple[Node, Edge]  # an edge with its source


def steps_of(taken: list[Taken], without: frozenset[BindingKey]) -> list[Step]:
    """Edges in a row as steps from principal to principal: what passes through a set of targets is one step."""
    steps: list[Step] = []
    row: list[Taken] = []
    for source, edge in taken:
        row.append((source, edge))
        if edge.target.kind in PRINCIPALS:
            steps.append(_joined(row, without))
            row = []
    return steps


def _joined(row: list[Taken], without: frozenset[BindingKey]) -> Step:
    edges = [edge for _, edge in row]
    grants = tuple(chain.from_iterable(edge.grants(without) or () for edge in edges))
    through = tuple(chain.from_iterable(edge.through for edge in edges))
    via = next((edge.via for edge in edges if edge.via), "")
    return Step(row[0][0], edges[-1].target, edges[0].move, grants, through, via)
