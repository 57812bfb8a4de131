"""Endpoints that no policy tells apart, as one class each; peers and ports of rules as bit sets of classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from ...objects.meta import LabelSelector
from ...objects.pods import Pod
from ..selectors import SelectorIndex, of_positions, ones
from .addresses import Address, Atlas, Block
from .cluster import Cluster
from .endpoints import Endpoint
from .ports import ALL, PortSet
from .region import Region, added
from .rules import Outside, Peer, Ports, Rule

Pair = tuple[int, int]  # what certainly matches, what possibly does


class Classes:
    """Classes of pods first, then those of outside addresses; a bit set has one bit per class."""

    def __init__(self, cluster: Cluster, addresses: Iterable[Address] = ()) -> None:
        self.cluster = cluster
        self._blocks = [block for peer in self._peers() for block in peer.blocks]
        self.atlas = Atlas(self._blocks)
        self.ends: list[Endpoint] = []
        self.members: list[list[int]] = []  # positions in cluster.pods
        self._numbers: dict[object, int] = {}
        self._group_pods()
        self.pods = len(self.ends)
        self._group_addresses(addresses)
        self.full = (1 << len(self.ends)) - 1
        self._prepare()

    def _rules(self) -> Iterator[Rule]:
        for policy in self.cluster.policies:
            for rules in policy.directions.values():
                yield from rules

    def _peers(self) -> Iterator[Peer]:
        for policy in self.cluster.policies:
            yield policy.subject
        for rule in self._rules():
            yield from rule.peers or ()

    # -- grouping ------------------------------------------------------------------------------------------------

    @cached_property
    def _used_keys(self) -> frozenset[str]:
        found: set[str] = set()
        for peer in self._peers():
            if peer.pods is not None:
                found.update(peer.pods.match_labels, (item.key for item in peer.pods.match_expressions))
        return frozenset(found)

    @cached_property
    def used_names(self) -> frozenset[tuple[str, str]]:
        """The named ports that rules speak of, as (protocol, name)."""
        return frozenset(name for rule in self._rules() if rule.ports for name in rule.ports.names)

    def _group_pods(self) -> None:
        for position, pod in enumerate(self.cluster.pods):
            end = self.cluster.endpoint(pod)
            if end.completed:
                continue
            number = self._numbers.setdefault(self._key(end), len(self.ends))
            if number == len(self.ends):
                self.ends.append(end)
                self.members.append([])
            self.members[number].append(position)

    def _key(self, end: Endpoint) -> object:
        used, names = self._used_keys, self.used_names
        labels = frozenset(pair for pair in end.labels.items() if pair[0] in used) if end.selectable else None
        named = frozenset(pair for pair in end.named.items() if pair[0] in names) if names else None
        where = frozenset(map(self.atlas.region, end.places)) if self._blocks and end.places else bool(end.places)
        return end.namespace, labels, named, where

    def _group_addresses(self, addresses: Iterable[Address]) -> None:
        samples = (Address(ip) for ip in self.atlas.samples().values())
        for address in (*addresses, *samples):
            end = self.cluster.endpoint(address)
            if self._numbers.setdefault(self._outside_key(end), len(self.ends)) == len(self.ends):
                self.ends.append(end)

    def _outside_key(self, end: Endpoint) -> object:
        return "outside", self.atlas.region(end.places[0])

    def number(self, item: Pod | Address) -> int | None:
        """The class of a pod or an address; None for completed pods and pods that were not in the cluster."""
        end = self.cluster.endpoint(item)
        if end.completed:
            return None
        return self._numbers.get(self._key(end) if end.is_pod else self._outside_key(end))

    # -- bit sets ------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        ends, size = self.ends, len(self.ends)
        self._index = SelectorIndex([(end.namespace, end.labels if end.selectable else {}) for end in ends])
        self.selectable = of_positions((at for at, end in enumerate(ends) if end.selectable), size)
        self.outside = self.full & ~of_positions(range(self.pods), size)
        spaces: dict[str, list[int]] = defaultdict(list)
        regions: dict[int, list[int]] = defaultdict(list)
        for at, end in enumerate(ends):
            if end.is_pod:
                spaces[end.namespace].append(at)
            for region in set(map(self.atlas.region, end.places)):
                regions[region].append(at)
        names = sorted(spaces)
        labels = {end.namespace: end.namespace_labels for end in ends if end.is_pod}
        self._spaces = [of_positions(spaces[name], size) for name in names]
        self._space_index = SelectorIndex([("", labels[name]) for name in names])
        self._regions = {region: of_positions(where, size) for region, where in regions.items()}
        self._nowhere = of_positions((at for at, end in enumerate(ends) if not end.places), size)
        self._memory: dict[object, Pair] = {}
        self._selected: dict[object, int] = {}
        self.unknown = of_positions((at for at, end in enumerate(ends) if self.cluster.policies.is_unknown(end)), size)

    def peers(self, peer: Peer) -> Pair:
        """The classes that a peer certainly, and possibly, holds."""
        if peer.blocks:
            pairs = [self._block(block, True if peer.blocks_hold_pods else None) for block in peer.blocks]
            sure = possible = 0
            for low, high in pairs:
                sure, possible = sure | low, possible | high
            return sure, possible
        if peer.outside is not Outside.NO:
            nodes = self.full & ~self.selectable if peer.outside is Outside.NODES else 0
            return 0, self.outside | nodes
        if peer.pods is None:
            return 0, 0
        if peer.namespaces is None:
            found = self._index.bits(peer.pods, peer.namespace) & self.selectable
        else:
            found = self._index.bits(peer.pods) & self.selectable & self._in_spaces(peer.namespaces)
        return found, found

    def _in_spaces(self, selector: LabelSelector) -> int:
        key = tuple(sorted(selector.match_labels.items())), selector.match_expressions
        if key not in self._selected:
            found = 0
            for at in ones(self._space_index.bits(selector)):
                found |= self._spaces[at]
            self._selected[key] = found
        return self._selected[key]

    def _block(self, block: Block, always: bool | None) -> Pair:
        key = block, always
        if key not in self._memory:
            self._memory[key] = self._block_bits(block, always or self.cluster.policies.ipblock_matches_pods)
        return self._memory[key]

    def _block_bits(self, block: Block, mode: bool | None) -> Pair:
        inside = 0
        for region in self.atlas.regions(block):
            inside |= self._regions.get(region, 0)
        whole = self._nowhere and block.whole in self.cluster.families
        sure = inside | self._nowhere if whole else inside
        possible = inside | self._nowhere
        if mode:
            return sure, possible
        return sure & ~self.selectable, possible if mode is None else possible & ~self.selectable

    def rule_peers(self, rule: Rule) -> Pair:
        """The classes that a rule certainly and possibly speaks of, as bit sets."""
        if rule.peers is None:
            return self.full, self.full
        sure = possible = 0
        for low, high in map(self.peers, rule.peers):
            sure, possible = sure | low, possible | high
        return sure, possible

    def opened(self, ports: Ports | None, destination: Endpoint | None) -> Region:
        """A rule's ports as a region: on one destination, or (None) on each class as its ports are named."""
        if ports is None or destination is not None or not ports.names:
            found = ALL if ports is None else destination.opened(ports) if destination else ports.numbers
            return {found: self.full} if found else {}
        region = added({}, self.full, ports.numbers)
        for name in ports.names:
            for numbers, where in self._named.get(name, {}).items():
                region = added(region, where, numbers)
        return region

    @cached_property
    def _named(self) -> dict[tuple[str, str], dict[PortSet, int]]:
        found: dict[tuple[str, str], dict[PortSet, int]] = defaultdict(lambda: defaultdict(int))
        for at, end in enumerate(self.ends):
            for name, numbers in end.named.items():
                if name in self.used_names:
                    found[name][numbers] |= 1 << at
        return found
