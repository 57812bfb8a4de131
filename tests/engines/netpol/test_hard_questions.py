"""Questions that are easy to get wrong, with the reasons that an answer must carry."""

from typing import Any

import pytest

from k8sready.engines.netpol import Address, Cause, Cluster, Matrix, Note, diff
from k8sready.engines.netpol.rules import Action, Tier

from .making import Manifest, make, pod, policy

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


@pytest.mark.parametrize(
    ("cidrs", "known", "expected"),
    [
        (["0.0.0.0/0"], ["10.0.0.2"], True),
        (["::/0"], ["10.0.0.2"], None),
        (["0.0.0.0/0"], ["10.0.0.2", "2001:db8::2"], None),
        (["::/0"], ["2001:db8::2"], True),
        (["0.0.0.0/0"], [], None),
    ],
)
def test_a_pod_without_an_address_is_of_the_family_that_all_others_have(
    cidrs: list[str], known: list[str], expected: bool | None
) -> None:
    rule = {"from": [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]}
    others = [pod(f"other-{at}", ip=ip) for at, ip in enumerate(known)]
    cluster = Cluster.of([pod("a"), pod("b"), *others], (), [ingress(rule)])
    ports = Matrix(cluster).between(pod("a"), pod("b"))
    assert cluster.allowed(pod("a"), pod("b"), 80).allowed is expected
    assert (ports.certain.has(80), ports.possible.has(80)) == (expected is True, expected is not False)


def test_pods_of_the_host_network_are_held_by_no_selector_but_reach_their_own_nodes_pods() -> None:
    agent = make("Pod", "agent", "shop", {"hostNetwork": True, "nodeName": "n1", "containers": []})
    near = make("Pod", "near", "shop", {"nodeName": "n1", "containers": []}, status={"podIP": "10.0.0.9"})
    far = make("Pod", "far", "shop", {"nodeName": "n2", "containers": []}, status={"podIP": "10.0.0.8"})
    cluster = Cluster.of([agent, near, far], (), [DENY, ingress({"from": [{"podSelector": {}}]})])
    assert cluster.allowed(agent, near, 80).notes == {Note.HOST_NETWORK, Note.NODE_LOCAL}
    assert [cluster.allowed(agent, other, 80).allowed for other in (near, far)] == [True, False]
    assert cluster.allowed(agent, agent, 80).notes == {Note.SELF}


@pytest.mark.parametrize("ip", ["192.0.2.10", "::ffff:192.0.2.10", "2001:db8::10"])
def test_the_address_of_a_pods_own_node_is_always_let_in_but_not_another_nodes(ip: str) -> None:
    node = {"hostIP": "192.0.2.10", "hostIPs": [{"ip": "192.0.2.10"}, {"ip": "2001:db8::10"}]}
    near = make("Pod", "near", "shop", {"containers": []}, status={"podIP": "10.0.0.9", **node})
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
