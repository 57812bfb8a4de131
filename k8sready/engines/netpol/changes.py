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
    out, into = ({name: _steady(before, after, end, way) for name, end in ends.items()} for way in (EGRESS, INGRESS))
    moving = [name for name in ends if not into[name]]
    for one, first in ends.items():
        for other in moving if out[one] else ends:
            change = _change(one, other, *_ports((old, new), first, ends[other]))
            if one != other and (change.opened or change.closed or change.doubtful):
                yield change


@dataclass(frozen=True, slots=True)
class _Both:
    """An end in both states, and its classes there; None where it is not there, or (the class) completed."""

    old: End | None
    new: End | None
    classes: tuple[int | None, int | None]


def _steady(before: Cluster, after: Cluster, end: _Both, direction: str) -> bool:
    """Whether an end is the same in both states and held by the same policies: between two such, nothing changes."""
    old, new = before.policies, after.policies
    alike = (old.unknown, old.ipblock_matches_pods) == (new.unknown, new.ipblock_matches_pods)
    if end.old is None or end.new is None or not alike:
        return False
    one, other = before.endpoint(end.old), after.endpoint(end.new)
    return one == other and old.holding(one, direction) == new.holding(other, direction)


def _representatives(old: Matrix, new: Matrix) -> dict[str, _Both]:
    """By name: the end in both states. Two of each pair of classes, so that flows between alike pods show."""
    first, second = _pods(old), _pods(new)
    seen: dict[object, int] = {}
    found: dict[str, _Both] = {}
    for name in sorted(first.keys() | second.keys()):
        (one, number), (other, another) = first.get(name, _NOWHERE), second.get(name, _NOWHERE)
        seen[number, another] = seen.get((number, another), 0) + 1
        if seen[number, another] <= 2:
            found[name] = _Both(one, other, (number, another))
    return found


_NOWHERE = (None, None)


def _pods(matrix: Matrix) -> dict[str, tuple[Pod | None, int | None]]:
    """By name: the pod and its class, None for a completed one."""
    pods = matrix.classes.cluster.pods
    numbers = {at: number for number, members in enumerate(matrix.classes.members) for at in members}
    return {f"{pod.metadata.namespace}/{pod.metadata.name}": (pod, numbers.get(at)) for at, pod in enumerate(pods)}


def _outside(old: Matrix, new: Matrix, asked: Iterable[Address]) -> dict[str, _Both]:
    """The addresses asked for, and one of each pair of classes that none of them is of."""
    wanted = {address.ip: address for address in asked}
    samples = [Address(ip) for matrix in (old, new) for ip in matrix.classes.atlas.samples().values()]
    found, seen = {}, set()
    for address in (*wanted.values(), *samples):
        classes = old.classes.number(address), new.classes.number(address)
        if address.ip in wanted or classes not in seen:
            seen.add(classes)
            found[address.ip] = _Both(address, address, classes)
    return found


def _ports(matrices: tuple[Matrix, Matrix], source: _Both, destination: _Both) -> list[Ports]:
    """Before and after; nothing where an end is not there."""
    classes = zip(matrices, source.classes, destination.classes, strict=True)
    return [_NOTHING if one is None or other is None else matrix.ports(one, other) for matrix, one, other in classes]


def _change(source: str, destination: str, old: Ports, new: Ports) -> Change:
    opened, closed = new.certain - old.possible, old.certain - new.possible
    if old == new:
        return Change(source, destination, NONE, NONE, NONE)
    doubtful = ((new.possible - old.certain) | (old.possible - new.certain)) - (opened | closed)
    return Change(source, destination, opened, closed, doubtful)
