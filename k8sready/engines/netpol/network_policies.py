"""networking.k8s.io/v1 NetworkPolicy in the one form of policies.

A policy that the API server would not store (networking/v1 validation) isolates the pods that it selects and lets
nobody through. CIDRs with host bits, leading zeros or IPv4-mapped addresses are no reason: servers before 1.36 took
them, and stored ones stay.
"""

from collections.abc import Iterable

from ...objects.meta import LabelSelector
from ...objects.network import NetworkPolicy, PolicyPeer, PolicyPort
from ..selectors import is_port_name, is_sound
from .addresses import block_of
from .isolation import EGRESS, INGRESS, types_of
from .ports import FIRST, LAST, NONE, PROTOCOLS, PortSet
from .rules import Action, Peer, Policy, Ports, Rule, Tier


class RefusedError(ValueError):
    """The API server would not store this."""


def of_network_policy(policy: NetworkPolicy) -> Policy:
    """The policy, without rules where the API server would refuse it."""
    namespace = policy.metadata.namespace
    try:
        directions = rules_of(policy)
    except RefusedError:
        directions = {direction: () for direction in types_of(policy) if direction in (INGRESS, EGRESS)}
    subject = Peer(namespace=namespace, pods=policy.spec.pod_selector)
    return Policy(f"{namespace}/{policy.metadata.name}", Tier.NETWORK_POLICY, 0, subject, directions)


def rules_of(policy: NetworkPolicy) -> dict[str, tuple[Rule, ...]]:
    """The rules of the directions that it isolates.

    Raises:
        RefusedError: the API server would refuse the spec; it reads rules too that no policyTypes name.
    """
    spec, namespace, types = policy.spec, policy.metadata.namespace, types_of(policy)
    if len(types) > 2 or not {*types} <= {INGRESS, EGRESS} or not is_sound(spec.pod_selector):
        raise RefusedError
    lists = {
        INGRESS: [(rule.from_, rule.ports) for rule in spec.ingress],
        EGRESS: [(rule.to, rule.ports) for rule in spec.egress],
    }
    found = {
        direction: tuple(
            Rule(index, Action.ACCEPT, _peers(peers, namespace), _ports(ports))
            for index, (peers, ports) in enumerate(rules)
        )
        for direction, rules in lists.items()
    }
    return {direction: found[direction] for direction in types}


def _peers(peers: Iterable[PolicyPeer], namespace: str) -> tuple[Peer, ...] | None:
    return tuple(_peer(peer, namespace) for peer in peers) or None


def _peer(peer: PolicyPeer, namespace: str) -> Peer:
    selectors = [one for one in (peer.pod_selector, peer.namespace_selector) if one is not None]
    if peer.ip_block is not None:
        block = block_of(peer.ip_block)
        if block is None or selectors:
            raise RefusedError
        return Peer(blocks=(block,))
    if not selectors or not all(map(is_sound, selectors)):
        raise RefusedError
    return Peer(namespace, peer.namespace_selector, peer.pod_selector or LabelSelector())


def _ports(ports: Iterable[PolicyPort]) -> Ports | None:
    found = [_port(port) for port in ports]
    numbers = NONE
    for entry in found:
        numbers |= entry.numbers
    return Ports(numbers, tuple(name for entry in found for name in entry.names)) if found else None


def _port(port: PolicyPort) -> Ports:
    protocol, end = "TCP" if port.protocol is None else port.protocol, port.end_port
    if protocol not in PROTOCOLS or (end is not None and not isinstance(port.port, int)):
        raise RefusedError
    if isinstance(port.port, str):
        if not is_port_name(port.port):
            raise RefusedError
        return Ports(names=((protocol, port.port),))
    first, last = (FIRST, LAST) if port.port is None else (port.port, port.port if end is None else end)
    found = PortSet.of(protocol, first, last)
    if not found:
        raise RefusedError
    return Ports(found)
