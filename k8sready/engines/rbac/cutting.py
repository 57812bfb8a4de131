"""The fewest bindings whose removal leaves no path of escalation."""

from collections.abc import Collection
from dataclasses import dataclass

from .escalation import Escalation
from .steps import CLUSTER, BindingKey, Node

BUDGET = 5000  # looked-at sets of bindings; beyond it the answer is near, not exact


@dataclass(frozen=True, slots=True)
class Cut:
    """The bindings to remove; `exact`: no smaller set would do (else the search was stopped and this one is near)."""

    bindings: frozenset[BindingKey]
    exact: bool


class _StoppedError(Exception):
    """The search tree grew beyond its budget."""


def cut(
    graph: Escalation, start: Node, goal: Node = CLUSTER, keep: Collection[BindingKey] = (), budget: int = BUDGET
) -> Cut | None:
    """The fewest bindings (none of `keep`) whose removal leaves no path; None where removing others cannot cut it."""
    kept = frozenset(keep)
    removable = graph.bindings() - kept
    if graph.path(start, goal, removable) is not None:
        return None
    search = _Search(graph, start, goal, kept, budget)
    try:
        for size in range(len(removable) + 1):
            found = search.remove(frozenset(), size)
            if found is not None:
                return Cut(found, exact=True)
    except _StoppedError:
        pass
    return Cut(search.greedy(), exact=False)


class _Search:
    """A bounded search tree: any cut must hit the path that is left, so try each of its bindings."""

    def __init__(self, graph: Escalation, start: Node, goal: Node, keep: frozenset[BindingKey], budget: int) -> None:
        self._graph, self._start, self._goal, self._keep, self._left = graph, start, goal, keep, budget

    def remove(self, gone: frozenset[BindingKey], size: int) -> frozenset[BindingKey] | None:
        """`gone` and at most `size` more bindings, if that leaves no path."""
        self._left -= 1
        if self._left < 0:
            raise _StoppedError
        choices = self._choices(gone)
        if choices is None:
            return gone
        for choice in choices if size else ():
            found = self.remove(gone | {choice}, size - 1)
            if found is not None:
                return found
        return None

    def _choices(self, gone: frozenset[BindingKey]) -> list[BindingKey] | None:
        path = self._graph.path(self._start, self._goal, gone)
        if path is None:
            return None
        return [item for step in reversed(path) for item in sorted(step.bindings - self._keep)]

    def greedy(self) -> frozenset[BindingKey]:
        """Remove the binding nearest to the goal until no path is left; then put back what is not needed."""
        gone: frozenset[BindingKey] = frozenset()
        while choices := self._choices(gone):
            gone |= {choices[0]}
        for binding in sorted(gone):
            if self._choices(gone - {binding}) is None:
                gone -= {binding}
        return gone
