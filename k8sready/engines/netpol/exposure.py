"""What is offered to the outside: Services, Ingresses and Gateway routes joined to the pods behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ...objects.pods import Pod
from ...objects.routes import Gateway, Ingress, IngressBackend, Route
from ...objects.services import Service, ServicePort
from ..selectors import SelectorIndex, of_labels
from .cluster import Cluster
from .endpoints import named_ports
from .ports import PROTOCOLS, PortSet

_HEADLESS = "None"  # no proxy serves such a Service


class Way(str, Enum):
    """How the outside reaches a Service."""

    LOAD_BALANCER = "LoadBalancer"
    NODE_PORT = "NodePort"
    EXTERNAL_IP = "externalIPs"
    INGRESS = "Ingress"
    ROUTE = "Route"


@dataclass(frozen=True, slots=True)
class Exposed:
    """A pod's ports that a Service offers to the outside; `by` names the Service, Ingress or route (namespace/name)."""

    pod: Pod
    ports: PortSet
    way: Way
    by: str
    service: str
    source_ranges: tuple[str, ...] = ()  # loadBalancerSourceRanges; empty: anyone


def exposure(
    cluster: Cluster,
    services: Iterable[Service],
    ingresses: Iterable[Ingress] = (),
    routes: Iterable[Route] = (),
    gateways: Iterable[Gateway] | None = None,
) -> list[Exposed]:
    """Pods offered to the outside, with their own ports (targetPort); whether policies let it in is `Cluster.allowed`.

    Traffic of Ingresses and routes comes from their controller's pods, not from the client. With `gateways` given, only
    routes that name one of them count; whether a Gateway admits a route, and a ReferenceGrant a backend elsewhere, is
    not looked at, so this may be more than is served. A Service without a selector has no pods here.
    """
    pods = [pod for pod in cluster.pods if pod.status.phase not in ("Succeeded", "Failed")]
    index = SelectorIndex([(pod.metadata.namespace, pod.metadata.labels) for pod in pods])
    by_name = {(one.metadata.namespace, one.metadata.name): one for one in services}
    found: list[Exposed] = []
    for service in by_name.values():
        for way, ports in _ways(service):
            found += _behind(service, ports, way, _name(service), pods, index)
    wanted = [*_of_ingresses(ingresses), *_of_routes(routes, gateways)]
    for way, by, where, port in wanted:
        target = by_name.get(where)
        if target is not None:
            chosen = [one for one in target.spec.ports if port is None or port in (one.port, one.name)]
            found += _behind(target, chosen, way, by, pods, index)
    return found


def _name(item: Service | Ingress | Route) -> str:
    return f"{item.metadata.namespace}/{item.metadata.name}"


def _ways(service: Service) -> Iterator[tuple[Way, tuple[ServicePort, ...]]]:
    spec = service.spec
    if spec.type == "LoadBalancer":
        yield Way.LOAD_BALANCER, spec.ports
    noded = tuple(port for port in spec.ports if spec.type == "NodePort" or port.node_port)
    if spec.type in ("NodePort", "LoadBalancer") and noded:
        yield Way.NODE_PORT, noded
    if spec.external_ips and spec.type != "ExternalName" and spec.cluster_ip != _HEADLESS:
        yield Way.EXTERNAL_IP, spec.ports


def _behind(
    service: Service, ports: Iterable[ServicePort], way: Way, by: str, pods: list[Pod], index: SelectorIndex
) -> Iterator[Exposed]:
    if not service.spec.selector or service.spec.type == "ExternalName":
        return
    ranges = service.spec.load_balancer_source_ranges if way is Way.LOAD_BALANCER else ()
    chosen = list(ports)
    for at in index.positions(of_labels(service.spec.selector), service.metadata.namespace):
        opened = PortSet()
        for port in chosen:
            opened |= _target(port, pods[at])
        if opened:
            yield Exposed(pods[at], opened, way, by, _name(service), ranges)


def _target(port: ServicePort, pod: Pod) -> PortSet:
    """targetPort on a pod: a number, a name that the pod's ports resolve, or (absent) the Service's own port."""
    protocol = port.protocol or PROTOCOLS[0]
    if isinstance(port.target_port, str) and port.target_port:
        return named_ports(pod).get((protocol, port.target_port), PortSet())
    return PortSet.of(protocol, port.target_port or port.port)


Wanted = tuple[Way, str, tuple[str, str], int | str | None]


def _of_ingresses(ingresses: Iterable[Ingress]) -> Iterator[Wanted]:
    for ingress in ingresses:
        backends: list[IngressBackend | None] = [ingress.spec.default_backend]
        backends += [path.backend for rule in ingress.spec.rules if rule.http for path in rule.http.paths]
        for backend in backends:
            if backend is not None and backend.service is not None:
                service = backend.service
                where = ingress.metadata.namespace, service.name
                yield Way.INGRESS, _name(ingress), where, service.port.name or service.port.number


def _of_routes(routes: Iterable[Route], gateways: Iterable[Gateway] | None) -> Iterator[Wanted]:
    known: dict[tuple[str, str], bool] = defaultdict(lambda: gateways is None)
    for gateway in gateways or ():
        known[gateway.metadata.namespace, gateway.metadata.name] = True
    for route in routes:
        space = route.metadata.namespace
        parents = [one for one in route.spec.parent_refs if one.kind in ("", "Gateway")]
        if any(known[one.namespace or space, one.name] for one in parents):
            for backend in (ref for rule in route.spec.rules for ref in rule.backend_refs):
                if (backend.group, backend.kind or "Service") == ("", "Service") and backend.weight:
                    yield Way.ROUTE, _name(route), (backend.namespace or space, backend.name), backend.port
