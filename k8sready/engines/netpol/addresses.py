"""IP addresses and blocks of them: membership, and the classes of addresses that a set of blocks tells apart."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network

from ...objects.network import IpBlock

_V6 = 1 << 33  # IPv6 addresses are counted from here on, so that one line of integers holds both families
_END = _V6 + (1 << 128)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Address:
    """An endpoint that is no pod: something at this IP address. Raises ValueError for what is not an address."""

    ip: str

    def __post_init__(self) -> None:
        ip_address(self.ip)


@dataclass(frozen=True, slots=True)
class Block:
    """A CIDR without its exceptions: first and last place on the line of addresses, both included."""

    span: Span
    exceptions: tuple[Span, ...] = ()

    def has(self, place: int) -> bool:
        inside = self.span[0] <= place <= self.span[1]
        return inside and not any(low <= place <= high for low, high in self.exceptions)

    @property
    def whole(self) -> bool:
        """Whether it holds every address of its family."""
        return not self.exceptions and self.span in _FAMILIES


_FAMILIES = ((0, (1 << 32) - 1), (_V6, _END - 1))


@lru_cache(maxsize=1 << 18)
def place(ip: str) -> int | None:
    """Where an address lies on the line of addresses; None if it is not one."""
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    return int(address) + (0 if isinstance(address, IPv4Address) else _V6)


@lru_cache(maxsize=1 << 16)
def span(cidr: str) -> Span | None:
    """First and last place of a CIDR; host bits and leading zeros pass, as in the API server; None if bad."""
    address, slash, length = cidr.partition("/")
    if not slash or not length.isascii() or not length.isdigit() or "%" in address:
        return None
    if ":" not in address:
        address = re.sub(r"(^|\.)0+(?=\d)", r"\1", address)
    try:
        network = ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        return None
    start = 0 if network.version == 4 else _V6
    return int(network.network_address) + start, int(network.broadcast_address) + start


def block_of(block: IpBlock) -> Block | None:
    """An ipBlock; None where the API server would reject it."""
    whole, holes = span(block.cidr), [span(cidr) for cidr in block.except_]
    if whole is None or None in holes:
        return None
    return Block(whole, tuple(hole for hole in holes if hole is not None))


class Atlas:
    """The line of addresses cut at every edge of the given blocks; a region is a set of cuts no block tells apart."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        distinct = list(dict.fromkeys(blocks))
        edges = {0, 1 << 32, _V6}
        for block in distinct:
            edges.update(edge for low, high in (block.span, *block.exceptions) for edge in (low, high + 1))
        self._edges = sorted(edge for edge in edges if edge < _END)
        held: list[list[int]] = [[] for _ in self._edges]
        for number, block in enumerate(distinct):
            at = bisect_right(self._edges, block.span[0]) - 1
            while at < len(self._edges) and self._edges[at] <= block.span[1]:
                if block.has(self._edges[at]):
                    held[at].append(number)
                at += 1
        regions: dict[tuple[bool, tuple[int, ...]], int] = {}
        self._region = [
            regions.setdefault((self._edges[at] >= _V6, tuple(own)), len(regions)) for at, own in enumerate(held)
        ]
        self._within: dict[Block, set[int]] = defaultdict(set)
        for (_, own), region in regions.items():
            for number in own:
                self._within[distinct[number]].add(region)

    def region(self, where: int) -> int:
        """The region of a place."""
        return self._region[bisect_right(self._edges, where) - 1]

    def regions(self, block: Block) -> set[int]:
        """The regions that make up one of the given blocks."""
        return self._within.get(block, set())

    def samples(self) -> dict[int, str]:
        """One address of each region (the first; where only 0.0.0.0 or :: is left, that)."""
        found: dict[int, str] = {}
        for at, edge in enumerate(self._edges):
            after = self._edges[at + 1] if at + 1 < len(self._edges) else _END
            if (1 << 32) <= edge < _V6:
                continue
            first = edge + 1 if edge in (0, _V6) and after > edge + 1 else edge
            found.setdefault(self._region[at], _text(first))
        return found


def _text(where: int) -> str:
    return str(ip_address(where)) if where < _V6 else str(ip_address((where - _V6).to_bytes(16, "big")))
