"""Policies of every API turned into one form: subject, tier, ordered rules with an action, peers and ports."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum

from ...objects.meta import LabelSelector
from ...objects.network import (
    AdminPort,
    ClusterNetworkPolicy,
    ClusterPolicyRule,
    NetworkPolicy,
    PolicyPeer,
    PolicyPort,
    PolicyProtocol,
    PolicySubject,
    ProtocolPort,
)
from .addresses import Block, block_of, span
from .isolation import EGRESS, INGRESS, types_of
from .ports import NONE, PortSet


class Tier(IntEnum):
    """In the order of evaluation."""

    ADMIN = 0
    NETWORK_POLICY = 1
    BASELINE = 2


class Action(Enum):
    ACCEPT = "Accept"
    DENY = "Deny"
    PASS = "Pass"  # noqa: S105 - the API's word
    UNKNOWN = "unknown"


class Outside(Enum):
    """Peers that cannot be told from what is read: which addresses they may be."""

    NO = 0
    NAMES = 1  # domainNames: any address that is no pod
    NODES = 2  # nodes: any address that is no pod, and pods in the host's network


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer: pods by selectors (in `namespace`, or in the namespaces selected), or addresses; else nothing."""

    namespace: str = ""
    namespaces: LabelSelector | None = None
    pods: LabelSelector | None = None
    blocks: tuple[Block, ...] = ()
    blocks_hold_pods: bool = False  # ClusterNetworkPolicy networks match pod IPs, says their API
    outside: Outside = Outside.NO


@dataclass(frozen=True, slots=True)
class Ports:
    """What a rule's ports say: numbers, and names that each destination pod resolves; protocol "" is any."""

    numbers: PortSet = NONE
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """peers None: anyone; ports None: any port."""

    index: int
    action: Action
    peers: tuple[Peer, ...] | None
    ports: Ports | None


@dataclass(frozen=True, slots=True)
class Policy:
    """`directions` holds the rules of each direction that the policy speaks of (an empty tuple: isolates, no rule)."""

    name: str
    tier: Tier
    priority: int
    subject: Peer
    directions: dict[str, tuple[Rule, ...]]


def of_network_policy(policy: NetworkPolicy) -> Policy:
    """networking.k8s.io/v1 NetworkPolicy."""
    spec, namespace = policy.spec, policy.metadata.namespace
    lists = {
        INGRESS: [(rule.from_, rule.ports) for rule in spec.ingress],
        EGRESS: [(rule.to, rule.ports) for rule in spec.egress],
    }
    directions = {
        direction: tuple(
            Rule(index, Action.ACCEPT, _peers(peers, namespace), _ports(ports))
            for index, (peers, ports) in enumerate(lists[direction])
        )
        for direction in types_of(policy)
        if direction in lists
    }
    subject = Peer(namespace=namespace, pods=spec.pod_selector)
    return Policy(f"{namespace}/{policy.metadata.name}", Tier.NETWORK_POLICY, 0, subject, directions)


def _peers(peers: Iterable[PolicyPeer], namespace: str) -> tuple[Peer, ...] | None:
    return tuple(_peer(peer, namespace) for peer in peers) or None


def _peer(peer: PolicyPeer, namespace: str) -> Peer:
    selects = peer.pod_selector is not None or peer.namespace_selector is not None
    if peer.ip_block is not None:
        block = None if selects else block_of(peer.ip_block)  # both kinds in one peer are rejected by the API server
        return Peer(blocks=(block,) if block else ())
    if not selects:
        return Peer()
    return Peer(namespace, peer.namespace_selector, peer.pod_selector or LabelSelector())


def _ports(ports: Iterable[PolicyPort]) -> Ports | None:
    numbers, names, said = NONE, [], False
    for port in ports:
        said = True
        protocol = "TCP" if port.protocol is None else port.protocol
        if isinstance(port.port, str):
            names += [(protocol, port.port)] if port.end_port is None and protocol else []
        elif port.port is not None:
            numbers |= PortSet.of(protocol, port.port, port.end_port)
        elif port.end_port is None:
            numbers |= PortSet.of(protocol, 1, 65535)
    return Ports(numbers, tuple(names)) if said else None


