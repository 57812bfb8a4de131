"""What the control plane shows of itself: encryption at rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.platform import Distribution, detect_distribution
from ..objects.containers import Container
from ..objects.core import Node
from ..objects.pods import Pod
from .schema import OBJECT, Table, flag, text

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    flag("encrypted", "Secrets are encrypted before they reach etcd; NA where nothing tells"),
    text("evidence", "what tells it"),
)
_FLAG = "--encryption-provider-config"
METRIC = "encryption"  # the fact in Snapshot.access: the transformer prefix of writes, "identity", or absent
# Documented defaults: EKS since 1.28 envelope-encrypts all API data; GKE and AKS encrypt at the platform's level.
_MANAGED = {
    Distribution.EKS: "EKS encrypts all API data by default since 1.28",
    Distribution.GKE: "GKE encrypts customer content at rest by default",
    Distribution.AKS: "AKS encrypts etcd at the platform's level by default",
}


def flags(container: Container) -> dict[str, str]:
    """The control-plane flags that are kept (their values hold no credential); the last occurrence wins."""
    return {item.flag: item.value for item in (*container.command, *container.args) if item.flag}


def _servers(tables: Tables) -> Iterator[tuple[Pod, Container]]:
    for pod in tables.snapshot.of("pods", Pod):
        if pod.metadata.namespace == "kube-system" or pod.metadata.labels.get("component") == "kube-apiserver":
            for container in pod.spec.containers:
                if container.name == "kube-apiserver":
                    yield pod, container


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    """Best evidence first: what the API server's metrics counted, its flags, the platform's documented default."""
    metric = tables.snapshot.access.get(METRIC)
    servers = list(_servers(tables))
    if metric:
        plain = metric == "identity"
        evidence = (
            "its metrics count writes without a provider" if plain else f"its metrics count writes through {metric}"
        )
        yield ("Cluster", "", _name(tables), not plain, evidence)
    elif servers:
        for pod, container in servers:
            configured = bool(flags(container).get(_FLAG)) or _FLAG in flags(container)
            evidence = f"kube-apiserver runs {'with' if configured else 'without'} {_FLAG}"
            yield ("Pod", pod.metadata.namespace, pod.metadata.name, configured, evidence)
    elif tables.snapshot.objects.get("nodes"):
        yield ("Cluster", "", _name(tables), *_managed(tables))


def _managed(tables: Tables) -> tuple[bool | None, str]:
    identity = tables.snapshot.identity
    found = detect_distribution(identity.version, tables.snapshot.of("nodes", Node)).distribution
    if found is Distribution.EKS and _minor(identity.version) < 28:
        return None, "EKS before 1.28 encrypts only where a KMS key was configured"
    if found in _MANAGED:
        return True, _MANAGED[found]
    return None, "the control plane is not visible"


def _minor(version: str) -> int:
    parts = version.split(".")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def _name(tables: Tables) -> str:
    identity = tables.snapshot.identity
    return identity.name or identity.context or identity.server or "cluster"


TABLE = Table(
    "encryption",
    "Evidence of encryption at rest: one row per API server that can be seen, else one for the cluster.",
    COLUMNS,
    build,
    reads=("pods", "nodes"),
)
