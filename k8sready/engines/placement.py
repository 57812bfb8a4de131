"""Where pods may be placed: the nodes that a pod's node selector, required node affinity and tolerations leave it.

Source: kube-scheduler's NodeAffinity and TaintToleration filters; core/v1 NodeSelector, Taint, Toleration.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..objects.core import Node, Taint
from ..objects.pods import NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Toleration
from .selectors import whole_number

_HARD = frozenset({"NoSchedule", "NoExecute"})
# What a node has while it starts, ails, is drained or goes away; it says nothing about which pods it is for.
_PASSING = re.compile(
    r"node\.kubernetes\.io/(?:not-ready|unreachable|unschedulable|network-unavailable|out-of-service|[a-z]+-pressure)"
    r"|node\.cloudprovider\.kubernetes\.io/(?:uninitialized|shutdown)|node\.cilium\.io/agent-not-ready"
    r"|(?:ToBeDeleted|DeletionCandidateOf)(?:By)?ClusterAutoscaler|karpenter\.sh/(?:disrupted|disruption|unregistered)"
)


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Nodes that no pod in question tells apart: the same taints, the same values of selected labels."""

    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    nodes: int


def keys_of(spec: PodSpec) -> frozenset[str]:
    """The node labels that a pod selects by."""
    expressions = (item.key for term in _terms(spec) for item in term.match_expressions)
    return frozenset((*spec.node_selector, *expressions))


def classes_of(nodes: Iterable[Node], keys: frozenset[str]) -> tuple[NodeClass, ...]:
    """The nodes in classes, by the labels of these names and by taints that keep pods away and are there to stay."""
    found: dict[tuple[tuple[tuple[str, str], ...], tuple[Taint, ...]], int] = {}
    for node in nodes:
        labels = node.metadata.labels
        taints = sorted(
            (item for item in node.spec.taints if item.effect in _HARD and not _PASSING.fullmatch(item.key)),
            key=lambda item: (item.key, item.effect, item.value),
        )
        place = (tuple(sorted((key, labels[key]) for key in keys if key in labels)), tuple(taints))
        found[place] = found.get(place, 0) + 1
    return tuple(NodeClass(dict(labels), taints, count) for (labels, taints), count in found.items())


def may_run_on(spec: PodSpec, place: NodeClass) -> bool:
    """Whether the scheduler may put the pod on such a node, resources aside."""
    selected = all(place.labels.get(key) == value for key, value in spec.node_selector.items())
    terms = _terms(spec)
    wanted = not terms or any(_matches(term, place.labels) for term in terms)
    return selected and wanted and all(_tolerated(taint, spec.tolerations) for taint in place.taints)


def _terms(spec: PodSpec) -> tuple[NodeSelectorTerm, ...]:
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    return required.node_selector_terms if required else ()


def _matches(term: NodeSelectorTerm, labels: Mapping[str, str]) -> bool:
    """Requirements are ANDed. A term without any had matchFields only, which are not kept: it may match."""
    return all(_meets(item, labels) for item in term.match_expressions)


def _meets(item: NodeSelectorRequirement, labels: Mapping[str, str]) -> bool:
    value = labels.get(item.key)
    if item.operator == "In":
        return value in item.values
    if item.operator == "NotIn":
        return value not in item.values
    if item.operator in ("Exists", "DoesNotExist"):
        return (value is not None) is (item.operator == "Exists")
    return _compares(item, value)


def _compares(item: NodeSelectorRequirement, value: str | None) -> bool:
    """Gt and Lt compare whole numbers; what is none does not match."""
    own, limit = whole_number(value or ""), whole_number(next(iter(item.values), ""))
    if own is None or limit is None:
        return False
    return own > limit if item.operator == "Gt" else own < limit


def _tolerated(taint: Taint, tolerations: Iterable[Toleration]) -> bool:
    return any(_tolerates(item, taint) for item in tolerations)


def _tolerates(item: Toleration, taint: Taint) -> bool:
    if item.effect and item.effect != taint.effect:
        return False
    if not item.key:
        return item.operator == "Exists"
    return item.key == taint.key and (item.operator == "Exists" or item.value == taint.value)
