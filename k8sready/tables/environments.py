"""Environments that share a cluster, and whether the scheduler may put them on the same nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from ..engines.placement import classes_of, keys_of, may_run_on
from ..objects.core import Namespace, Node
from ..objects.pods import PodSpec
from .namespaces import environment
from .schema import OBJECT, SYSTEM, TEMPLATED, Table, count, flag, text
from .templates import Root, Template

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    SYSTEM,
    text("environment", "production, staging or development, by the words of its name and labels"),
    text("other_environments", "the other environments of the cluster that run something"),
    count("workloads", "workloads in it that are placed (DaemonSets run on every node and are not counted)"),
    count(
        "sharing", "of these, workloads that may run on a node where another environment's may run; NA without nodes"
    ),
    count("unplaced", "of these, workloads that none of the nodes that are there takes; NA without nodes"),
    text("example", "one of the sharing workloads"),
    flag("beside_production", "one of the environments that share is production"),
)
_Places = frozenset[int]  # numbers of node classes


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    spaces = _namespaces(tables)
    placed = [item for item in tables.templates if item.root.namespace in spaces and _is_placed(item)]
    nodes = tables.snapshot.of("nodes", Node)
    places = _places(placed, nodes)
    by_environment: dict[str, set[int]] = defaultdict(set)
    for template in placed:
        by_environment[spaces[template.root.namespace]] |= places[id(template.spec)]
    for name, own in sorted(spaces.items()):
        mine = [item for item in placed if item.root.namespace == name]
        if mine:
            yield _row(tables, name, own, mine, places, by_environment, bool(nodes))


def _row(
    tables: Tables,
    name: str,
    own: str,
    mine: list[Template],
    places: dict[int, _Places],
    by_environment: dict[str, set[int]],
    known: bool,
) -> tuple[Any, ...]:
    others = sorted(by_environment.keys() - {own})
    theirs = set().union(*(by_environment[other] for other in others))
    sharing = sorted({_shown(item.root) for item in mine if places[id(item.spec)] & theirs})
    reached = set().union(*(places[id(item.spec)] for item in mine))
    beside = own == "production" or bool(reached & by_environment.get("production", set()))
    unplaced = {item.root for item in mine if not places[id(item.spec)]}
    counted = (len(sharing), len(unplaced)) if known else (None, None)
    told = (len({item.root for item in mine}), *counted, sharing[0] if sharing else None)
    return ("Namespace", name, name, tables.is_system(name), own, ", ".join(others) or None, *told, beside)


def _shown(root: Root) -> str:
    return f"{root.kind} {root.name}"


def _namespaces(tables: Tables) -> dict[str, str]:
    """Application namespaces whose name or labels speak of an environment."""
    told = ((item.metadata.name, environment(item.metadata)) for item in tables.snapshot.of("namespaces", Namespace))
    return {name: own for name, own in told if own and not tables.is_system(name)}


def _is_placed(template: Template) -> bool:
    return template.root.kind != "DaemonSet" and not template.static


def _places(placed: list[Template], nodes: tuple[Node, ...]) -> dict[int, _Places]:
    """By spec, the node classes on which it may run; specs with the same wishes are asked once."""
    classes = classes_of(nodes, frozenset().union(*(keys_of(item.spec) for item in placed)))
    known: dict[bytes, _Places] = {}
    found: dict[int, _Places] = {}
    for template in placed:
        wishes = _wishes(template.spec)
        if wishes not in known:
            known[wishes] = frozenset(n for n, place in enumerate(classes) if may_run_on(template.spec, place))
        found[id(template.spec)] = known[wishes]
    return found


def _wishes(spec: PodSpec) -> bytes:
    affinity = spec.affinity.node_affinity if spec.affinity else None
    return msgspec.msgpack.encode((spec.node_selector, affinity, spec.tolerations))


TABLE = Table(
    "environments",
    "Environments that share the cluster: one row per namespace whose name or labels speak of one.",
    COLUMNS,
    build,
    reads=("namespaces", *TEMPLATED, "nodes"),
)
