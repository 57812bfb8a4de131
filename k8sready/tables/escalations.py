"""Ways from service accounts to everything in the cluster, and what would cut them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.rbac import CLUSTER, BindingKey, Cut, Escalation, Step, account, cut, defaults
from ..engines.rbac import Node as Principal
from ..objects.core import ServiceAccount
from .accounts import RBAC
from .openings import GUARDS
from .scenes import scene_of
from .schema import OBJECT, SYSTEM, TEMPLATED, Column, Table, Type, count, flag

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    SYSTEM,
    count("steps", "steps of a shortest way to everything in the cluster; 0: there is none; NA: it cannot be told"),
    Column("way", Type.LIST, "the steps in order: what is done, and whom it reaches"),
    Column("cut", Type.LIST, "the fewest bindings, other than the server's own, whose removal leaves no way"),
    flag("exact", "no smaller set of bindings would do; NA where there is no way or no such set"),
)
_BUDGET = 500  # looked-at sets of bindings for each account


def escalation_of(tables: Tables, *, possible: bool = False) -> Escalation:
    """The graph of steps that are certain, or that are `possible` by what was not read or needs luck."""
    return Escalation(tables.rbac, scene_of(tables, possible=possible))


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    certain, possible = tables.escalation, escalation_of(tables, possible=True)
    listed = tables.snapshot.of("serviceaccounts", ServiceAccount)
    starts = [account(item.metadata.namespace, item.metadata.name) for item in listed]
    certain.explore(starts)
    possible.explore(starts)
    cuts = _Cuts(tables, certain)
    for start in starts:
        where = ("ServiceAccount", start.namespace, start.name, tables.is_system(start.namespace))
        path = certain.path(start)
        if not path:
            yield (*where, 0 if possible.path(start) is None else None, (), (), None)
            continue
        fewest = cuts.of(start)
        bindings = tuple(sorted(map(binding_name, fewest.bindings))) if fewest else ()
        yield (*where, len(path), tuple(map(step_text, path)), bindings, fewest.exact if fewest else None)


class _Cuts:
    """The fewest bindings for each account; accounts with the same steps that lead on share an answer."""

    def __init__(self, tables: Tables, graph: Escalation) -> None:
        self._graph, self._servers_own = graph, list(defaults(tables.server_minor).bindings)
        self._known: dict[Any, Cut | None] = {}

    def of(self, start: Principal) -> Cut | None:
        """The cut of one account; None where the server's own bindings leave a way."""
        key = self._graph.useful_edges(start)
        if key not in self._known:
            self._known[key] = cut(self._graph, start, keep=self._servers_own, budget=_BUDGET)
        return self._known[key]


def binding_name(key: BindingKey) -> str:
    """A binding as kind and name."""
    return f"RoleBinding {key[0]}/{key[1]}" if key[0] else f"ClusterRoleBinding {key[1]}"


def step_text(step: Step) -> str:
    """A step as "what is done (on what): whom it reaches (through which bindings)"."""
    through = ", ".join(sorted(map(binding_name, step.bindings)))
    done = f"{step.move} ({step.via})" if step.via else step.move
    return f"{done}: {principal_text(step.target)}" + (f" ({through})" if through else "")


def principal_text(node: Principal) -> str:
    """A node of the graph in one line."""
    if node == CLUSTER:
        return "everything"
    if node.kind in ("ServiceAccount", "User", "Group"):
        return f"{node.kind} {'/'.join(filter(None, (node.namespace, node.name)))}"
    where = f"in {node.namespace}" if node.namespace else "everywhere"
    return f"everything {where}" if not node.name else f"{node.kind} {node.name} {where}"


ESCALATIONS = Table(
    "escalations",
    "Service accounts, with the shortest way from each to everything in the cluster, and what would cut it.",
    COLUMNS,
    build,
    reads=("serviceaccounts", "namespaces", *TEMPLATED, *RBAC),
    optional_reads=("secrets", "nodes", "resourcequotas", *GUARDS),
)
