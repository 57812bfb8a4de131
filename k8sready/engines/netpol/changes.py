"""Two states of a cluster: which flows open and which close between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...objects.pods import Pod
from .addresses import Address
from .cluster import Cluster
from .isolation import EGRESS, INGRESS
from .matrix import Matrix, Ports
from .ports import NONE, PortSet

End = Pod | Address
_NOTHING = Ports(NONE, NONE)


@dataclass(frozen=True, slots=True)
class Change:
    """Ports between two ends that certainly open or close; `doubtful` ones may have changed, or may not."""

    source: str
    destination: str
    opened: PortSet
    closed: PortSet
    doubtful: PortSet


def diff(before: Cluster, after: Cluster, addresses: Sequence[Address] = ()) -> Iterator[Change]:
    """The flows that differ, one representative pod for all pods that are alike in both states.

    Ends are named "namespace/pod", or by an address; outside addresses are those asked for and one of each region that
    a policy of either state tells apart. A pod that one state lacks has no flows in it. As in `Matrix`, what comes from
    a pod's own node is left out: it is always let in.
    """
    old, new = Matrix(before, addresses), Matrix(after, addresses)
    ends = _representatives(old, new) | _outside(old, new, addresses)
    out, into = ({name: _steady(before, after, pair, way) for name, pair in ends.items()} for way in (EGRESS, INGRESS))
    numbers = {name: (_number(old, first), _number(new, second)) for name, (first, second) in ends.items()}
    moving = [name for name in ends if not into[name]]
    for one, first in numbers.items():
        for other in moving if out[one] else ends:
            second = numbers[other]
            change = _change(one, other, _ports(old, first[0], second[0]), _ports(new, first[1], second[1]))
            if one != other and (change.opened or change.closed or change.doubtful):
                yield change


def _steady(before: Cluster, after: Cluster, pair: tuple[End | None, End | None], direction: str) -> bool:
    """Whether an end is the same in both states and held by the same policies: between two such, nothing changes."""
    old, new = pair
    context = (before.unknown, before.ipblock_matches_pods), (after.unknown, after.ipblock_matches_pods)
    if old is None or new is None or context[0] != context[1]:
        return False
    one, other = before.endpoint(old), after.endpoint(new)
    return one == other and before.holding(one, direction) == after.holding(other, direction)


def _samples(matrix: Matrix) -> Iterator[Address]:
    return (Address(ip) for ip in matrix.classes.atlas.samples().values())


def _representatives(old: Matrix, new: Matrix) -> dict[str, tuple[End | None, End | None]]:
    """By name: the end in both states. Two of each pair of classes, so that flows between alike pods show."""
    pods: dict[str, list[Pod | None]] = {}
    for at, matrix in enumerate((old, new)):
        for pod in matrix.classes.cluster.pods:
            pods.setdefault(f"{pod.metadata.namespace}/{pod.metadata.name}", [None, None])[at] = pod
    seen: dict[object, int] = {}
    found: dict[str, tuple[End | None, End | None]] = {}
    for name, (first, second) in sorted(pods.items()):
        key = _number(old, first), _number(new, second)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= 2:
            found[name] = (first, second)
    return found


def _outside(old: Matrix, new: Matrix, asked: Iterable[Address]) -> dict[str, tuple[End | None, End | None]]:
    """The addresses asked for, and one of each pair of classes that none of them is of."""
    found = {address.ip: address for address in asked}
    seen = {_region(old, new, address) for address in found.values()}
    for sample in (*_samples(old), *_samples(new)):
        if (region := _region(old, new, sample)) not in seen:
            seen.add(region)
            found[sample.ip] = sample
    return {ip: (address, address) for ip, address in found.items()}


def _region(old: Matrix, new: Matrix, address: Address) -> object:
    return old.classes.number(address), new.classes.number(address)


def _number(matrix: Matrix, end: End | None) -> int | None:
    """The class of an end; None where it is not there, or completed."""
    return None if end is None else matrix.classes.number(end)


def _ports(matrix: Matrix, source: int | None, destination: int | None) -> Ports:
    return _NOTHING if source is None or destination is None else matrix.ports(source, destination)


def _change(source: str, destination: str, old: Ports, new: Ports) -> Change:
    opened, closed = new.certain - old.possible, old.certain - new.possible
    if old == new:
        return Change(source, destination, NONE, NONE, NONE)
    doubtful = ((new.possible - old.certain) | (old.possible - new.certain)) - (opened | closed)
    return Change(source, destination, opened, closed, doubtful)
