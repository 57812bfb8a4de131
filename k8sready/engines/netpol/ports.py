"""Sets of ports: for each of TCP, UDP and SCTP the ranges of destination ports, with an exact algebra."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

PROTOCOLS = ("TCP", "UDP", "SCTP")
FIRST, LAST = 1, 65535
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PortSet:
    """Ports per protocol as ascending ranges (both ends included) that neither overlap nor touch."""

    tcp: Ranges = ()
    udp: Ranges = ()
    sctp: Ranges = ()

    @staticmethod
    def of(protocol: str, first: int, last: int | None = None) -> PortSet:
        """The ports first…last of a protocol; empty for a protocol or a range that does not exist."""
        return _range(protocol, first, first if last is None else last)

    def ranges(self, protocol: str) -> Ranges:
        """The ranges of a protocol; none for one that policies do not know."""
        return {"TCP": self.tcp, "UDP": self.udp, "SCTP": self.sctp}.get(protocol, ())

    def has(self, port: int, protocol: str = "TCP") -> bool:
        """Whether a port is in the set."""
        return any(low <= port <= high for low, high in self.ranges(protocol))

    def __bool__(self) -> bool:
        return bool(self.tcp or self.udp or self.sctp)

    def __or__(self, other: PortSet) -> PortSet:
        return _united(self, other)

    def __and__(self, other: PortSet) -> PortSet:
        return _met(self, other)

    def __sub__(self, other: PortSet) -> PortSet:
        return _met(self, _complement(other))

    def __str__(self) -> str:
        if self == ALL:
            return "all"
        parts = (
            f"{name} {','.join(_written(low, high) for low, high in self.ranges(name))}"
            for name in PROTOCOLS
            if self.ranges(name)
        )
        return "; ".join(parts) or "none"


def _written(low: int, high: int) -> str:
    if (low, high) == (FIRST, LAST):
        return "all"
    return str(low) if low == high else f"{low}-{high}"


NONE = PortSet()
_WHOLE = ((FIRST, LAST),)
ALL = PortSet(_WHOLE, _WHOLE, _WHOLE)


@lru_cache(maxsize=1 << 14)
def _range(protocol: str, first: int, last: int) -> PortSet:
    if protocol not in PROTOCOLS or not FIRST <= first <= last <= LAST:
        return NONE
    return PortSet(**{protocol.lower(): ((first, last),)})


@lru_cache(maxsize=1 << 17)
def _united(one: PortSet, other: PortSet) -> PortSet:
    return PortSet(*(_joined((*one.ranges(name), *other.ranges(name))) for name in PROTOCOLS))


@lru_cache(maxsize=1 << 17)
def _met(one: PortSet, other: PortSet) -> PortSet:
    return PortSet(*(_common(one.ranges(name), other.ranges(name)) for name in PROTOCOLS))


@lru_cache(maxsize=1 << 14)
def _complement(ports: PortSet) -> PortSet:
    return PortSet(*(_outside(ports.ranges(name)) for name in PROTOCOLS))


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def _common(one: Ranges, other: Ranges) -> Ranges:
    return _joined((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d))


def _outside(ranges: Ranges) -> Ranges:
    edges = [FIRST, *(edge for low, high in ranges for edge in (low - 1, high + 1)), LAST]
    return tuple((low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low <= high)
