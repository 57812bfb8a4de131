"""Seeded NetworkPolicies with fields that nobody should write: some are refused by the API server, some are not."""

from random import Random
from typing import Any

from .generators import Manifest, selector

PROTOCOLS = ("TCP", "UDP", "SCTP", None, "", "tcp", "ICMP")
PORTS = (None, 80, 443, 0, -1, 65535, 65536, "http", "80", "HTTP", "a--b", "-a", "", "sixteen-letters-", "x1")
END_PORTS = (None, None, None, 80, 79, 0, 443, 65535, 65536)
CIDRS = (
    *("10.0.0.0/8", "10.0.0.0/16", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.0.0.0", "", "300.0.0.0/8", "10.0.0.0/33"),
    *("10.0.0.0/-1", "10.0.0.0/", "/8", "::/129", "10.0.0/8", "10.0.0.0/255.0.0.0", "2001:DB8::/32", " 10.0.0.0/8"),
)
HOLES = ("10.0.0.0/8", "10.0.1.0/24", "10.0.0.0/25", "192.0.2.0/24", "0.0.0.0/0", "2001:db8:1::/48", "nonsense", "::/1")
TYPES = (None, None, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"], ["Foo"], ["Ingress", "Foo"])
MORE_TYPES = (["Ingress", "Ingress"], ["Ingress", "Egress", "Ingress"], ["ingress"])
REQUIREMENTS: tuple[Manifest, ...] = (
    {"key": "app", "operator": "In", "values": []},
    {"key": "app", "operator": "NotIn"},
    {"key": "app", "operator": "Exists", "values": ["a"]},
    {"key": "app", "operator": "Exists", "values": []},
    {"key": "", "operator": "DoesNotExist"},
    {"key": "no spaces", "operator": "DoesNotExist"},
    {"key": "app", "operator": "NotIn", "values": ["-"]},
    {"key": "app", "operator": "In", "values": [""]},
    {"key": "example.com/app", "operator": "DoesNotExist"},
    {"key": "app", "operator": "Bogus", "values": ["a"]},
)


def odd_policy(random: Random, number: int) -> Manifest:
    """Mostly sound, with an odd part here and there."""
    spec: Manifest = {"podSelector": _selector(random), "policyTypes": random.choice(TYPES + MORE_TYPES)}
    for key, peers in (("ingress", "from"), ("egress", "to")):
        if random.random() < 0.6:
            spec[key] = [_rule(random, peers) for _ in range(random.randint(0, 2))]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"odd-{number}", "namespace": f"space-{random.randrange(3)}"},
        "spec": {key: value for key, value in spec.items() if value is not None},
    }


def _rule(random: Random, peers: str) -> Manifest:
    found: Manifest = {}
    if random.random() < 0.7:
        found[peers] = [_peer(random) for _ in range(random.randint(0, 2))]
    if random.random() < 0.6:
        found["ports"] = [_port(random) for _ in range(random.randint(0, 2))]
    return found


def _peer(random: Random) -> Manifest:
    found: Manifest = {}
    if random.random() < 0.5:
        found["podSelector"] = _selector(random)
    if random.random() < 0.3:
        found["namespaceSelector"] = _selector(random)
    if random.random() < (0.1 if found else 0.9):
        holes = random.sample(HOLES, random.choice((0, 0, 1, 2)))
        found["ipBlock"] = {"cidr": random.choice(CIDRS[: random.choice((3, 5, 99))]), "except": holes}
    return found


def _port(random: Random) -> Manifest:
    odd = random.random() < 0.5
    found: dict[str, Any] = {
        "protocol": random.choice(PROTOCOLS if odd else PROTOCOLS[:4]),
        "port": random.choice(PORTS if odd else (None, 80, 443, "http")),
        "endPort": random.choice(END_PORTS) if odd else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _selector(random: Random) -> Manifest:
    if random.random() < 0.8:
        return selector(random)
    return {"matchLabels": random.choice(({}, {"app": ""}, {"app": "-"}, {"a b": "c"}))} | (
        {"matchExpressions": [random.choice(REQUIREMENTS)]} if random.random() < 0.7 else {}
    )
