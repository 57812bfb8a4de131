"""The search for a path of fewest steps, again and again with other bindings gone."""

from collections import deque
from collections.abc import Mapping, Sequence

from .steps import PRINCIPALS, BindingKey, Edge, Node, Taken


class WaysTo:
    """The part of a graph from which one goal can be reached.

    `near`: steps to the goal with every binding in place. An edge out of a principal is a step; an edge out of a set of
    targets is none.
    """

    def __init__(
        self, goal: Node, edges: Mapping[Node, Sequence[Edge]], sources: Mapping[Node, Sequence[Node]]
    ) -> None:
        self._goal, self._edges = goal, edges
        self.near = _distances(goal, sources)
        self._out: dict[Node, tuple[Edge, ...]] = {}

    def out(self, node: Node) -> tuple[Edge, ...]:
        """The edges of a node that lead on to the goal, nearest first, else in their order."""
        if node not in self._out:
            leading = (edge for edge in self._edges.get(node, ()) if edge.target in self.near)
            self._out[node] = tuple(sorted(leading, key=lambda edge: self.near[edge.target]))
        return self._out[node]

    def search(self, start: Node, without: frozenset[BindingKey]) -> list[Taken] | None:
        """The edges of a path of fewest steps that needs no binding in `without` (A*, depth first among equals)."""
        far, came, done = {start: 0}, dict[Node, Taken](), set[Node]()
        levels = {self.near[start]: [(start, 0)]}
        while levels:
            level = min(levels)
            node, at = levels[level].pop()
            if not levels[level]:
                del levels[level]
            if node == self._goal:
                return _back(came, start, node)
            if at == 0 and node in done:
                continue
            done.add(node)
            self._advance(node, at, without, far, came, levels)
        return None

    def _advance(
        self,
        node: Node,
        at: int,
        without: frozenset[BindingKey],
        far: dict[Node, int],
        came: dict[Node, Taken],
        levels: dict[int, list[tuple[Node, int]]],
    ) -> None:
        """Look at a node's edges from place `at` on, up to the next one that can be taken; the rest waits behind it."""
        here, out = far[node] + _cost(node), self.out(node)
        for index in range(at, len(out)):
            target = out[index].target
            if here < far.get(target, here + 1) and out[index].grants(without) is not None:
                if index + 1 < len(out):
                    rest = here + self.near[out[index + 1].target]
                    levels.setdefault(rest, []).append((node, index + 1))
                far[target], came[target] = here, (node, out[index])
                levels.setdefault(here + self.near[target], []).append((target, 0))
                return


def _cost(node: Node) -> int:
    return int(node.kind in PRINCIPALS)


def _distances(goal: Node, sources: Mapping[Node, Sequence[Node]]) -> dict[Node, int]:
    near = {goal: 0}
    queue = deque([goal])
    while queue:
        node = queue.popleft()
        for source in sources.get(node, ()):
            far = near[node] + _cost(source)
            if far < near.get(source, far + 1):
                near[source] = far
                (queue.append if _cost(source) else queue.appendleft)(source)
    return near


def _back(came: Mapping[Node, Taken], start: Node, goal: Node) -> list[Taken]:
    path: list[Taken] = []
    while goal != start:
        path.insert(0, came[goal])
        goal = path[0][0]
    return path
