"""What is offered to the outside: the pods' own ports behind Services, Ingresses and routes, and nothing else."""

from typing import Any

import pytest

from k8sready.engines.netpol import Cluster, PortSet, Way, exposure

from .making import Manifest, make, pod

PORTS: list[Manifest] = [
    {"name": "web", "port": 80, "targetPort": "http"},
    {"name": "dns", "port": 53, "protocol": "UDP"},
]
FRONT = pod("front", ports=[{"name": "http", "containerPort": 8080}], app="a")
OTHER = pod("other", ports=[{"name": "http", "containerPort": 9090}], app="a")
BARE = pod("bare", app="a")
ELSEWHERE = pod("elsewhere", "bank", app="a")
HOST = pod("host", ports=[{"name": "http", "containerPort": 7070}], spec={"hostNetwork": True}, app="h")
DONE = make("Pod", "done", "shop", {"containers": []}, metadata={"labels": {"app": "a"}}, status={"phase": "Failed"})
DNS = PortSet.of("UDP", 53)


def tcp(port: int) -> PortSet:
    return PortSet.of("TCP", port)


def service(name: str = "s", namespace: str = "shop", **spec: Any) -> Any:
    return make("Service", name, namespace, {"selector": {"app": "a"}, "ports": PORTS, **spec})


def backend(port: Manifest, name: str = "s") -> Manifest:
    return {"service": {"name": name, "port": port}}


def front(*paths: Manifest, **spec: Any) -> Any:
    rules = [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": path} for path in paths]}}]
    return make("Ingress", "i", "shop", {"rules": rules if paths else [], **spec})


def route(*backends: Manifest, namespace: str = "shop", parent: Manifest | None = None) -> Any:
    parents = [parent or {"name": "g", "namespace": "edge"}]
    return make("HTTPRoute", "r", namespace, {"parentRefs": parents, "rules": [{"backendRefs": list(backends)}]})


ALL = {"front": tcp(8080) | DNS, "other": tcp(9090) | DNS, "bare": DNS}
WEB = {"front": tcp(8080), "other": tcp(9090)}
CASES: list[tuple[str, list[Any], Any, Way, dict[str, PortSet]]] = [
    ("a name means each pod's own port", [service(type="NodePort")], None, Way.NODE_PORT, ALL),
    ("a Service of the cluster is not outside", [service()], None, Way.NODE_PORT, {}),
    ("addresses of its own", [service(externalIPs=["192.0.2.1"])], None, Way.EXTERNAL_IP, ALL),
    ("headless has none", [service(externalIPs=["192.0.2.1"], clusterIP="None")], None, Way.EXTERNAL_IP, {}),
    (
        "an external name has no pods",
        [service(type="ExternalName", externalIPs=["1.1.1.1"])],
        None,
        Way.EXTERNAL_IP,
        {},
    ),
    ("no selector, no pods", [service(type="LoadBalancer", selector=None)], None, Way.LOAD_BALANCER, {}),
    (
        "a balancer's node ports",
        [service(type="LoadBalancer", ports=[PORTS[1] | {"nodePort": 31000}])],
        None,
        Way.NODE_PORT,
        dict.fromkeys(ALL, DNS),
    ),
    (
        "a pod of the host's network",
        [service(type="NodePort", selector={"app": "h"})],
        None,
        Way.NODE_PORT,
        {"host": tcp(7070) | DNS},
    ),
    ("the default backend, by name", [service()], front(defaultBackend=backend({"name": "web"})), Way.INGRESS, WEB),
    ("a path, by number", [service()], front(backend({"number": 80})), Way.INGRESS, WEB),
    (
        "a headless Service behind an Ingress",
        [service(clusterIP="None")],
        front(backend({"number": 80})),
        Way.INGRESS,
        WEB,
    ),
    ("a targetPort is no Service port", [service()], front(backend({"number": 8080})), Way.INGRESS, {}),
    (
        "a backend that is no Service",
        [service()],
        front({"resource": {"kind": "Bucket", "name": "s"}}),
        Way.INGRESS,
        {},
    ),
    ("a backend that is not there", [service("t")], front(backend({"number": 80})), Way.INGRESS, {}),
    ("an Ingress stays in its namespace", [service(namespace="bank")], front(backend({"number": 53})), Way.INGRESS, {}),
    ("a route", [service()], route({"name": "s", "port": 80}), Way.ROUTE, WEB),
    (
        "a route to another namespace",
        [service(namespace="bank")],
        route({"name": "s", "namespace": "bank", "port": 53}),
        Way.ROUTE,
        {"elsewhere": DNS},
    ),
    ("a weight of nothing", [service()], route({"name": "s", "port": 80, "weight": 0}), Way.ROUTE, {}),
    (
        "a backend of another kind",
        [service()],
        route({"name": "s", "port": 80, "kind": "ServiceImport"}),
        Way.ROUTE,
        {},
    ),
    ("a Service of another group", [service()], route({"name": "s", "port": 80, "group": "x.io"}), Way.ROUTE, {}),
    (
        "a route of a mesh",
        [service()],
        route({"name": "s", "port": 80}, parent={"kind": "Service", "name": "s"}),
        Way.ROUTE,
        {},
    ),
    ("a Gateway that is not there", [service()], route({"name": "s", "port": 80}, parent={"name": "x"}), Way.ROUTE, {}),
]


@pytest.mark.parametrize(("why", "services", "entry", "way", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_is_offered(why: str, services: list[Any], entry: Any, way: Way, expected: dict[str, PortSet]) -> None:
    cluster = Cluster.of([FRONT, OTHER, BARE, ELSEWHERE, HOST, DONE])
    ingresses, routes = ([entry] if entry and kind == way else [] for kind in (Way.INGRESS, Way.ROUTE))
    found = exposure(cluster, services, ingresses, routes, [make("Gateway", "g", "edge")])
    assert {one.pod.metadata.name: one.ports for one in found if one.way is way} == expected


def test_services_ingresses_and_routes_expose_the_pods_own_ports() -> None:
    web = pod("web", ports=[{"name": "http", "containerPort": 8080}], app="web")
    ports = [{"name": "web", "port": 80, "targetPort": "http"}, {"name": "raw", "port": 9000}]
    inner = make("Service", "inner", "shop", {"selector": {"app": "web"}, "ports": ports})
    outer = make("Service", "outer", "shop", {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": ports})
    none = make("Service", "none", "shop", {"type": "LoadBalancer", "ports": ports})
    backend = {"service": {"name": "inner", "port": {"name": "web"}}}
    front = make("Ingress", "front", "shop", {"defaultBackend": backend})
    route = make(
        "HTTPRoute",
        "r",
        "shop",
        {"parentRefs": [{"name": "g"}], "rules": [{"backendRefs": [{"name": "inner", "port": 9000}]}]},
    )
    found = exposure(Cluster.of([web, pod("db", app="db")]), [inner, outer, none], [front], [route])
    assert [(one.way, one.by, one.ports) for one in found] == [
        (Way.LOAD_BALANCER, "shop/outer", PortSet.of("TCP", 8080) | PortSet.of("TCP", 9000)),
        (Way.INGRESS, "shop/front", PortSet.of("TCP", 8080)),
        (Way.ROUTE, "shop/r", PortSet.of("TCP", 9000)),
    ]
    assert exposure(Cluster.of([web]), [inner], [], [route], gateways=[]) == []
