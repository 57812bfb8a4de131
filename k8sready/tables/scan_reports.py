"""What a scanner (trivy-operator) reported of images: by digest, else by the container that was scanned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..engines.images import Reference
from ..objects.custom import VulnerabilityReport
from .schema import flag, number, text

if TYPE_CHECKING:
    from . import Tables

READS = "vulnerabilityreports.aquasecurity.github.io"
COLUMNS = (
    text("os_family", "operating system in the image, by a scanner's report; none: it has no packages of one"),
    text("os_name", "its version"),
    flag("os_eosl", "that system is past its end of service, by the report"),
    number("report_age_days", "days since the report"),
)
_NO_SYSTEM = "none"
Scanned = tuple[str, str, str, str]  # kind, namespace and name of the workload, container


class Reports:
    """The newest report of each image."""

    def __init__(self, tables: Tables) -> None:
        self._now = tables.now
        self._by_digest: dict[str, VulnerabilityReport] = {}
        self._by_container: dict[tuple[str, str], list[VulnerabilityReport]] = defaultdict(list)
        listed = tables.snapshot.of(READS, VulnerabilityReport)
        for item in sorted(listed, key=lambda item: str(item.report.update_timestamp or ""), reverse=True):
            digest = item.report.artifact.digest
            if digest:
                self._by_digest.setdefault(digest, item)
            else:
                container = item.metadata.labels.get("trivy-operator.container.name", "")
                self._by_container[item.metadata.namespace, container].append(item)

    def of(self, reference: Reference | None, digests: Iterable[str], containers: set[Scanned]) -> tuple[Any, ...]:
        """The cells of `COLUMNS` for an image, by what runs of it and who uses it."""
        found = (self._by_digest[digest] for digest in digests if digest in self._by_digest)
        return self._cells(next(found, None) or self._of_containers(reference, containers))

    def _of_containers(self, reference: Reference | None, containers: set[Scanned]) -> VulnerabilityReport | None:
        for kind, namespace, name, container in sorted(containers) if self._by_container else ():
            for item in self._by_container.get((namespace, container), ()):
                if _is_about(item, kind, name) and _names(item, reference):
                    return item
        return None

    def _cells(self, item: VulnerabilityReport | None) -> tuple[Any, ...]:
        if item is None:
            return (None,) * len(COLUMNS)
        report = item.report
        age = (self._now - report.update_timestamp).total_seconds() / 86_400 if report.update_timestamp else None
        family = report.os.family or _NO_SYSTEM
        return (family, report.os.name or None, family != _NO_SYSTEM and bool(report.os.eosl), age)


def _is_about(item: VulnerabilityReport, kind: str, name: str) -> bool:
    """Whether a workload was scanned, or a ReplicaSet of it."""
    resource = item.metadata.labels.get("trivy-operator.resource.name", "")
    return resource == name or (kind == "Deployment" and resource.rpartition("-")[0] == name)


def _names(item: VulnerabilityReport, reference: Reference | None) -> bool:
    """Whether a report is about this image: one of a former revision stays for as long as its ReplicaSet does."""
    artifact = item.report.artifact
    if reference is None or not artifact.repository:
        return True
    return (artifact.repository, artifact.tag) == (reference.repository, reference.effective_tag)
