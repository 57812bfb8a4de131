"""The ends of a connection as policies see them, and which peers they match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...objects.pods import Pod
from ..selectors import Labels, matches
from .addresses import Address, Block, place
from .ports import NONE, PortSet
from .rules import Outside, Peer, Ports
from .verdicts import either

_DONE = ("Succeeded", "Failed")
NAME_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A pod or an address: `selectable` is a pod in the pod network; `places` are its addresses, `host` its node's.

    `families` are those that a pod without a known address certainly has.
    """

    namespace: str = ""
    name: str = ""
    labels: Labels = field(default_factory=dict)
    namespace_labels: Labels = field(default_factory=dict)
    selectable: bool = False
    is_pod: bool = False
    completed: bool = False
    node: str = ""
    places: tuple[int, ...] = ()
    host: tuple[int, ...] = ()
    families: frozenset[int] = frozenset()
    named: Mapping[tuple[str, str], PortSet] = field(default_factory=dict)

    def opened(self, ports: Ports | None) -> PortSet | None:
        """The numbers that a rule's ports mean on this destination; None for all. Names resolve on pods only."""
        if ports is None:
            return None
        found = ports.numbers
        for name in ports.names:
            found |= self.named.get(name, NONE)
        return found


def of_pod(pod: Pod, namespaces: Mapping[str, Labels]) -> Endpoint:
    """A pod as policies see it; in the host's network its addresses are the node's, and no selector holds it."""
    host, status, space = pod.spec.host_network, pod.status, pod.metadata.namespace
    node_ips = (status.host_ip, *(entry.ip for entry in status.host_ips))
    return Endpoint(
        namespace=space,
        name=pod.metadata.name,
        labels=pod.metadata.labels,
        namespace_labels=namespaces.get(space) or {NAME_LABEL: space},
        selectable=not host,
        is_pod=True,
        completed=status.phase in _DONE,
        node=pod.node_name,
        places=_places((*own_ips(pod), *node_ips) if host else own_ips(pod)),
        host=_places(node_ips),
        named={} if host else named_ports(pod),
    )


def own_ips(pod: Pod) -> set[str]:
    """A pod's own addresses as its status gives them (in the host's network: the node's)."""
    return {pod.status.pod_ip, *(entry.ip for entry in pod.status.pod_ips)} - {""}


def _places(ips: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({found for ip in ips if (found := place(ip)) is not None}))


def of_address(address: Address) -> Endpoint:
    """An address outside of the cluster, or of no pod, as policies see it."""
    where = place(address.ip)
    return Endpoint(places=() if where is None else (where,))


def named_ports(pod: Pod) -> dict[tuple[str, str], PortSet]:
    """(protocol, name) → numbers, and ("", name) for any protocol; main containers and native sidecars (KEP-753)."""
    found: dict[tuple[str, str], PortSet] = {}
    sidecars = (item for item in pod.spec.init_containers if item.restart_policy == "Always")
    for container in (*pod.spec.containers, *sidecars):
        for port in container.ports:
            if port.name:
                protocol = port.protocol or "TCP"
                number = PortSet.of(protocol, port.container_port)
                for name in ((protocol, port.name), ("", port.name)):
                    found[name] = found[name] | number if name in found else number
    return found


def is_peer(peer: Peer, end: Endpoint, blocks_match_pods: bool | None) -> bool | None:
    """Whether an endpoint is one of a rule's peers; None where that cannot be told."""
    if peer.blocks:
        found: bool | None = False
        for block in peer.blocks:
            found = either(found, in_block(block, end, True if peer.blocks_hold_pods else blocks_match_pods))
        return found
    if peer.outside is not Outside.NO:
        reached = not end.is_pod or (peer.outside is Outside.NODES and not end.selectable)
        return None if reached else False
    if peer.pods is None or not end.selectable:
        return False
    if peer.namespaces is None:
        inside = end.namespace == peer.namespace
    else:
        inside = matches(peer.namespaces, end.namespace_labels)
    return inside and matches(peer.pods, end.labels)


def in_block(block: Block, end: Endpoint, blocks_match_pods: bool | None) -> bool | None:
    """Whether any address of an endpoint is in a block; a pod without a known address may be in any but a whole one."""
    if end.selectable and blocks_match_pods is False:
        return False
    if end.places:
        found: bool | None = any(map(block.has, end.places))
    else:
        found = True if block.whole in end.families else None
    return None if found and end.selectable and blocks_match_pods is None else found
