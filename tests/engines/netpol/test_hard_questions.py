"""Questions that are easy to get wrong, with the reasons that an answer must carry."""

from typing import Any

import pytest

from k8sready.engines.netpol import Address, Cause, Cluster, Matrix, Note, PortSet, Way, diff, exposure
from k8sready.engines.netpol.rules import Action, Tier
from k8sready.objects.decoding import from_manifest
from k8sready.objects.pods import Pod

Manifest = dict[str, Any]
_API = {
    "NetworkPolicy": "networking.k8s.io/v1",
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "Ingress": "networking.k8s.io/v1",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
}


def make(kind: str, name: str, namespace: str = "", spec: Manifest | None = None, **more: Any) -> Any:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **more.pop("metadata", {})}
    manifest = {"apiVersion": _API.get(kind, "v1"), "kind": kind, "metadata": metadata, "spec": spec or {}, **more}
    return from_manifest(manifest)[1]


def pod(name: str, namespace: str = "shop", *, ports: Any = (), ip: str = "", spec: Any = None, **labels: str) -> Pod:
    containers = [{"name": "c", "image": "i", "ports": list(ports)}]
    found = make(
        "Pod",
        name,
        namespace,
        {"containers": containers, **(spec or {})},
        metadata={"labels": labels},
        status={"podIP": ip} if ip else {},
    )
    assert isinstance(found, Pod)
    return found


def policy(name: str, spec: Manifest, namespace: str = "shop") -> Any:
    return make("NetworkPolicy", name, namespace, spec)