def of_cluster_policy(policy: ClusterNetworkPolicy, tier: Tier | None = None) -> Policy:
    """ClusterNetworkPolicy (tier None: its own), AdminNetworkPolicy, BaselineAdminNetworkPolicy."""
    spec = policy.spec
    own = {"Admin": Tier.ADMIN, "Baseline": Tier.BASELINE}.get(spec.tier)
    found = own if tier is None else tier
    known = found is not None
    directions = {
        direction: tuple(_cluster_rule(at, rule, peers, known) for at, (rule, peers) in enumerate(rules))
        for direction, rules in (
            (INGRESS, [(rule, rule.from_) for rule in spec.ingress]),
            (EGRESS, [(rule, rule.to) for rule in spec.egress]),
        )
    }
    subject = _selected(spec.subject) or Peer()
    return Policy(policy.metadata.name, found or Tier.ADMIN, spec.priority, subject, directions)


def _cluster_rule(index: int, rule: ClusterPolicyRule, peers: tuple[PolicySubject, ...], known: bool) -> Rule:
    action = _ACTIONS.get(rule.action, Action.UNKNOWN) if known else Action.UNKNOWN
    found = [_cluster_peer(peer) for peer in peers]
    if None in found and action is not Action.ACCEPT:  # a peer of an unknown kind fails closed (KEP-2091 types)
        return Rule(index, Action.DENY, None, None)
    return Rule(index, action, tuple(peer for peer in found if peer), _cluster_ports(rule))


_ACTIONS = {
    "Accept": Action.ACCEPT,
    "Allow": Action.ACCEPT,
    "Deny": Action.DENY,
    "Pass": Action.PASS,
}


def _selected(subject: PolicySubject) -> Peer | None:
    if subject.namespaces is not None:
        return Peer(namespaces=subject.namespaces, pods=LabelSelector())
    if subject.pods is not None:
        return Peer(namespaces=subject.pods.namespace_selector, pods=subject.pods.pod_selector)
    return None


def _cluster_peer(peer: PolicySubject) -> Peer | None:
    if peer.networks is not None:
        spans = [span(cidr) for cidr in peer.networks]
        return Peer(blocks=tuple(Block(found) for found in spans if found), blocks_hold_pods=True)
    if peer.nodes is not None:
        return Peer(outside=Outside.NODES)
    return Peer(outside=Outside.NAMES) if peer.domain_names is not None else _selected(peer)


def _cluster_ports(rule: ClusterPolicyRule) -> Ports | None:
    if rule.protocols:
        found = [_of_protocol(entry) for entry in rule.protocols]
    elif rule.ports:
        found = [_of_admin_port(entry) for entry in rule.ports]
    else:
        return None
    numbers = NONE
    for entry in found:
        numbers |= entry.numbers
    return Ports(numbers, tuple(name for entry in found for name in entry.names))


def _of_protocol(entry: PolicyProtocol) -> Ports:
    if entry.destination_named_port is not None:
        return Ports(names=(("", entry.destination_named_port),))
    for name, port in (("TCP", entry.tcp), ("UDP", entry.udp), ("SCTP", entry.sctp)):
        if port is not None:
            return Ports(_of_numbers(name, port))
    return Ports()


def _of_numbers(protocol: str, port: ProtocolPort) -> PortSet:
    wanted = port.destination_port
    if wanted is None:
        return PortSet.of(protocol, 1, 65535)
    if wanted.range is not None:
        return PortSet.of(protocol, wanted.range.start, wanted.range.end)
    return NONE if wanted.number is None else PortSet.of(protocol, wanted.number)


def _of_admin_port(entry: AdminPort) -> Ports:
    if entry.named_port is not None:
        return Ports(names=(("", entry.named_port),))
    if entry.port_range is not None:
        return Ports(PortSet.of(entry.port_range.protocol, entry.port_range.start, entry.port_range.end))
    return Ports(PortSet.of(entry.port_number.protocol, entry.port_number.port)) if entry.port_number else Ports()
