"""Manifests and kubectl dumps as snapshots.

A dump holds objects as an API server returned them (they carry a uid); manifests have not been through one and
are defaulted as it would. Of a folder of manifests, absence of an object means absence in that folder: kinds that
manifests usually hold are COMPLETE as far as the folder goes, kinds that only a server has (nodes, events, …) are
NOT_REQUESTED. Of a dump, kinds that are not in it are NOT_REQUESTED; where pods are in it the kinds of their owners
are PARTIAL, so that what the pods show can still be found. Whatever cannot be read leaves its kind, or every kind
where its kind cannot be told, PARTIAL.
"""

from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import K8sReadyError
from ..objects.kinds import KINDS, Kind
from ..snapshot.value import Coverage, Identity, Origin, Reading, Snapshot
from .documents import documents, newest_change, shown
from .gathering import TEMPLATED, Gathered, take

# What only a running cluster has.
_SERVER_ONLY = frozenset(
    (
        *("nodes", "events", "endpointslices.discovery.k8s.io", "controllerrevisions.apps"),
        *("apiservices.apiregistration.k8s.io", "certificatesigningrequests.certificates.k8s.io"),
        *("vulnerabilityreports.aquasecurity.github.io",),
    )
)
_TOLD_AT_MOST = 5


def open_files(source: str | Path) -> Snapshot:
    """The snapshot of a folder, file or stream of manifests, or of a kubectl dump.

    Raises:
        K8sReadyError: nothing in it is a Kubernetes object; the message says what was found instead.
    """
    gathered = Gathered()
    for document in documents(source):
        take(gathered, document)
    gathered.settle()
    if not any(gathered.objects.values()):
        raise K8sReadyError(_nothing(source, gathered))
    if len(gathered.clusters) > 1:
        told = ", ".join(sorted(gathered.clusters))
        raise K8sReadyError(
            f"{_name(source)}: dumps of {len(gathered.clusters)} clusters are mixed here (kube-system has the uids "
            f"{told:.120}). Keep those of each cluster in a folder of its own, and assess one."
        )
    return _snapshot(source, gathered)


def _nothing(source: str | Path, gathered: Gathered) -> str:
    broken = [problem for problems in gathered.broken.values() for problem in problems]
    others = [f"{count} of kind {name:.60}" for name, count in sorted(gathered.others.items())]
    told = _few([*gathered.problems, *broken, *others])
    return (
        f"{_name(source)}: no Kubernetes object that is read was found{': ' + told if told else ''}. "
        "Name manifests, or a dump as kubectl makes it with -o json."
    )


def _few(told: list[str]) -> str:
    more = f"; and {len(told) - _TOLD_AT_MOST} more" if len(told) > _TOLD_AT_MOST else ""
    return "; ".join(told[:_TOLD_AT_MOST]) + more


def _name(source: str | Path) -> str:
    return "standard input" if str(source) == "-" else str(source)


def _snapshot(source: str | Path, gathered: Gathered) -> Snapshot:
    objects = {key: tuple(items[place] for place in sorted(items)) for key, items in sorted(gathered.objects.items())}
    origin = Origin.DUMP if gathered.from_server else Origin.MANIFESTS
    coverage = {kind.key: _covered(kind, gathered, len(objects.get(kind.key, ()))) for kind in KINDS}
    name = _name(source) if str(source) == "-" else shown(Path(source).resolve().name)
    system: Any = next((item for item in objects.get("namespaces", ()) if _named(item) == "kube-system"), None)
    identity = Identity(origin, _when(source), uid=system.metadata.uid if system else "", name=name)
    return Snapshot(identity, MappingProxyType(objects), MappingProxyType(coverage), None)


def _named(item: Any) -> str:
    return str(item.metadata.name)


def _when(source: str | Path) -> datetime:
    """The newest change of the files: a folder has no capture time of its own, and "now" would not be repeatable."""
    changed = None if str(source) == "-" else newest_change(Path(source))
    return changed or datetime.now(timezone.utc).replace(microsecond=0)  # of a stream


def _covered(kind: Kind, gathered: Gathered, count: int) -> Coverage:
    broken = tuple(sorted(gathered.broken.get(kind.key, ())))
    if broken or gathered.problems:
        told = _few([*broken, *gathered.problems])
        return Coverage(kind.key, Reading.PARTIAL, count, f"not readable: {told}", broken=broken)
    if gathered.from_server and kind.key not in gathered.dump_kinds:
        owner = kind.key in TEMPLATED and "pods" in gathered.dump_kinds
        why = "the dump holds none of this kind" + ("; it may not have been asked for" if owner else "")
        return Coverage(kind.key, Reading.PARTIAL if owner else Reading.NOT_REQUESTED, count, why)
    if kind.key in _SERVER_ONLY and not count:
        return Coverage(kind.key, Reading.NOT_REQUESTED, 0, "manifests do not hold this kind")
    return Coverage(kind.key, Reading.COMPLETE, count)