WEB, DB = pod("web", ip="10.0.0.1", app="web"), pod("db", ip="10.0.0.2", app="db")
DENY = policy("deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
ACCEPT = Action.ACCEPT


def ingress(*rules: Manifest, **spec: Any) -> Any:
    return policy("in", {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": list(rules), **spec})


def test_without_policies_all_is_open_and_nothing_isolates() -> None:
    verdict = Cluster.of([WEB, DB]).allowed(WEB, DB, 5432)
    assert verdict.allowed is True
    assert verdict.egress.isolated_by == verdict.ingress.isolated_by == ()


def test_a_denied_connection_names_who_isolates_in_each_direction() -> None:
    verdict = Cluster.of([WEB, DB], (), [DENY]).allowed(WEB, DB, 5432)
    assert verdict.allowed is False
    assert verdict.egress.isolated_by == verdict.ingress.isolated_by == ("shop/deny",)
    assert verdict.ingress.causes == ()


def test_empty_egress_without_policy_types_isolates_ingress_only() -> None:
    cluster = Cluster.of([WEB, DB], (), [policy("p", {"podSelector": {}, "egress": []})])
    verdict = cluster.allowed(WEB, DB, 80)
    assert (verdict.egress.allowed, verdict.ingress.allowed) == (True, False)


def test_not_in_selects_peers_that_lack_the_key() -> None:
    rule = {"from": [{"podSelector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["x"]}]}}]}
    verdict = Cluster.of([WEB, DB], (), [ingress(rule)]).allowed(WEB, DB, 80)
    assert verdict.ingress.causes == (Cause("shop/in", Tier.NETWORK_POLICY, 0, ACCEPT),)


def test_a_named_port_is_the_destinations_own_also_of_a_native_sidecar() -> None:
    sidecar = {"name": "s", "image": "i", "restartPolicy": "Always", "ports": [{"name": "m", "containerPort": 9}]}
    setup = {"name": "t", "image": "i", "ports": [{"name": "m", "containerPort": 10}]}
    target = pod("target", spec={"initContainers": [setup, sidecar]})
    cluster = Cluster.of([WEB, target], (), [ingress({"ports": [{"port": "m"}]})])
    assert [cluster.allowed(WEB, target, port).allowed for port in (9, 10)] == [True, False]
    assert cluster.allowed(WEB, target, 9, "UDP").allowed is False


def test_a_named_port_towards_an_address_matches_nothing() -> None:
    out = policy("out", {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": "http"}]}]})
    verdict = Cluster.of([WEB], (), [out]).allowed(WEB, Address("192.0.2.1"), 80)
    assert (verdict.allowed, verdict.egress.isolated_by) == (False, ("shop/out",))


@pytest.mark.parametrize(("mode", "expected"), [(True, True), (False, False), (None, None)])
def test_whether_an_ip_block_holds_pods_is_a_parameter(mode: bool | None, expected: bool | None) -> None:
    rule = {"from": [{"ipBlock": {"cidr": "10.0.0.0/24"}}]}
    verdict = Cluster.of([WEB, DB], (), [ingress(rule)], ipblock_matches_pods=mode).allowed(WEB, DB, 80)
    assert verdict.allowed is expected
    assert (Note.ADDRESS_UNKNOWN in verdict.notes) is (mode is None)


def test_a_pod_without_an_address_may_or_may_not_be_in_a_block() -> None:
    cluster = Cluster.of([pod("a"), DB], (), [ingress({"from": [{"ipBlock": {"cidr": "10.0.0.0/24"}}]})])
    assert cluster.allowed(pod("a"), DB, 80).allowed is None


def test_pods_of_the_host_network_are_held_by_no_selector_but_reach_their_own_nodes_pods() -> None:
    agent = make("Pod", "agent", "shop", {"hostNetwork": True, "nodeName": "n1", "containers": []})
    near = make("Pod", "near", "shop", {"nodeName": "n1", "containers": []}, status={"podIP": "10.0.0.9"})
    far = make("Pod", "far", "shop", {"nodeName": "n2", "containers": []}, status={"podIP": "10.0.0.8"})
    cluster = Cluster.of([agent, near, far], (), [DENY, ingress({"from": [{"podSelector": {}}]})])
    assert cluster.allowed(agent, near, 80).notes == {Note.HOST_NETWORK, Note.NODE_LOCAL}
    assert [cluster.allowed(agent, other, 80).allowed for other in (near, far)] == [True, False]
    assert cluster.allowed(agent, agent, 80).notes == {Note.SELF}


@pytest.mark.parametrize("ip", ["192.0.2.10", "::ffff:192.0.2.10"])
def test_the_address_of_a_pods_own_node_is_always_let_in_but_not_another_nodes(ip: str) -> None:
    near = make("Pod", "near", "shop", {"containers": []}, status={"podIP": "10.0.0.9", "hostIP": "192.0.2.10"})
    far = make("Pod", "far", "shop", {"containers": []}, status={"podIP": "10.0.0.8", "hostIP": "192.0.2.11"})
    cluster = Cluster.of([near, far], (), [DENY])
    verdict = cluster.allowed(Address(ip), near, 80)
    assert (verdict.allowed, verdict.notes, verdict.ingress.isolated_by) == (True, {Note.NODE_LOCAL}, ())
    assert cluster.allowed(Address(ip), far, 80) == cluster.allowed(Address("192.0.2.12"), far, 80)
    assert cluster.allowed(near, Address(ip), 80).allowed is False, "egress to the own node is like any other"
    assert not Matrix(cluster, [Address(ip)]).between(Address(ip), near).possible, "a class has pods of many nodes"


def test_policies_of_other_kinds_make_their_pods_unknown_never_open_or_closed() -> None:
    for unknown in ({"shop"}, {"*"}):
        cluster = Cluster.of([WEB, DB], (), [DENY], unknown=unknown)
        verdict = cluster.allowed(WEB, DB, 80)
        assert (verdict.allowed, Note.OTHER_POLICIES in verdict.notes) == (None, True)
        ports = Matrix(cluster).between(WEB, DB)
        assert not ports.certain
        assert ports.possible.has(80)


def test_a_completed_pod_has_no_endpoint() -> None:
    done = make("Pod", "done", "shop", {"containers": []}, status={"phase": "Succeeded"})
    assert Cluster.of([WEB, done]).allowed(WEB, done, 80).notes == {Note.NO_ENDPOINT}


@pytest.mark.parametrize(
    "peer",
    [
        {},
        {"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}},
        {"ipBlock": {"cidr": "10.0.0.0"}},
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["nonsense"]}},
    ],
)
def test_a_peer_that_the_api_server_rejects_lets_nobody_in(peer: Manifest) -> None:
    assert Cluster.of([WEB, DB], (), [ingress({"from": [peer]})]).allowed(WEB, DB, 80).allowed is False


@pytest.mark.parametrize(("port", "protocol"), [(0, "TCP"), (65536, "TCP"), (80, "ICMP"), (80, "tcp")])
def test_what_is_no_port_is_no_question(port: int, protocol: str) -> None:
    with pytest.raises(ValueError, match="not a port"):
        Cluster.of([WEB, DB]).allowed(WEB, DB, port, protocol)


# -- policies of the cluster's administrators ------------------------------------------------------------------------


ALL: Manifest = {"namespaces": {}}


def wide(
    name: str, action: str, *, tier: str = "Admin", priority: int = 5, subject: Manifest = ALL, **rule: Any
) -> Any:
    entry = {"action": action, "from": [ALL], **rule}
    return make("ClusterNetworkPolicy", name, spec=_spec(tier, priority, subject, ingress=[entry]))


def outward(name: str, action: str, peer: Manifest) -> Any:
    return make("ClusterNetworkPolicy", name, spec=_spec("Admin", 5, ALL, egress=[{"action": action, "to": [peer]}]))


def _spec(tier: str, priority: int, subject: Manifest, **rules: Any) -> Manifest:
    return {"tier": tier, "priority": priority, "subject": subject, **rules}


def _range(start: int, end: int) -> Manifest:
    return {"tcp": {"destinationPort": {"range": {"start": start, "end": end}}}}


OPEN, INWARD = ingress({}), ingress()
CASES = [
    ("admin deny beats a policy that allows", [wide("d", "Deny")], [OPEN], False),
    ("admin accept beats a default deny", [wide("a", "Accept")], [ingress()], True),
    ("pass leaves it to the policies", [wide("p", "Pass"), wide("d", "Deny", priority=6)], [OPEN], True),
    ("baseline speaks where no policy isolates", [wide("b", "Deny", tier="Baseline")], [], False),
    ("baseline is silent where a policy isolates", [wide("b", "Deny", tier="Baseline")], [OPEN], True),
    ("the lower number goes first", [wide("a", "Accept", priority=1), wide("d", "Deny", priority=2)], [], True),
    ("equal priorities that disagree", [wide("a", "Accept"), wide("d", "Deny")], [], None),
    ("equal priorities that agree", [wide("a", "Deny"), wide("d", "Deny")], [], False),
    ("a deny of an unknown peer denies all", [wide("d", "Deny", **{"from": [{"future": {}}]})], [], False),
    (
        "an accept of an unknown peer among others is silent",
        [wide("a", "Accept", **{"from": [{}, ALL]})],
        [INWARD],
        False,
    ),
    ("an accept of an unknown peer is silent", [wide("d", "Accept", **{"from": [{"future": {}}]})], [], True),
    ("an unknown action cannot be told", [wide("d", "Mirror")], [], None),
    ("other ports are not its own", [wide("d", "Deny", protocols=[{"udp": {}}])], [], True),
    ("networks match pods", [outward("d", "Deny", {"networks": ["10.0.0.0/30"]})], [], False),
    (
        "networks are no peer of ingress rules",
        [wide("a", "Accept", **{"from": [{"networks": ["::/0"]}]})],
        [INWARD],
        False,
    ),
    ("of an action of the other version", [wide("a", "Allow")], [INWARD], None),
    ("of a priority that does not exist", [wide("a", "Accept", priority=1001)], [INWARD], None),
    ("a peer of two kinds", [wide("a", "Accept", **{"from": [ALL | {"pods": {"podSelector": {}}}]})], [INWARD], False),
    ("an empty list of peers", [wide("a", "Accept", **{"from": []})], [INWARD], False),
    ("an empty list of protocols", [wide("a", "Accept", protocols=[])], [INWARD], False),
    ("an accept of TCP without a port", [wide("a", "Accept", protocols=[{"tcp": {}}])], [INWARD], False),
    ("a deny of TCP without a port", [wide("a", "Deny", protocols=[{"tcp": {}}])], [], False),
    ("a deny of a future protocol", [wide("a", "Deny", protocols=[{"icmp": {}}])], [], True),
    ("a range of one port", [wide("a", "Accept", protocols=[_range(80, 80)])], [INWARD], False),
    ("a range beyond the last port", [wide("a", "Accept", protocols=[_range(80, 65536)])], [INWARD], False),
    ("a range", [wide("a", "Accept", protocols=[_range(79, 80)])], [INWARD], True),
    ("nobody is the subject", [wide("a", "Deny", subject={})], [], True),
    ("two subjects", [wide("a", "Deny", subject={"namespaces": {}, "pods": {"podSelector": {}}})], [], True),
]


@pytest.mark.parametrize(("why", "policies", "own", "expected"), CASES, ids=[case[0] for case in CASES])
def test_tiers(why: str, policies: list[Any], own: list[Any], expected: bool | None) -> None:
    cluster = Cluster.of([WEB, DB], (), own, cluster_policies=policies, ipblock_matches_pods=False)
    verdict, ports = cluster.allowed(WEB, DB, 80), Matrix(cluster).between(WEB, DB)
    assert verdict.allowed is expected
    assert (ports.certain.has(80), ports.possible.has(80)) == (expected is True, expected is not False)
    assert (Note.EQUAL_PRIORITY in verdict.notes) is ("disagree" in why)


def test_the_older_pair_is_evaluated_as_admin_and_baseline() -> None:
    subject = {"subject": {"namespaces": {}}}
    rule = {"from": [{"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "web"}}}}]}
    ports = {"ports": [{"portNumber": {"protocol": "TCP", "port": 80}}]}
    admin = make("AdminNetworkPolicy", "a", spec={**subject, "ingress": [{"action": "Allow", **rule, **ports}]})
    base = make("BaselineAdminNetworkPolicy", "default", spec={**subject, "ingress": [{"action": "Deny", **rule}]})
    cluster = Cluster.of([WEB, DB], admin_policies=[admin], baseline_policies=[base])
    assert [cluster.allowed(WEB, DB, port).allowed for port in (80, 81)] == [True, False]
    assert cluster.allowed(WEB, DB, 81).ingress.causes == (Cause("default", Tier.BASELINE, 0, Action.DENY),)


# -- between states, and from outside --------------------------------------------------------------------------------


def test_a_state_differs_from_itself_in_nothing_and_a_new_deny_closes() -> None:
    before, after = Cluster.of([WEB, DB]), Cluster.of([WEB, DB], (), [DENY])
    assert list(diff(before, before)) == []
    assert list(diff(after, after)) == []
    changes = {(change.source, change.destination): change for change in diff(before, after)}
    assert changes["shop/web", "shop/db"].closed.has(5432)
    assert not changes["shop/web", "shop/db"].opened
    assert {(one.opened, one.closed) for one in diff(after, before)} == {
        (one.closed, one.opened) for one in changes.values()
    }


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
    found = exposure(Cluster.of([web, DB]), [inner, outer, none], [front], [route])
    assert [(one.way, one.by, one.ports) for one in found] == [
        (Way.LOAD_BALANCER, "shop/outer", PortSet.of("TCP", 8080) | PortSet.of("TCP", 9000)),
        (Way.INGRESS, "shop/front", PortSet.of("TCP", 8080)),
        (Way.ROUTE, "shop/r", PortSet.of("TCP", 9000)),
    ]
    assert exposure(Cluster.of([web]), [inner], [], [route], gateways=[]) == []
