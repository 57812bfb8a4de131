"""Images in use: references of workloads, joined with running digests, node sizes and scanner reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..engines import images
from ..objects.core import Node
from ..objects.custom import VulnerabilityReport
from ..objects.pods import Pod
from .containers import members
from .nodes import size_kind
from .schema import TEMPLATED, Table, count, flag, number, text

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
    count("digests", "distinct digests that pods run under this reference; 0 where none was told"),
    text("running_digest", "the digest that runs, where it is the only one"),
    number("size_bytes", "largest size that a node reports; NA where none lists it"),
    text("size_kind", "compressed or unpacked, see node_images"),
    count("on_nodes", "nodes that report it"),
    text("os_family", "operating system in the image, by a scanner's report"),
    text("os_name", "its version"),
    flag("os_eosl", "that system is past its end of service, by the report"),
    number("report_age_days", "days since the report"),
)


@dataclass(slots=True)
class _Use:
    workloads: set[tuple[str, str, str]] = field(default_factory=set)
    containers: set[tuple[str, str, str, str]] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _OnNodes:
    nodes: set[str] = field(default_factory=set)
    size: int = 0
    kind: str = ""


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    uses = _uses(tables)
    by_digest, by_name = _on_nodes(tables)
    reports, by_container = _reports(tables)
    for image, use in sorted(uses.items()):
        reference = images.parse(image)
        parts = (
            (reference.registry, reference.repository, reference.tag or None, reference.digest or None)
            if reference
            else (None,) * 4
        )
        digests = sorted(use.digests | ({reference.digest} if reference and reference.digest else set()))
        held = _merged([by_digest[digest] for digest in digests if digest in by_digest] or _named(image, by_name))
        found = (reports.get(digest) for digest in digests)
        report = next((item for item in found if item), None) or _of_containers(use, by_container)
        yield (
            image,
            *parts,
            *(len({namespace for _, namespace, _ in use.workloads}), len(use.workloads), len(use.containers)),
            *(len(use.digests), digests[0] if len(use.digests) == 1 else None),
            *((float(held.size), held.kind, len(held.nodes)) if held else (None, None, None)),
            *_scanned(report, tables),
        )


def _uses(tables: Tables) -> dict[str, _Use]:
    uses: dict[str, _Use] = defaultdict(_Use)
    written: dict[int, dict[str, tuple[str, set[str]]]] = {}  # by spec: container → image as written, ids that run
    for template in tables.templates:
        workload = (template.root.kind, template.root.namespace, template.root.name)
        for _, container in members(template.spec):
            uses[str(container.image)].workloads.add(workload)
            uses[str(container.image)].containers.add((*workload, container.name))
    for pod in tables.snapshot.of("pods", Pod):
        if pod.status.phase in ("Succeeded", "Failed"):
            continue
        names = written.get(id(pod.spec))
        if names is None:
            names = written[id(pod.spec)] = {item.name: (str(item.image), set()) for _, item in members(pod.spec)}
        for statuses in (pod.status.container_statuses, pod.status.init_container_statuses):
            for told in statuses:
                if told.name in names:
                    names[told.name][1].add(told.image_id)
    for names in written.values():
        for image, ids in names.values():
            uses[image].digests |= {images.digest_of(image_id) for image_id in ids}
    for use in uses.values():
        use.digests.discard("")
    return uses


def _on_nodes(tables: Tables) -> tuple[dict[str, _OnNodes], dict[str, _OnNodes]]:
    """Node images by digest and by normalised tag (a node lists digests first, and at most five names)."""
    by_digest: dict[str, _OnNodes] = defaultdict(_OnNodes)
    by_name: dict[str, _OnNodes] = defaultdict(_OnNodes)
    for node in tables.snapshot.of("nodes", Node):
        kind = size_kind(node.status.node_info.container_runtime_version)
        for image in node.status.images:
            for name in image.names:
                digest = images.digest_of(name) if "@" in name else ""
                held = by_digest[digest] if digest else by_name[_normal(name)]
                held.nodes.add(node.metadata.name)
                if image.size_bytes > held.size:
                    held.size, held.kind = image.size_bytes, kind
    return by_digest, by_name


def _normal(name: str) -> str:
    reference = images.parse(name)
    return f"{reference.familiar}:{reference.effective_tag}" if reference else name


def _named(image: str, by_name: dict[str, _OnNodes]) -> list[_OnNodes]:
    held = by_name.get(_normal(image))
    return [held] if held else []


def _merged(held: Iterable[_OnNodes]) -> _OnNodes | None:
    listed = [item for item in held if item.size]
    if not listed:
        return None
    largest = max(listed, key=lambda item: item.size)
    return _OnNodes({node for item in listed for node in item.nodes}, largest.size, largest.kind)


_ByContainer = dict[tuple[str, str, str], VulnerabilityReport]


def _reports(tables: Tables) -> tuple[dict[str, VulnerabilityReport], _ByContainer]:
    """The newest report per digest, and per (namespace, workload name, container) for reports without one."""
    by_digest: dict[str, VulnerabilityReport] = {}
    by_container: _ByContainer = {}
    listed = tables.snapshot.of("vulnerabilityreports.aquasecurity.github.io", VulnerabilityReport)
    for item in sorted(listed, key=lambda item: str(item.report.update_timestamp or "")):
        labels = item.metadata.labels
        by_digest[item.report.artifact.digest] = item
        name = labels.get("trivy-operator.resource.name", "")
        by_container[item.metadata.namespace, name, labels.get("trivy-operator.container.name", "")] = item
    by_digest.pop("", None)
    return by_digest, by_container


def _of_containers(use: _Use, reports: _ByContainer) -> VulnerabilityReport | None:
    for kind, namespace, name, container in sorted(use.containers):
        for (space, resource, scanned), report in reports.items():
            owned = resource == name or (kind == "Deployment" and resource.rpartition("-")[0] == name)
            if space == namespace and scanned == container and owned and not report.report.artifact.digest:
                return report
    return None


def _scanned(item: VulnerabilityReport | None, tables: Tables) -> tuple[Any, ...]:
    if item is None:
        return (None, None, None, None)
    report = item.report
    age = (tables.now - report.update_timestamp).total_seconds() / 86_400 if report.update_timestamp else None
    return (report.os.family or None, report.os.name or None, bool(report.os.eosl) if report.os.family else None, age)


TABLE = Table(
    "images",
    "Images that workloads use: one row per reference as written.",
    COLUMNS,
    build,
    reads=(*TEMPLATED, "nodes"),
    optional_reads=("vulnerabilityreports.aquasecurity.github.io",),
)
