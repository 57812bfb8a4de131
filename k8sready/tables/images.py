"""Images in use: references of workloads, joined with running digests, node sizes and scanner reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..engines import images
from ..objects.core import Node
from .containers import members
from .nodes import size_kind
from .running import Runs, name_of
from .scan_reports import COLUMNS as REPORTED
from .scan_reports import READS as REPORTS
from .scan_reports import Reports
from .schema import TEMPLATED, Table, count, number, text

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    text("image", "reference as workloads write it"),
    text("registry", "registry host; NA where the reference cannot be parsed"),
    text("repository", "path in the registry"),
    text("tag", "tag as written"),
    text("digest", "digest as written"),
    count("namespaces", "namespaces that use it"),
    count("workloads", "workloads that use it"),
    count("containers", "containers that use it"),
    count(
        "digests",
        "distinct digests that pods on nodes of one platform run under this name, however it is written; 0: none told; "
        "NA where nodes are not known",
    ),
    number("size_bytes", "largest size that a node reports, compressed where any tells that; NA where none lists it"),
    text("size_kind", "compressed or unpacked, see node_images"),
    number(
        "size_below_bytes",
        "a bound where no node lists it: nodes list their largest images first, so one that is missing from a full "
        "list is smaller than the smallest in it",
    ),
    count("on_nodes", "nodes that report it"),
    *REPORTED,
)


_FULL = 50  # images that a kubelet lists at most, unless told otherwise (nodeStatusMaxImages)

# One name may stand for images of Linux and of Windows, which are gigabytes by nature.
_PREFERRED = tuple((windows, kind) for windows in (False, True) for kind in ("compressed", "unpacked", ""))


@dataclass(slots=True)
class _Use:
    workloads: set[tuple[str, str, str]] = field(default_factory=set)
    containers: set[tuple[str, str, str, str]] = field(default_factory=set)


@dataclass(slots=True)
class _OnNodes:
    nodes: set[str] = field(default_factory=set)
    sizes: dict[tuple[bool, str], int] = field(default_factory=dict)  # on Windows?, size kind ("" where not known)

    @property
    def size(self) -> tuple[float | None, str | None]:
        """The largest size and its kind. Kinds are never compared: compressed is taken where any node tells it."""
        told = next((told for told in _PREFERRED if self.sizes.get(told)), None)
        return (None, None) if told is None else (float(self.sizes[told]), told[1] or None)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    nodes, reports = _Nodes(tables), Reports(tables)
    for image, use in sorted(_uses(tables).items()):
        reference, name = images.parse(image), name_of(image)
        runs = tables.running.named(name)
        digests = sorted({*runs, reference.digest} - {""}) if reference else sorted(runs)
        held = nodes.holding(name, digests)
        yield (
            image,
            *_parts(reference),
            *(len({namespace for _, namespace, _ in use.workloads}), len(use.workloads), len(use.containers)),
            nodes.versions(runs),
            *(held.size if held else (None, None)),
            *(None if held else nodes.bound(tables.running.written(image)), len(held.nodes) if held else None),
            *reports.of(reference, digests, use.containers),
        )


def _parts(reference: images.Reference | None) -> tuple[str | None, ...]:
    if reference is None:
        return (None,) * 4
    return (reference.registry, reference.repository, reference.tag or None, reference.digest or None)


def _uses(tables: Tables) -> dict[str, _Use]:
    uses: dict[str, _Use] = defaultdict(_Use)
    for template in tables.templates:
        workload = (template.root.kind, template.root.namespace, template.root.name)
        for _, container in members(template.spec):
            use = uses[str(container.image)]
            use.workloads.add(workload)
            use.containers.add((*workload, container.name))
    return uses


class _Nodes:
    """Images as nodes list them: by digest and by normalised tag (digests come first, five names at most)."""

    def __init__(self, tables: Tables) -> None:
        self._by_digest: dict[str, _OnNodes] = defaultdict(_OnNodes)
        self._by_name: dict[str, _OnNodes] = defaultdict(_OnNodes)
        self._smallest: dict[str, int | None] = {}  # in a node's full list; None: it is not full
        self._platform: dict[str, str] = {}
        self._read_at_all = tables.read("nodes")
        for node in tables.snapshot.of("nodes", Node):
            self._read(node)

    def _read(self, node: Node) -> None:
        info, listed, name = node.status.node_info, node.status.images, node.metadata.name
        kind = size_kind(info.container_runtime_version) or ""
        told = (info.operating_system == "windows", kind)
        windows = info.os_image if told[0] else ""  # its images differ by release
        self._platform[name] = f"{info.operating_system}/{info.architecture}/{windows}"
        full = len(listed) >= _FULL and kind == "compressed"
        self._smallest[name] = min(image.size_bytes for image in listed) if full else None
        for image in listed:
            for held in self._names(image.names):
                held.nodes.add(name)
                held.sizes[told] = max(image.size_bytes, held.sizes.get(told, 0))

    def _names(self, names: Iterable[str]) -> Iterator[_OnNodes]:
        for name in names:
            digest = images.digest_of(name) if "@" in name else ""
            yield self._by_digest[digest] if digest else self._by_name[name_of(name)]

    def holding(self, name: str, digests: Iterable[str]) -> _OnNodes | None:
        """The nodes that list one of the digests, else the reference by its tag; None where none does."""
        held = [self._by_digest[digest] for digest in digests if digest in self._by_digest]
        named = self._by_name.get(name)
        listed = held or ([named] if named else [])
        merged = _OnNodes({node for item in listed for node in item.nodes})
        for item in listed:
            for told, size in item.sizes.items():
                merged.sizes[told] = max(size, merged.sizes.get(told, 0))
        return merged if any(merged.sizes.values()) else None

    def bound(self, runs: Runs) -> float | None:
        """What an image that no node lists is smaller than: every node that runs it has a full list without it."""
        smallest = [self._smallest.get(node) for node in set().union(*runs.values())]
        known = [size for size in smallest if size is not None]
        return float(max(known)) if known and len(known) == len(smallest) else None

    def versions(self, runs: Runs) -> int | None:
        """Distinct digests among nodes of one platform, at most: some runtimes tell a digest per architecture.

        None for several digests on nodes of which nothing is known.
        """
        if len(runs) <= 1:
            return len(runs)
        if not self._read_at_all:
            return None
        by_platform: dict[str, set[str]] = defaultdict(set)
        for digest, nodes in runs.items():
            for platform in {self._platform.get(node, "") for node in nodes}:
                by_platform[platform].add(digest)
        return max(map(len, by_platform.values()))


TABLE = Table(
    "images",
    "Images that workloads use: one row per reference as written.",
    COLUMNS,
    build,
    reads=TEMPLATED,
    optional_reads=("nodes", REPORTS),
)
