"""Seeded clusters over the whole space of selectors, ports and ipBlocks, as manifests."""

from random import Random
from typing import Any

from k8sready.engines.netpol import Address, Cluster
from k8sready.objects.decoding import from_manifest

Manifest = dict[str, Any]
State = dict[str, list[Manifest]]
KEYS, VALUES = ("app", "tier", "env"), ("a", "b", "c", "")
PORTS, NAMES, PROTOCOLS = (53, 80, 81, 443, 5432, 8080, 65535), ("http", "dns", "db"), ("TCP", "UDP", "SCTP")
CIDRS = ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "192.0.2.0/25", "192.0.2.7/32", "172.16.0.0/12")
ADDRESSES = ("10.1.2.3", "10.1.9.9", "10.200.0.1", "192.0.2.7", "192.0.2.9", "192.0.2.200", "172.20.1.1", "8.8.8.8")
CIDRS_6 = ("::/0", "2001:db8::/32", "2001:db8:1::/48")
ADDRESSES_6 = ("2001:db8::1", "2001:db8:1::7", "2606:4700::1")


def labels(random: Random) -> dict[str, str]:
    return {key: random.choice(VALUES) for key in KEYS if random.random() < 0.6}


def selector(random: Random) -> Manifest:
    found: Manifest = {}
    if random.random() < 0.5:
        found["matchLabels"] = {random.choice(KEYS): random.choice(VALUES)}
    if random.random() < 0.5:
        found["matchExpressions"] = [_requirement(random) for _ in range(random.randint(1, 2))]
    return found


def _requirement(random: Random) -> Manifest:
    operator = random.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    values = {"values": random.sample(VALUES, random.randint(1, 2))} if operator in ("In", "NotIn") else {}
    return {"key": random.choice(KEYS), "operator": operator, **values}


def peer(random: Random, *, ipv6: bool) -> Manifest:
    kind = random.randrange(4)
    if kind == 0:
        cidrs = CIDRS_6 if ipv6 and random.random() < 0.4 else CIDRS
        at = random.randrange(len(cidrs))
        holes = [one for one in cidrs[at + 1 :] if _within(one, cidrs[at]) and random.random() < 0.4]
        return {"ipBlock": {"cidr": cidrs[at], **({"except": holes} if holes else {})}}
    parts = {1: ("podSelector",), 2: ("namespaceSelector",), 3: ("podSelector", "namespaceSelector")}[kind]
    return {part: selector(random) for part in parts}


def _within(inner: str, outer: str) -> bool:
    from ipaddress import ip_network

    return inner != outer and ip_network(inner).subnet_of(ip_network(outer))


def port(random: Random) -> Manifest:
    found: Manifest = {"protocol": random.choice(PROTOCOLS)} if random.random() < 0.7 else {}
    kind = random.randrange(4)
    if kind == 0:
        return found | {"port": random.choice(NAMES)}
    if kind == 1:
        first = random.choice(PORTS)
        return found | {"port": first, "endPort": min(65535, first + random.randrange(400))}
    return found | ({"port": random.choice(PORTS)} if kind == 2 else {})


def rule(random: Random, peers: str, *, ipv6: bool) -> Manifest:
    found: Manifest = {}
    if random.random() < 0.8:
        found[peers] = [peer(random, ipv6=ipv6) for _ in range(random.randint(0, 2))]
    if random.random() < 0.6:
        found["ports"] = [port(random) for _ in range(random.randint(0, 2))]
    return found


def policy(random: Random, number: int, spaces: int, *, ipv6: bool) -> Manifest:
    spec: Manifest = {"podSelector": selector(random) if random.random() < 0.8 else {}}
    types = random.choice((None, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    if types is not None:
        spec["policyTypes"] = types
    for key, peers in (("ingress", "from"), ("egress", "to")):
        if random.random() < 0.7:
            spec[key] = [rule(random, peers, ipv6=ipv6) for _ in range(random.randint(0, 3))]
    metadata = {"name": f"policy-{number}", "namespace": f"space-{random.randrange(spaces)}"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def pod(random: Random, number: int, spaces: int) -> Manifest:
    def ports() -> list[Manifest]:
        chosen = random.sample(NAMES, random.randint(0, 3))
        return [
            {"name": name, "containerPort": random.choice(PORTS), "protocol": random.choice(PROTOCOLS)}
            for name in chosen
        ]

    metadata = {"name": f"pod-{number}", "namespace": f"space-{random.randrange(spaces)}", "labels": labels(random)}
    spec: Manifest = {"containers": [{"name": "c", "image": "i", "ports": ports()}]}
    status = {"phase": "Running", "podIP": f"10.{random.randrange(3)}.{random.randrange(4)}.{number + 1}"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def state(seed: int, *, pods: int = 8, policies: int = 6, spaces: int = 3, ipv6: bool = False) -> State:
    random = Random(seed)
    namespaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"space-{at}", "labels": labels(random)}}
        for at in range(spaces)
    ]
    return {
        "namespaces": namespaces,
        "pods": [pod(random, at, spaces) for at in range(pods)],
        "policies": [policy(random, at, spaces, ipv6=ipv6) for at in range(random.randint(0, policies))],
    }


def cluster(found: State, **options: Any) -> Cluster:
    objects = {kind: [from_manifest(item)[1] for item in items] for kind, items in found.items()}
    return Cluster.of(objects["pods"], objects["namespaces"], objects["policies"], **options)


def ends(found: State, frozen: Cluster, *, ipv6: bool = False) -> list[tuple[Any, Any]]:
    """(what the naive one takes, what the engine takes) for every pod and a few outside addresses."""
    outside = ADDRESSES + (ADDRESSES_6 if ipv6 else ())
    return [*zip(found["pods"], frozen.pods, strict=True), *((ip, Address(ip)) for ip in outside)]


QUESTIONS = [(number, protocol) for number in (52, 53, 80, 90, 443, 5432, 8080, 65535) for protocol in PROTOCOLS]
