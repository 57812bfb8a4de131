"""How an account becomes more than it is: steps from principal to principal, and the fewest bindings that cut them.

    graph = Escalation(rbac, accounts=[("shop", "ci"), …], running={("shop", "web"), …})
    path = graph.path(account("shop", "ci"))        # steps up to CLUSTER, or None
    cut(graph, account("shop", "ci"))               # Cut(bindings=frozenset({("", "ci-admin")}), exact=True)

Steps: run a pod as another account, enter a pod that runs, ask for a token, read or write token secrets, impersonate,
bind or escalate roles, and take over nodes (where the pod-security level lets a privileged pod in). An account that
may do everything everywhere is the CLUSTER. Source: the RBAC good practices of the Kubernetes documentation.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from ...objects.rbac import PolicyRule
from .authorizer import Grant, Rbac
from .dangers import Need, meets
from .moves import MOVES, Move, Reach, needs_of
from .requests import MASTERS, User, service_account

BindingKey = tuple[str, str]  # (namespace, name); namespace "" is a ClusterRoleBinding


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the graph: a principal ("ServiceAccount" shop/ci, "User", "Group"), or a power over accounts."""

    kind: str
    namespace: str
    name: str = ""


CLUSTER = Node("Cluster", "")


def account(namespace: str, name: str) -> Node:
    """The node of a ServiceAccount."""
    return Node("ServiceAccount", namespace, name)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done (a move's name), and the grants that allow it (empty: it needs none)."""

    source: Node
    target: Node
    move: str
    grants: tuple[Grant, ...] = ()

    @property
    def bindings(self) -> frozenset[BindingKey]:
        """The bindings whose removal, each alone, makes this step impossible in this way."""
        return frozenset((grant.binding_namespace, grant.binding) for grant in self.grants)


class Escalation:
    """The graph of steps over a cluster's accounts; immutable after construction."""

    def __init__(
        self,
        rbac: Rbac,
        accounts: Iterable[tuple[str, str]],
        running: Collection[tuple[str, str]] = (),
        token_secrets: Collection[tuple[str, str]] = (),
        privileged_namespaces: Collection[str] | None = None,
    ) -> None:
        """Accounts as (namespace, name): all; those whose token a running pod mounts; those with a token Secret.

        `privileged_namespaces`: where pod security admits privileged pods; None: everywhere (nothing forbids it).
        """
        self._rbac, self._accounts = rbac, tuple(dict.fromkeys(accounts))
        self._running, self._secrets, self._privileged = set(running), set(token_secrets), privileged_namespaces
        self._by_space: dict[str, list[Node]] = {}
        for space, name in self._accounts:
            self._by_space.setdefault(space, []).append(account(space, name))
        self._steps: dict[Node, tuple[Step, ...]] = {}

    def steps(self, node: Node) -> tuple[Step, ...]:
        """Every step out of a node."""
        if node not in self._steps:
            self._steps[node] = tuple(self._out(node))
        return self._steps[node]

    def bindings(self) -> frozenset[BindingKey]:
        """Every binding of the cluster, by key."""
        return frozenset((item.metadata.namespace, item.metadata.name) for item in self._rbac.bindings)

    def path(
        self, start: Node, goal: Node = CLUSTER, without: frozenset[BindingKey] = frozenset()
    ) -> list[Step] | None:
        """A shortest path as if the bindings in `without` were gone; [] if start is goal, None if there is none."""
        came: dict[Node, Step] = {}
        queue, seen = deque([start]), {start}
        while queue and goal not in seen:
            for step in self.steps(queue.popleft()):
                if step.target not in seen and not step.bindings & without:
                    seen.add(step.target)
                    came[step.target] = step
                    queue.append(step.target)
        return None if goal not in seen else _back(came, start, goal)

    # -- the steps out of a node ---------------------------------------------------------------------------------

    def _out(self, node: Node) -> Iterator[Step]:
        if node == CLUSTER:
            return
        if node.kind in _POWERS:
            yield from (Step(node, target, "becomes one of") for target in self._reached(node))
            return
        if node == Node("Group", "", MASTERS):
            yield Step(node, CLUSTER, "is above RBAC")
        grants = tuple(self._rbac.grants_of(user_of(node)))
        met = frozenset().union(*(_met(grant.rule, bool(grant.binding_namespace)) for grant in grants))
        for move in MOVES:
            if not move.named and not met.issuperset(needs_of(move)):
                continue
            yield from self._moves(node, move, grants)

    def _moves(self, node: Node, move: Move, grants: tuple[Grant, ...]) -> Iterator[Step]:
        """Steps of one move in every namespace where the grants allow all that it needs."""
        spaces = sorted({grant.binding_namespace for grant in grants if grant.binding_namespace})
        scopes = [""] if move.cluster_only else ["", *spaces]
        for scope in scopes:
            here = [grant for grant in grants if grant.binding_namespace in ("", scope)]
            if move.named:
                yield from self._named(node, move, here, scope)
            ways = [_one_a_binding(grant for grant in here if _meets(grant, need)) for need in needs_of(move)]
            if not all(ways) or (move.privileged and not self._admits(scope)):
                continue
            for way in dict.fromkeys(_unique(way) for way in product(*ways)):
                if not scope or any(grant.binding_namespace for grant in way):
                    yield Step(node, _target(move.reach, scope), move.name, way)

    def _named(self, node: Node, move: Move, grants: list[Grant], scope: str) -> Iterator[Step]:
        """Steps to the accounts that a rule lists by name."""
        for grant in grants:
            local, names = bool(grant.binding_namespace), grant.rule.resource_names
            if names and bool(scope) == local and meets(grant.rule, needs_of(move)[0], limited=True, local=local):
                for space, name in self._accounts:
                    if name in names and space == (scope or space):
                        yield Step(node, account(space, name), move.name, (grant,))

    def _admits(self, scope: str) -> bool:
        known = self._privileged
        return known is None or (bool(known) if not scope else scope in known)

    def _reached(self, node: Node) -> Iterator[Node]:
        local = self._by_space.get(node.namespace, ())
        listed = [(item.namespace, item.name) for item in local] if node.namespace else self._accounts
        chosen = {Reach.RUNNING.value: self._running, Reach.SECRETS.value: self._secrets}.get(node.kind)
        yield from (account(*item) for item in listed if chosen is None or item in chosen)


_POWERS = frozenset({Reach.ANY.value, Reach.RUNNING.value, Reach.SECRETS.value})


def user_of(node: Node) -> User:
    """The identity of a principal's node; of a Group, somebody who is nothing but in it."""
    if node.kind == "ServiceAccount":
        return service_account(node.namespace, node.name)
    return User("", (node.name,)) if node.kind == "Group" else User(node.name)


def _target(reach: Reach, scope: str) -> Node:
    if reach is Reach.CLUSTER:
        return CLUSTER
    if reach is Reach.NODES:  # a privileged pod may land beside any other pod
        return Node(Reach.RUNNING.value, "")
    return Node(reach.value, scope)


def _meets(grant: Grant, need: Need) -> bool:
    return need in _met(grant.rule, bool(grant.binding_namespace))


@lru_cache(maxsize=65536)
def _met(rule: PolicyRule, local: bool) -> frozenset[Need]:
    return frozenset(need for move in MOVES for need in needs_of(move) if meets(rule, need, local=local))


def _one_a_binding(grants: Iterable[Grant]) -> list[Grant]:
    """Which of a binding's rules allows makes no difference to the step."""
    return list({(grant.binding_namespace, grant.binding): grant for grant in grants}.values())


def _unique(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    return tuple(dict.fromkeys(grants))


def _back(came: dict[Node, Step], start: Node, goal: Node) -> list[Step]:
    path: list[Step] = []
    while goal != start:
        path.insert(0, came[goal])
        goal = path[0].source
    return path
