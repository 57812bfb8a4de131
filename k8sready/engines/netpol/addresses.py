"""IP addresses and blocks of them: membership, and the classes of addresses that a set of blocks tells apart."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

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
        """Whether a place is in the block and in none of its exceptions."""
        inside = self.span[0] <= place <= self.span[1]
        return inside and not any(low <= place <= high for low, high in self.exceptions)

    def spans(self) -> Iterator[Span]:
        """What is left of it without its exceptions, ascending."""
        start = self.span[0]
        for low, high in sorted(self.exceptions):
            if start < low:
                yield start, low - 1
            start = max(start, high + 1)
        if start <= self.span[1]:
            yield start, self.span[1]

    @property
    def whole(self) -> int | None:
        """The family (4 or 6) of which it holds every address; None if there is none."""
        return None if self.exceptions else _FAMILIES.get(self.span)


_FAMILIES = {(0, (1 << 32) - 1): 4, (_V6, _END - 1): 6}


@lru_cache(maxsize=1 << 18)
def place(ip: str) -> int | None:
    """Where an address lies on the line of addresses; None if it is not one. IPv4-mapped ones are IPv4."""
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return int(address) + _V6 if mapped is None else int(mapped)
    return int(address)


def family(where: int) -> int:
    """4 or 6."""
    return 4 if where < _V6 else 6


@lru_cache(maxsize=1 << 16)
def span(cidr: str) -> Span | None:
    """First and last place of a CIDR as the API server's own parser reads it (ParseCIDRSloppy); None if bad.

    Host bits, leading zeros and IPv4-mapped addresses pass: servers before 1.36 store them, later ones keep them.
    """
    address, slash, length = cidr.partition("/")
    if not slash or not length.isascii() or not length.isdigit() or "%" in address:
        return None
    if ":" not in address:
        address = re.sub(r"(^|\.)0+(?=\d)", r"\1", address)
    try:
        network = ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        return None
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.version == 4:
        return first, last
    if first >= _MAPPED and last < _MAPPED + (1 << 32):
        return first - _MAPPED, last - _MAPPED
    return first + _V6, last + _V6


_MAPPED = 0xFFFF << 32  # ::ffff:0:0/96


def network_span(cidr: str) -> Span | None:
    """First and last place of a CIDR of a cluster-wide policy, as `isCIDR` of CEL accepts it; None if it does not."""
    where = place(cidr.partition("/")[0])
    mapped = where is not None and ":" in cidr and family(where) == 4
    return None if mapped or re.search(r"(^|[./])0\d", cidr) else span(cidr)


def block_of(block: IpBlock) -> Block | None:
    """An ipBlock; None where the API server would reject it: exceptions must be strict subsets."""
    whole, holes = span(block.cidr), [span(cidr) for cidr in block.except_]
    if whole is None:
        return None
    inner = tuple(hole for hole in holes if hole and hole != whole and whole[0] <= hole[0] and hole[1] <= whole[1])
    return Block(whole, inner) if len(inner) == len(holes) else None


class Atlas:
    """The line of addresses cut at every edge of the given blocks; a region is a set of cuts no block tells apart."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        toggles: dict[int, int] = dict.fromkeys((0, 1 << 32, _V6), 0)
        for number, block in enumerate(dict.fromkeys(blocks)):
            for low, high in block.spans():
                for edge in (low, high + 1):
                    toggles[edge] = toggles.get(edge, 0) ^ 1 << number
        self._edges = sorted(edge for edge in toggles if edge < _END)
        regions: dict[tuple[int, int], int] = {}
        self._region, holding = [], 0
        for edge in self._edges:
            holding ^= toggles[edge]
            self._region.append(regions.setdefault((family(edge), holding), len(regions)))

    def region(self, where: int) -> int:
        """The region of a place."""
        return self._region[bisect_right(self._edges, where) - 1]

    def regions(self, block: Block) -> set[int]:
        """The regions that make up one of the given blocks."""
        cuts = ((bisect_left(self._edges, low), bisect_right(self._edges, high)) for low, high in block.spans())
        return {region for first, last in cuts for region in self._region[first:last]}

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
