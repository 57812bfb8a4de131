"""What the network-policy engine says: who is fenced in, and what is offered to the outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from ..engines.netpol import Address, Cluster, Exposed, PortSet, exposure
from ..engines.netpol.isolation import EGRESS, INGRESS
from ..engines.netpol.ports import PROTOCOLS
from ..engines.netpol.rules import Tier
from ..objects.core import Namespace
from ..objects.custom import CustomResource
from ..objects.network import ClusterNetworkPolicy, NetworkPolicy
from ..objects.pods import Pod, PodStatus
from ..objects.routes import Gateway, Ingress, Route
from ..objects.services import Service
from ..snapshot import Reading
from .schema import OBJECT, SYSTEM, TEMPLATED, Column, Table, Type, count, flag, text
from .templates import Root, Template

if TYPE_CHECKING:
    from . import Tables

_GROUP = "policy.networking.k8s.io"
_POLICIES = "networkpolicies.networking.k8s.io"
_CLUSTER_POLICIES = tuple(
    f"{name}.{_GROUP}" for name in ("clusternetworkpolicies", "adminnetworkpolicies", "baselineadminnetworkpolicies")
)
_OF_PLUGINS = (
    *("ciliumnetworkpolicies.cilium.io", "ciliumclusterwidenetworkpolicies.cilium.io"),
    *("networkpolicies.crd.projectcalico.org", "globalnetworkpolicies.crd.projectcalico.org"),
    *("networkpolicies.projectcalico.org", "globalnetworkpolicies.projectcalico.org"),
    *("networkpolicies.crd.antrea.io", "clusternetworkpolicies.crd.antrea.io"),
)
POLICIES = ("namespaces", _POLICIES, *_CLUSTER_POLICIES, *_OF_PLUGINS)
_GATEWAYS, _ROUTES = "gateways.gateway.networking.k8s.io", ("httproutes", "grpcroutes")
_OUTSIDE = Address("203.0.113.1")  # TEST-NET-3: stands for anybody outside whom no policy names

ISOLATION_COLUMNS = (
    *OBJECT,
    SYSTEM,
    count("pods", "running pods of the template"),
    flag("host_network", "in the host's network, where policies do not hold it"),
    flag("ingress_isolated", "what may reach it is limited by a policy; NA where a plugin's own policies apply"),
    flag("egress_isolated", "the same for what it may reach"),
    Column("ingress_policies", Type.LIST, "NetworkPolicies that isolate it for ingress"),
    Column("egress_policies", Type.LIST, "NetworkPolicies that isolate it for egress"),
    Column("cluster_policies", Type.LIST, "policies for the whole cluster that have a say before or after these"),
)
EXPOSURE_COLUMNS = (
    *OBJECT,
    SYSTEM,
    text("way", "LoadBalancer, NodePort, externalIPs, Ingress or Route"),
    text("by", "the Service, Ingress or route (namespace/name)"),
    text("service", "the Service in between (namespace/name)"),
    text("ports", "the pods' own ports that are offered"),
    Column("source_ranges", Type.LIST, "client addresses that a load balancer lets in; empty: anyone"),
    count("pods", "pods behind it"),
    flag("admitted", "policies let an arbitrary outside address in; NA: it cannot be told, or others stand before it"),
)


def cluster_of(tables: Tables) -> Cluster:
    """Running pods, templates that nothing runs yet as pods without an address, and every policy."""
    snapshot = tables.snapshot
    wide, admin, baseline = (snapshot.of(key, ClusterNetworkPolicy) for key in _CLUSTER_POLICIES)
    return Cluster.of(
        (pod for _, pod in tables.ends),
        snapshot.of("namespaces", Namespace),
        snapshot.of(_POLICIES, NetworkPolicy),
        cluster_policies=wide,
        admin_policies=admin,
        baseline_policies=baseline,
        unknown=_unknown(tables),
        ipblock_matches_pods=_blocks_match_pods(tables),
    )


def ends_of(tables: Tables) -> Iterator[tuple[Root, Pod]]:
    """Pods with their workloads, then the templates that nothing runs yet; names stay unique in a namespace."""
    pods, idle = tables.snapshot.of("pods", Pod), [template for template in tables.templates if not template.pods]
    names = Counter((pod.metadata.namespace, pod.metadata.name) for pod in pods)
    names.update((template.root.namespace, template.root.name) for template in idle)
    yield from ((tables.root_of(pod), pod) for pod in pods)
    for template in idle:
        root = template.root
        alone = names[root.namespace, root.name] == 1
        yield root, as_pod(template, root.name if alone else f"{root.kind}/{root.name}")


def as_pod(template: Template, name: str) -> Pod:
    """A pod as the template would make it: in the workload's namespace, on no node."""
    metadata = msgspec.structs.replace(template.metadata, namespace=template.root.namespace, name=name)
    return Pod(metadata=metadata, spec=template.spec, status=PodStatus())


