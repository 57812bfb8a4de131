"""Reachability of a whole cluster: every class towards every other, with the ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...objects.pods import Pod
from .addresses import Address
from .classes import Classes
from .cluster import Cluster
from .isolation import EGRESS, INGRESS
from .ports import ALL, NONE, PortSet
from .region import Region
from .rows import Row, Rows

_BLOCK = 256  # sources at a time: memory stays a few rows of the matrix


@dataclass(frozen=True, slots=True)
class Ports:
    """What certainly gets through, and what possibly does (the same, where everything is known)."""

    certain: PortSet
    possible: PortSet


UNKNOWN = Ports(NONE, ALL)


@dataclass(frozen=True, slots=True)
class Connections:
    """From one class to many with the same ports: numbers of classes in `Matrix.classes`."""

    source: int
    destinations: NDArray[np.intp]
    ports: Ports


class Matrix:
    """Rows and columns are classes: pods that no policy tells apart, then outside addresses.

    Traffic from a pod's own node (a class has pods of many) and a pod's traffic with itself are not in it:
    `Cluster.allowed` tells of them.
    """

    def __init__(self, cluster: Cluster, addresses: Iterable[Address] = ()) -> None:
        self.classes = Classes(cluster, addresses)
        self._egress, self._ingress = Rows(self.classes, EGRESS), Rows(self.classes, INGRESS)

    def ports(self, source: int, destination: int) -> Ports:
        """The ports between two classes."""
        classes = self.classes
        if (classes.unknown >> source | classes.unknown >> destination) & 1:
            return UNKNOWN
        out = self._egress.rows[self._egress.of_class[source]]
        into = self._ingress.rows[self._ingress.of_class[destination]]
        certain, possible = (_at(out[part], destination) & _at(into[part], source) for part in (0, 1))
        return Ports(certain, possible)

    def between(self, source: Pod | Address, destination: Pod | Address) -> Ports:
        """The ports between two pods or addresses of the cluster; nothing for completed pods.

        Raises:
            LookupError: an address that the matrix was not asked about, or a pod like none of the cluster.
        """
        if any(self.classes.cluster.endpoint(item).completed for item in (source, destination)):
            return Ports(NONE, NONE)
        one, other = self.classes.number(source), self.classes.number(destination)
        if one is None or other is None:
            raise LookupError("not an endpoint of this cluster")
        return self.ports(one, other)

    def connections(self) -> Iterator[Connections]:
        """Every pair with a possibly open port, grouped by source and ports; between outside addresses: none."""
        for first, cells, table in self.blocks():
            for offset, row in enumerate(cells):
                wanted = row[: self.classes.pods] if first + offset >= self.classes.pods else row
                for number in np.unique(wanted):
                    if table[number].possible:
                        yield Connections(first + offset, np.flatnonzero(wanted == number), table[number])

    def blocks(self) -> Iterator[tuple[int, NDArray[np.int32], list[Ports]]]:
        """(first source, cells, table): `table[cells[i, j]]` are the ports from class first + i to class j."""
        size = len(self.classes.ends)
        rows, rows_in = _Packed(self._egress, size), _Packed(self._ingress, size)
        unknown = _unpacked(self.classes.unknown, 0, size, size).astype(bool)
        meeting = _Meeting(rows.cells, rows_in.cells)
        for first in range(0, size, _BLOCK):
            last = min(first + _BLOCK, size)
            out = np.stack([rows.numbers(self._egress.of_class[at], 0, size) for at in range(first, last)])
            distinct = np.stack([rows_in.numbers(at, first, last) for at in range(len(self._ingress.rows))])
            cells = meeting.of(out, distinct[self._ingress.of_class].T)
            cells[:, unknown] = meeting.unknown
            cells[unknown[first:last]] = meeting.unknown
            yield first, cells, meeting.table


def _at(region: Region, place: int) -> PortSet:
    return next((ports for ports, bits in region.items() if bits >> place & 1), NONE)


def _unpacked(bits: int, first: int, last: int, size: int) -> NDArray[np.uint8]:
    raw = np.frombuffer((bits >> first).to_bytes((size + 7) // 8, "little"), np.uint8, (last - first + 7) // 8)
    return np.unpackbits(raw, count=last - first, bitorder="little")


class _Packed:
    """The rows of a direction as numbers of cells: a cell is a pair of port sets."""

    def __init__(self, rows: Rows, size: int) -> None:
        self._size = size
        self.cells: dict[Ports, int] = {Ports(NONE, NONE): 0}
        self._rows = [self._numbered(row) for row in rows.rows]

    def _numbered(self, row: Row) -> list[tuple[int, int]]:
        sure, possible = row
        found: list[tuple[int, int]] = []
        for ports, bits in possible.items():
            left = bits
            for own, where in () if sure is possible else sure.items():
                if left & where:
                    found.append((self.cells.setdefault(Ports(own, ports), len(self.cells)), left & where))
                    left &= ~where
            if left:
                least = ports if sure is possible else NONE
                found.append((self.cells.setdefault(Ports(least, ports), len(self.cells)), left))
        return found

    def numbers(self, row: int, first: int, last: int) -> NDArray[np.int32]:
        """The cells of a row towards the classes first…last-1."""
        found = np.zeros(last - first, np.int32)
        for number, bits in self._rows[row]:
            found[_unpacked(bits, first, last, self._size).view(bool)] = number
        return found


class _Meeting:
    """Cells of both directions → cells of the matrix, each pair of cells met once."""

    def __init__(self, out: dict[Ports, int], into: dict[Ports, int]) -> None:
        self._out, self._into = list(out), list(into)
        self._numbers: dict[Ports, int] = {UNKNOWN: 0}
        self.table: list[Ports] = [UNKNOWN]
        self.unknown = 0
        self._known: dict[int, int] = {}

    def of(self, out: NDArray[np.int32], into: NDArray[np.int32]) -> NDArray[np.int32]:
        width = len(self._into)
        pairs = out.astype(np.int64) * width + into
        found = _distinct(pairs, len(self._out) * width)
        numbers = np.array([self._meet(int(pair)) for pair in found], np.int32)
        if len(self._out) * width <= 1 << 22:
            lookup = np.zeros(len(self._out) * width, np.int32)
            lookup[found] = numbers
            return np.take(lookup, pairs)
        return np.take(numbers, np.searchsorted(found, pairs))

    def _meet(self, pair: int) -> int:
        if pair not in self._known:
            one, other = self._out[pair // len(self._into)], self._into[pair % len(self._into)]
            ports = Ports(one.certain & other.certain, one.possible & other.possible)
            if ports not in self._numbers:
                self._numbers[ports] = len(self.table)
                self.table.append(ports)
            self._known[pair] = self._numbers[ports]
        return self._known[pair]


def _distinct(pairs: NDArray[np.int64], bound: int) -> NDArray[np.int64]:
    if bound > 1 << 22:
        return np.unique(pairs)
    seen = np.zeros(bound, bool)
    seen[pairs.ravel()] = True
    return np.flatnonzero(seen).astype(np.int64)
