"""Cluster-wide policies (policy.networking.k8s.io v1alpha2 and the older v1alpha1 pair) in the one form of policies.

A peer of a kind that is not known fails closed, as its API says: an Accept rule matches nothing, a Deny or Pass rule
denies everything. Other parts that the API server would refuse match nothing (a Deny of "tcp" without a port all of
TCP); a policy that it would refuse as a whole leaves what it would decide unknown, and so does a rule with a peer as
v1alpha1 had them at first (sameLabels), of which an API server keeps what its custom resource definition knows.
"""

from collections.abc import Iterable

from ...objects.meta import LabelSelector
from ...objects.network import (
    AdminPort,
    ClusterNetworkPolicy,
    ClusterPolicyRule,
    ClusterPolicySpec,
    PolicyProtocol,
    PolicySubject,
    PortRange,
    ProtocolPort,
)
from .addresses import Block, network_span
from .isolation import EGRESS, INGRESS
from .ports import FIRST, LAST, NONE, PortSet
from .rules import Action, Outside, Peer, Policy, Ports, Rule, Tier

_TIERS = {"Admin": Tier.ADMIN, "Baseline": Tier.BASELINE}
_OLDER = {"Allow": Action.ACCEPT, "Deny": Action.DENY, "Pass": Action.PASS}
_NEWER = {"Accept": Action.ACCEPT, "Deny": Action.DENY, "Pass": Action.PASS}
_LAST_PRIORITY = 1000


def of_cluster_policy(policy: ClusterNetworkPolicy, tier: Tier | None = None) -> Policy:
    """ClusterNetworkPolicy (tier None: its own), AdminNetworkPolicy, BaselineAdminNetworkPolicy."""
    spec = policy.spec
    found = _TIERS.get(spec.tier) if tier is None else tier
    actions = _NEWER if tier is None else _OLDER
    if found is None or not 0 <= spec.priority <= _LAST_PRIORITY:
        actions = {}
    directions = {way: rules for way in (INGRESS, EGRESS) if (rules := _rules(spec, way, actions))}
    subject = (_selected(spec.subject) if _fields(spec.subject) == 1 else None) or Peer()
    return Policy(policy.metadata.name, found or Tier.ADMIN, spec.priority, subject, directions)


def _rules(spec: ClusterPolicySpec, direction: str, actions: dict[str, Action]) -> tuple[Rule, ...]:
    if direction == INGRESS:
        lists = [(rule, [_ingress_peer(peer) for peer in rule.from_]) for rule in spec.ingress]
    else:
        lists = [(rule, [_egress_peer(peer) for peer in rule.to]) for rule in spec.egress]
    return tuple(_rule(at, rule, peers, actions) for at, (rule, peers) in enumerate(lists))


def _rule(index: int, rule: ClusterPolicyRule, peers: list[Peer | None], actions: dict[str, Action]) -> Rule:
    dated = any(map(_is_dated, (*rule.from_, *rule.to)))
    action = Action.UNKNOWN if dated else actions.get(rule.action, Action.UNKNOWN)
    if None in peers:
        if action is Action.UNKNOWN:
            return Rule(index, action, None, None)
        return Rule(index, Action.ACCEPT, (), None) if action is Action.ACCEPT else Rule(index, Action.DENY, None, None)
    known = tuple(peer for peer in peers if peer)
    return Rule(index, action, known, _ports(rule, known, denies=action is Action.DENY))


# -- peers -------------------------------------------------------------------------------------------------------------


def _fields(peer: PolicySubject) -> int:
    given = (peer.namespaces, peer.pods, peer.networks, peer.nodes, peer.domain_names)
    return sum(field is not None for field in given)


def _is_dated(peer: PolicySubject) -> bool:
    spaces = peer.namespaces
    dated = (spaces.namespace_selector, spaces.same_labels, spaces.not_same_labels) if spaces else ()
    return any(field is not None for field in dated) or (peer.pods is not None and peer.pods.namespaces is not None)


def _selected(subject: PolicySubject) -> Peer | None:
    if subject.namespaces is not None:
        return Peer(namespaces=subject.namespaces, pods=LabelSelector())
    if subject.pods is not None:
        return Peer(namespaces=subject.pods.namespace_selector, pods=subject.pods.pod_selector)
    return None


def _ingress_peer(peer: PolicySubject) -> Peer | None:
    """Sources are pods only; a peer of other kinds, of none or of several is none that is known."""
    return _selected(peer) if _fields(peer) == 1 and not _is_dated(peer) else None


def _egress_peer(peer: PolicySubject) -> Peer | None:
    if _fields(peer) != 1 or _is_dated(peer):
        return None
    if peer.networks is not None:
        spans = map(network_span, peer.networks)
        return Peer(blocks=tuple(Block(found) for found in spans if found), blocks_hold_pods=True)
    if peer.nodes is not None:
        return Peer(outside=Outside.NODES)
    return Peer(outside=Outside.NAMES) if peer.domain_names is not None else _selected(peer)


# -- ports -------------------------------------------------------------------------------------------------------------


def _ports(rule: ClusterPolicyRule, peers: Iterable[Peer], *, denies: bool) -> Ports | None:
    """None for any; names may not stand beside peers that are no pods, and are left out there."""
    if rule.protocols is None and rule.ports is None:
        return None
    newer = [_of_protocol(entry, denies=denies) for entry in rule.protocols or ()]
    found = newer or [_of_older(entry) for entry in rule.ports or ()]
    numbers = NONE
    for entry in found:
        numbers |= entry.numbers
    named = denies or all(peer.pods is not None for peer in peers)
    return Ports(numbers, tuple(name for entry in found for name in entry.names) if named else ())


def _of_protocol(entry: PolicyProtocol, *, denies: bool) -> Ports:
    """Nothing for a protocol that is not known, as ICMP would be."""
    given = [(name, port) for name, port in (("TCP", entry.tcp), ("UDP", entry.udp), ("SCTP", entry.sctp)) if port]
    if len(given) + (entry.destination_named_port is not None) != 1:
        return Ports()
    if entry.destination_named_port is not None:
        return Ports(names=(("", entry.destination_named_port),))
    return Ports(_of_numbers(*given[0], denies=denies))


def _of_numbers(protocol: str, port: ProtocolPort, *, denies: bool) -> PortSet:
    wanted = port.destination_port
    if wanted is None:
        return PortSet.of(protocol, FIRST, LAST) if denies else NONE
    if (wanted.number is None) == (wanted.range is None):
        return NONE
    return PortSet.of(protocol, wanted.number) if wanted.number is not None else _of_range(protocol, wanted.range)


def _of_range(protocol: str, ports: PortRange | None) -> PortSet:
    return PortSet.of(protocol, ports.start, ports.end) if ports and ports.start < ports.end else NONE


def _of_older(entry: AdminPort) -> Ports:
    if sum(field is not None for field in (entry.port_number, entry.named_port, entry.port_range)) != 1:
        return Ports()
    if entry.named_port is not None:
        return Ports(names=(("", entry.named_port),))
    if entry.port_range is not None:
        return Ports(_of_range(entry.port_range.protocol, entry.port_range))
    return Ports(PortSet.of(entry.port_number.protocol, entry.port_number.port)) if entry.port_number else Ports()
