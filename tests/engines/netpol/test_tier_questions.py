"""Questions about policies of the cluster's administrators, around those of its namespaces."""

from typing import Any

import pytest

from k8sready.engines.netpol import Cause, Cluster, Matrix, Note
from k8sready.engines.netpol.rules import Action, Tier

from .making import Manifest, make, pod, policy

WEB, DB = (
    pod("web", ip="10.0.0.1", app="web"),
    pod("db", ip="10.0.0.2", app="db", ports=[{"name": "http", "containerPort": 80}]),
)
INWARD = policy("in", {"podSelector": {}, "policyTypes": ["Ingress"]})
OUTWARD = policy("out", {"podSelector": {}, "policyTypes": ["Egress"]})
NAMED: Manifest = {"protocols": [{"destinationNamedPort": "http"}]}
OPEN = policy("in", {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]})
ALL: Manifest = {"namespaces": {}}


def wide(
    name: str, action: str, *, tier: str = "Admin", priority: int = 5, subject: Manifest = ALL, **rule: Any
) -> Any:
    entry = {"action": action, "from": [ALL], **rule}
    return make("ClusterNetworkPolicy", name, spec=_spec(tier, priority, subject, ingress=[entry]))


def outward(name: str, action: str, peer: Manifest, **rule: Any) -> Any:
    entry = {"action": action, "to": [peer], **rule}
    return make("ClusterNetworkPolicy", name, spec=_spec("Admin", 5, ALL, egress=[entry]))


def _spec(tier: str, priority: int, subject: Manifest, **rules: Any) -> Manifest:
    return {"tier": tier, "priority": priority, "subject": subject, **rules}


def _range(start: int, end: int) -> Manifest:
    return {"tcp": {"destinationPort": {"range": {"start": start, "end": end}}}}


CASES = [
    ("admin deny beats a policy that allows", [wide("d", "Deny")], [OPEN], False),
    ("admin accept beats a default deny", [wide("a", "Accept")], [INWARD], True),
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


@pytest.mark.parametrize("action", ["Allow", "Deny", "Pass"])
@pytest.mark.parametrize(
    "peer",
    [
        {"namespaces": {"sameLabels": ["tenant"]}},
        {"namespaces": {"notSameLabels": ["tenant"]}},
        {"namespaces": {"namespaceSelector": {}}},
        {"pods": {"namespaces": {"sameLabels": ["tenant"]}, "podSelector": {}}},
    ],
)
def test_what_namespaces_meant_at_first_cannot_be_told(peer: Manifest, action: str) -> None:
    """Definitions of then select tenants by it; those of today drop it, and select everything."""
    spec = {"subject": ALL, "priority": 5, "ingress": [{"action": action, "from": [peer]}]}
    cluster = Cluster.of([WEB, DB], (), [OPEN], admin_policies=[make("AdminNetworkPolicy", "a", spec=spec)])
    assert cluster.allowed(WEB, DB, 80).allowed is None
    assert Matrix(cluster).between(WEB, DB).certain.has(80) is False


def test_the_older_pair_is_evaluated_as_admin_and_baseline() -> None:
    subject = {"subject": {"namespaces": {}}}
    rule = {"from": [{"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "web"}}}}]}
    ports = {"ports": [{"portNumber": {"protocol": "TCP", "port": 80}}]}
    admin = make("AdminNetworkPolicy", "a", spec={**subject, "ingress": [{"action": "Allow", **rule, **ports}]})
    base = make("BaselineAdminNetworkPolicy", "default", spec={**subject, "ingress": [{"action": "Deny", **rule}]})
    cluster = Cluster.of([WEB, DB], admin_policies=[admin], baseline_policies=[base])
    assert [cluster.allowed(WEB, DB, port).allowed for port in (80, 81)] == [True, False]
    assert cluster.allowed(WEB, DB, 81).ingress.causes == (Cause("default", Tier.BASELINE, 0, Action.DENY),)
