"""What the control plane shows of itself: encryption at rest."""

from __future__ import annotations

import re
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
_SERVER = "kube-apiserver"
_FLAG = "--encryption-provider-config"
METRIC = "encryption"  # the fact in Snapshot.access: the transformer prefix of writes, "identity", or absent
_K3S_ARGUMENTS = "k3s.io/node-args"
_K3S_ENCRYPTS = re.compile(r'"--secrets-encryption(?:=true)?"(?!, ?"false")')
# Documented defaults: EKS since 1.28 envelope-encrypts all API data; GKE and AKS encrypt at the platform's level; RKE2
# writes an encryption configuration of its own.
_MANAGED = {
    Distribution.EKS: "EKS encrypts all API data by default since 1.28",
    Distribution.GKE: "GKE encrypts customer content at rest by default",
    Distribution.AKS: "AKS encrypts etcd at the platform's level by default",
    Distribution.RKE2: "RKE2 encrypts Secrets by default",
}


def _servers(tables: Tables) -> Iterator[tuple[Pod, Container]]:
    """The API servers of this cluster; those in other namespaces serve clusters that are hosted in it."""
    pods = [pod for pod in tables.snapshot.of("pods", Pod) if pod.metadata.namespace == "kube-system"]
    shared = {id(pod.spec): pod.spec for pod in pods}
    found = {
        place: next((item for item in spec.containers if item.name == _SERVER), None) for place, spec in shared.items()
    }
    for pod in pods:
        server = found[id(pod.spec)]
        if server:
            yield pod, server


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
            encrypted, evidence = _configured(container)
            if encrypted and not tables.complete("nodes"):  # there may be more of them
                encrypted = None
            yield ("Pod", pod.metadata.namespace, pod.metadata.name, encrypted, evidence)
    elif tables.snapshot.objects.get("nodes"):
        yield ("Cluster", "", _name(tables), *_managed(tables))
    elif not tables.complete("nodes"):
        yield ("Cluster", "", _name(tables), None, "the control plane is not visible, and nodes were not read")


def _configured(container: Container) -> tuple[bool | None, str]:
    """What the server's flags say. Within a shell's command they cannot be told apart, and are not kept."""
    told = {item.flag for item in (*container.command, *container.args)}
    if not any(name.startswith("--") for name in told):
        return None, "the flags of kube-apiserver stand in a shell's command"
    return _FLAG in told, f"kube-apiserver runs {'with' if _FLAG in told else 'without'} {_FLAG}"


def _managed(tables: Tables) -> tuple[bool | None, str]:
    identity, nodes = tables.snapshot.identity, tables.snapshot.of("nodes", Node)
    detected = detect_distribution(identity.version, nodes)
    found = detected.distribution
    if found is Distribution.EKS and _minor(identity.version) < 28:
        return None, "EKS encrypts all API data by default since 1.28, and this cluster is older or does not tell"
    if found is Distribution.K3S:
        return _k3s(nodes)
    known = found in _MANAGED and detected.hosted
    return (True, _MANAGED[found]) if known else (None, "the control plane is not visible")


def _k3s(nodes: tuple[Node, ...]) -> tuple[bool | None, str]:
    """k3s runs its API server in its own process; the arguments of servers stand in an annotation of their nodes."""
    told = [item.metadata.annotations.get(_K3S_ARGUMENTS, "") for item in nodes]
    servers = [arguments for arguments in told if '"server"' in arguments]
    if not servers:
        return None, "no k3s server's node tells its arguments"
    without = [item for item in servers if not _K3S_ENCRYPTS.search(item)]
    return not without, f"k3s servers run {'without' if without else 'with'} --secrets-encryption"


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
    reads=("pods",),
    optional_reads=("nodes",),
)
