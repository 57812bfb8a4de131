"""Manifests and kubectl dumps as snapshots.

A dump holds objects as an API server returned them (they carry a uid); manifests have not been through one and
are defaulted as it would. Of a folder of manifests, absence of an object means absence in that folder: kinds that
manifests usually hold are COMPLETE as far as the folder goes, kinds that only a server has (nodes, events, …) are
NOT_REQUESTED. Of a dump, kinds that are not in it are NOT_REQUESTED.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from ..errors import K8sReadyError
from ..objects.base import Object
from ..objects.decoding import from_dict
from ..objects.kinds import KINDS, Kind, kind_of
from ..snapshot.value import Coverage, Identity, Origin, Reading, Snapshot
from .defaults import defaulted
from .documents import Document, documents
from .pages import reason

# What only a running cluster has.
_SERVER_ONLY = frozenset(
    (
        *("nodes", "events", "endpointslices.discovery.k8s.io", "controllerrevisions.apps"),
        *("apiservices.apiregistration.k8s.io", "certificatesigningrequests.certificates.k8s.io"),
        *("vulnerabilityreports.aquasecurity.github.io",),
    )
)
_TOLD_AT_MOST = 5


class _Gathered:
    """Objects and problems of all documents."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[tuple[str, str], Object]] = defaultdict(dict)
        self.broken: dict[str, list[str]] = defaultdict(list)
        self.problems: list[str] = []
        self.from_server = False
        self.dump_kinds: set[str] = set()
        self.skipped = 0


def open_files(source: str | Path) -> Snapshot:
    """The snapshot of a folder, file or stream of manifests, or of a kubectl dump.

    Raises:
        K8sReadyError: nothing in it is a Kubernetes object; the message says what was found instead.
    """
    gathered = _Gathered()
    for document in documents(source):
        _take(gathered, document)
    if not any(gathered.objects.values()):
        raise K8sReadyError(_nothing(source, gathered))
    return _snapshot(source, gathered)


def _nothing(source: str | Path, gathered: _Gathered) -> str:
    broken = [problem for problems in gathered.broken.values() for problem in problems]
    told = "; ".join([*gathered.problems, *broken][:_TOLD_AT_MOST])
    return (
        f"{source}: no Kubernetes object that is read was found{': ' + told if told else ''}. Name manifests or a dump."
    )


def _take(gathered: _Gathered, document: Document) -> None:
    if document.problem:
        gathered.problems.append(f"{document.where}: {document.problem}")
        return
    contents = document.content if isinstance(document.content, list) else [document.content]
    for manifest in _items(gathered, contents):
        kind = kind_of(str(manifest.get("apiVersion", "")), str(manifest.get("kind", "")))
        if kind is None:
            gathered.skipped += 1
        else:
            _take_object(gathered, kind, manifest, document.where)


def _items(gathered: _Gathered, contents: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Objects, those of Lists taken out; an item of a typed list (PodList) gets its kind from the list."""
    for content in contents:
        if not isinstance(content, dict) or not isinstance(content.get("kind"), str):
            gathered.skipped += 1
        elif content["kind"].endswith("List") and isinstance(content.get("items"), list):
            own = content["kind"].removesuffix("List")
            typed = {"apiVersion": content.get("apiVersion"), "kind": own} if own else {}
            listed = kind_of(str(content.get("apiVersion", "")), own) if own else None
            if listed:
                gathered.dump_kinds.add(listed.key)
                gathered.from_server = True
            yield from _items(gathered, ({**typed, **item} for item in content["items"] if isinstance(item, dict)))
        else:
            yield content


def _take_object(gathered: _Gathered, kind: Kind, manifest: dict[str, Any], where: str) -> None:
    metadata = manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not name:
        gathered.broken[kind.key].append(f"{where}: a {kind.name} without a name")
        return
    known = isinstance(metadata, dict) and bool(metadata.get("uid"))
    try:
        item: Any = from_dict(kind, manifest if known else defaulted(manifest, kind.namespaced))
    except (msgspec.ValidationError, AttributeError, TypeError, ValueError) as error:
        gathered.broken[kind.key].append(f"{where}: {kind.name} {name!s:.80}: {reason(error)}")
        return
    gathered.from_server |= known
    gathered.dump_kinds |= {kind.key} if known else set()
    gathered.objects[kind.key][item.metadata.namespace, item.metadata.name] = item


def _snapshot(source: str | Path, gathered: _Gathered) -> Snapshot:
    objects = {key: tuple(items[place] for place in sorted(items)) for key, items in sorted(gathered.objects.items())}
    origin = Origin.DUMP if gathered.from_server else Origin.MANIFESTS
    coverage = {kind.key: _covered(kind, gathered, len(objects.get(kind.key, ()))) for kind in KINDS}
    name = "standard input" if str(source) == "-" else Path(source).resolve().name
    system: Any = next((item for item in objects.get("namespaces", ()) if _named(item) == "kube-system"), None)
    identity = Identity(origin, _when(source), uid=system.metadata.uid if system else "", name=name)
    return Snapshot(identity, MappingProxyType(objects), MappingProxyType(coverage), None)


def _named(item: Any) -> str:
    return str(item.metadata.name)


def _when(source: str | Path) -> datetime:
    """The newest change of the files: a folder has no capture time of its own, and "now" would not be repeatable."""
    path = Path(source)
    if str(source) == "-" or not path.exists():
        return datetime.now(timezone.utc).replace(microsecond=0)
    files = [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]
    newest = max(item.stat().st_mtime for item in files)
    return datetime.fromtimestamp(int(newest), timezone.utc)


def _covered(kind: Kind, gathered: _Gathered, count: int) -> Coverage:
    broken = tuple(sorted(gathered.broken.get(kind.key, ())))
    problems = tuple(gathered.problems[:_TOLD_AT_MOST])
    if broken or problems:
        told = "; ".join((*broken, *problems)[:_TOLD_AT_MOST])
        return Coverage(kind.key, Reading.PARTIAL, count, f"not readable: {told}", broken=broken)
    if gathered.from_server and kind.key not in gathered.dump_kinds:
        return Coverage(kind.key, Reading.NOT_REQUESTED, count, "the dump holds none of this kind")
    if kind.key in _SERVER_ONLY and not count:
        return Coverage(kind.key, Reading.NOT_REQUESTED, 0, "manifests do not hold this kind")
    return Coverage(kind.key, Reading.COMPLETE, count)