def _unknown(tables: Tables) -> Iterator[str]:
    """Namespaces where policies of plugins apply that are not evaluated; everywhere if those could not be read."""
    for key in _OF_PLUGINS:
        for item in tables.snapshot.of(key, CustomResource):
            yield item.metadata.namespace or "*"
        if tables.coverage(key).reading in (Reading.FORBIDDEN, Reading.FAILED, Reading.PARTIAL):
            yield "*"


def _blocks_match_pods(tables: Tables) -> bool | None:
    """Cilium never compares an ipBlock with a pod's address, Calico does; of others it is not known."""
    groups = {item.group for item in tables.snapshot.discovery or ()}
    if "cilium.io" in groups:
        return False
    return True if "crd.projectcalico.org" in groups or "projectcalico.org" in groups else None


def build_isolation(tables: Tables) -> Iterator[tuple[Any, ...]]:
    cluster = tables.network
    for template in tables.templates:
        root, end = template.root, cluster.endpoint(as_pod(template, template.root.name))
        known = not cluster.policies.is_unknown(end)
        held = [cluster.policies.holding(end, way) for way in (INGRESS, EGRESS)]
        own = [tuple(item.name for item in policies if item.tier is Tier.NETWORK_POLICY) for policies in held]
        wide = {item.name for policies in held for item in policies if item.tier is not Tier.NETWORK_POLICY}
        flags = [bool(names) if known else None for names in own]
        where = (root.kind, root.namespace, root.name, tables.is_system(root.namespace))
        yield (*where, template.pods, template.spec.host_network, *flags, *own, tuple(sorted(wide)))


def exposed_of(tables: Tables) -> list[Exposed]:
    """Every pod that is offered to the outside, once for each way."""
    snapshot = tables.snapshot
    routes = [item for name in _ROUTES for item in snapshot.of(f"{name}.gateway.networking.k8s.io", Route)]
    known = tables.complete(_GATEWAYS)
    return exposure(
        tables.network,
        snapshot.of("services", Service),
        snapshot.of("ingresses.networking.k8s.io", Ingress),
        routes,
        snapshot.of(_GATEWAYS, Gateway) if known else None,
    )


def build_exposure(tables: Tables) -> Iterator[tuple[Any, ...]]:
    groups: dict[tuple[Any, ...], list[Exposed]] = {}
    roots = {id(pod): root for root, pod in tables.ends}
    for item in exposed_of(tables):
        root = roots[id(item.pod)]
        where = (root.kind, root.namespace, root.name, tables.is_system(root.namespace))
        key = (*where, item.way.value, item.by, item.service, str(item.ports), item.source_ranges)
        groups.setdefault(key, []).append(item)
    for key, items in sorted(groups.items(), key=lambda pair: tuple(map(str, pair[0]))):
        direct = items[0].way.value not in ("Ingress", "Route")
        answers = {_admitted(tables.network, item) for item in _one_of_each(items)} if direct else {None}
        yield (*key, len(items), True if True in answers else None if None in answers else False)


def _one_of_each(items: Iterable[Exposed]) -> list[Exposed]:
    """Pods with equal labels and ports are treated alike."""
    alike = {(tuple(sorted(item.pod.metadata.labels.items())), id(item.pod.spec)): item for item in items}
    return list(alike.values())


def _admitted(cluster: Cluster, item: Exposed) -> bool | None:
    answers = {cluster.allowed(_OUTSIDE, item.pod, port, protocol).allowed for port, protocol in _each(item.ports)}
    return True if True in answers else None if None in answers else False


def _each(ports: PortSet) -> Iterator[tuple[int, str]]:
    """Every port: a Service lists each one, so they are few, and a policy may let in any of them."""
    for protocol in PROTOCOLS:
        for first, last in ports.ranges(protocol):
            yield from ((port, protocol) for port in range(first, last + 1))


ISOLATION = Table(
    "isolation",
    "Pod templates by what network policies hold them.",
    ISOLATION_COLUMNS,
    build_isolation,
    reads=(*TEMPLATED, *POLICIES),
)
EXPOSURE = Table(
    "exposure",
    "Workloads that are offered to the outside, by which way, and whether policies let it in.",
    EXPOSURE_COLUMNS,
    build_exposure,
    reads=(
        *(*TEMPLATED, *POLICIES, "services", "ingresses.networking.k8s.io", _GATEWAYS),
        *(f"{name}.gateway.networking.k8s.io" for name in _ROUTES),
    ),
)
