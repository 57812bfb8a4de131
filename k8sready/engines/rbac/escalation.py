"""How an account becomes more than it is: steps from principal to principal, up to everything in the cluster.

    scene = Scene(accounts=(("shop", "ci"), …), pods=(RunningPod("shop", "web-1", account="web"), …))
    graph = Escalation(rbac, scene)
    path = graph.path(account("shop", "ci"))        # steps up to CLUSTER, or None
    cut(graph, account("shop", "ci"))               # Cut(bindings=frozenset({("", "ci-admin")}), exact=True)

A principal that may do everything everywhere is the CLUSTER. Every step that is told can be made in the scene (unless
that asks for what is only possible); a principal's own grants, not those it left behind, count at each step. Source:
the RBAC good practices of the Kubernetes documentation.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ...objects.rbac import PolicyRule, Subject
from .aims import ANYBODY, Aims, set_of
from .authorizer import Grant, Rbac
from .holding import Holder
from .moves import MOVES, Aim, Move
from .needs import Need
from .role_moves import BINDABLE, Bound, RoleMoves, is_everything
from .scene import Scene
from .searching import WaysTo
from .steps import (
    CLUSTER,
    EVERYTHING,
    BindingKey,
    Edge,
    Node,
    Step,
    is_masters,
    key_of,
    steps_of,
    user_of,
)

_ALL = PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",))
_SETS = frozenset(aim.value for aim in Aim) | {ANYBODY.kind}


class Escalation:
    """The graph of steps over a cluster; the cluster is never changed, what was explored is remembered."""

    def __init__(self, rbac: Rbac, scene: Scene) -> None:
        self._rbac, self._scene = rbac, scene
        self._aims, self._roles = Aims(rbac, scene), RoleMoves(rbac, scene)
        self._moves = [move for move in MOVES if _counts(move, scene)]
        self._bindings = frozenset((item.metadata.namespace, item.metadata.name) for item in rbac.bindings)
        self._edges: dict[Node, tuple[Edge, ...]] = {}
        self._sources: dict[Node, list[Node]] = defaultdict(list)
        self._ways: dict[Node, WaysTo] = {}

    def bindings(self) -> frozenset[BindingKey]:
        """Every binding of the cluster, by key."""
        return self._bindings

    def path(
        self, start: Node, goal: Node = CLUSTER, without: frozenset[BindingKey] = frozenset()
    ) -> list[Step] | None:
        """A shortest path as if the bindings in `without` were gone; [] if start is goal, None if there is none."""
        ways = self._ways_to(start, goal)
        taken = ways.search(start, without) if start in ways.near else None
        return None if taken is None else steps_of(taken, without)

    def useful_edges(self, start: Node, goal: Node = CLUSTER) -> frozenset[Edge]:
        """The edges out of a node from whose targets the goal can be reached: equal ones, equal ways and cuts."""
        return frozenset(self._ways_to(start, goal).out(start))

    # -- exploring -----------------------------------------------------------------------------------------------

    def explore(self, starts: Iterable[Node]) -> None:
        """Find every edge that is reachable from these nodes."""
        queue = [start for start in starts if start not in self._edges]
        if queue:
            self._ways.clear()
        while queue:
            node = queue.pop()
            if node in self._edges:
                continue
            self._edges[node] = edges = tuple(dict.fromkeys(self._out(node)))
            for target in dict.fromkeys(edge.target for edge in edges):
                self._sources[target].append(node)
                if target not in self._edges:
                    queue.append(target)

    def _ways_to(self, start: Node, goal: Node) -> WaysTo:
        self.explore((start,))
        if goal not in self._ways:
            self._ways[goal] = WaysTo(goal, self._edges, self._sources)
        return self._ways[goal]

    # -- the edges out of a node ---------------------------------------------------------------------------------

    def _out(self, node: Node) -> Iterator[Edge]:
        if node == CLUSTER:
            return
        if node.kind in _SETS:
            yield from self._aims.edges(node)
            return
        if node.kind == BINDABLE:
            yield from self._roles.edges(node)
            return
        if is_masters(node):
            yield Edge(CLUSTER, "is above RBAC")
        grants, bound = self._held(node)
        whole = [grant for grant in grants if is_everything(grant.rule)]
        # whoever may do everything needs no other move, and in a namespace no other role
        wide = _one_a_binding(grant for grant in whole if not grant.binding_namespace)
        if wide:
            yield Edge(CLUSTER, "may do everything", (wide,))
        holder = Holder(grant for grant in grants if grant not in wide)
        for move in self._moves:
            if all(need in holder for need in (*move.needs, *move.loose)):
                yield from self._moved(holder, move)
        lesser = [grant for grant in grants if grant not in whole] if whole else grants
        yield from self._roles.of(Holder(lesser) if whole else holder, bound)

    def _held(self, node: Node) -> tuple[list[Grant], list[Bound]]:
        """The grants of a principal, and the roles that it is bound to."""
        scope = node.namespace
        if node.kind == EVERYTHING:
            return [Grant("", scope, EVERYTHING, "", 0, _ALL, Subject())], []
        if node.kind in ("ClusterRole", "Role"):
            rules = self._rbac.roles().get((node.kind, scope if node.kind == "Role" else "", node.name), ())
            grants = [Grant("", scope, node.kind, node.name, at, rule, Subject()) for at, rule in enumerate(rules)]
            return grants, [Bound(scope, node.kind, node.name)]
        user = user_of(node)
        return list(self._rbac.grants_of(user)), [Bound.by(item) for item in self._rbac.bindings_of(user)]

    def _moved(self, holder: Holder, move: Move) -> Iterator[Edge]:
        """Edges of one move, in every scope where the grants allow all that it needs."""
        for scope in ("",) if move.cluster_only else holder.scopes:
            ways = _ways(holder, move, move.needs, scope)
            local = not scope or any(grant.binding_namespace for way in ways for grant in way)
            if all(ways) and local and move.aim is Aim.CLUSTER:
                yield Edge(CLUSTER, move.name, ways)
            elif all(ways) and local and self._aims.near(move, scope):
                yield Edge(set_of(move.aim, scope, move.resource), move.name, ways)
            yield from self._named(holder, move, scope)

    def _named(self, holder: Holder, move: Move, scope: str) -> Iterator[Edge]:
        """Edges to the targets that rules list by the name of what is acted on."""
        for grant, names in holder.named(move.needs[0], scope) if move.needs else ():
            for target in (item for name in names for item in self._aims.named(move, scope, name)):
                ways = ((grant,), *_ways(holder, move, move.needs[1:], target.namespace))
                if all(ways):
                    yield Edge(target.node, move.name, ways, via=target.via)


def _one_a_binding(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    return tuple({key_of(grant): grant for grant in grants}.values())


def _counts(move: Move, scene: Scene) -> bool:
    there = move.since <= scene.minor and not (move.before and scene.minor >= move.before)
    return there and (move.certain or scene.possible)


def _ways(holder: Holder, move: Move, needs: tuple[Need, ...], scope: str) -> tuple[tuple[Grant, ...], ...]:
    return (
        *(holder.allowing(need, scope) for need in needs),
        *(holder.allowing(need, scope, some=True) for need in move.loose),
    )
