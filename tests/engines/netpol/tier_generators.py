"""Seeded clusters with policies of every tier, and with pods of every sort, as manifests."""

from random import Random
from typing import Any

from k8sready.engines.netpol import Address, Cluster
from k8sready.objects.decoding import from_manifest

from . import generators
from .generators import CIDRS, CIDRS_6, NAMES, PORTS, PROTOCOLS, Manifest, State, selector

NODES = ("10.1.0.1", "10.1.0.2", "172.16.0.3")
OUTSIDE = (*NODES[::2], "10.1.2.3", "192.0.2.7", "8.8.8.8", "2001:db8:1::7", "2606:4700::1")
QUESTIONS = [(80, "TCP"), (443, "TCP"), (8080, "UDP"), (53, "UDP"), (90, "SCTP"), (5432, "TCP"), (81, "SCTP")]
_VERSIONS = {"ClusterNetworkPolicy": "v1alpha2", "AdminNetworkPolicy": "v1alpha1"}


def subject(random: Random) -> Manifest:
    if random.random() < 0.5:
        return {"namespaces": selector(random)}
    return {"pods": {"namespaceSelector": selector(random), "podSelector": selector(random)}}


def peer(random: Random, direction: str) -> Manifest:
    """Networks are peers of egress rules only."""
    if direction == "egress" and random.random() < 0.4:
        return {"networks": random.sample(CIDRS + CIDRS_6, random.randint(1, 2))}
    return subject(random)


def protocol(random: Random) -> Manifest:
    """An entry of a ClusterNetworkPolicy's protocols."""
    kind = random.randrange(3)
    if kind == 0:
        return {"destinationNamedPort": random.choice(NAMES)}
    port = {"number": random.choice(PORTS)} if kind == 1 else {"range": _range(random)}
    return {random.choice(PROTOCOLS).lower(): {"destinationPort": port}}


def _range(random: Random) -> Manifest:
    first = random.choice(PORTS[:-1])
    return {"start": first, "end": first + random.randint(1, 400)}


def older_port(random: Random) -> Manifest:
    """An entry of an AdminNetworkPolicy's ports."""
    kind = random.randrange(3)
    said = {"protocol": random.choice(PROTOCOLS)} if random.random() < 0.7 else {}
    if kind == 0:
        return {"namedPort": random.choice(NAMES)}
    return {"portNumber": {**said, "port": random.choice(PORTS)}} if kind == 1 else {"portRange": said | _range(random)}


def rule(random: Random, kind: str, direction: str) -> Manifest:
    actions = {"ClusterNetworkPolicy": ("Accept", "Deny", "Pass"), "AdminNetworkPolicy": ("Allow", "Deny", "Pass")}
    key = "from" if direction == "ingress" else "to"
    found: Manifest = {"action": random.choice(actions.get(kind, ("Allow", "Deny")))}
    found[key] = [peer(random, direction) for _ in range(random.randint(1, 2))]
    if random.random() < 0.5:
        newer = kind == "ClusterNetworkPolicy"
        ports = [(protocol if newer else older_port)(random) for _ in range(random.randint(1, 2))]
        if any("networks" in one for one in found[key]):  # the API takes no names beside networks
            ports = [one for one in ports if not {"destinationNamedPort", "namedPort"} & one.keys()]
        found |= {"protocols" if newer else "ports": ports} if ports else {}
    return found


def policy(random: Random, number: int) -> Manifest:
    kind = random.choice(("ClusterNetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy"))
    spec: Manifest = {"subject": subject(random), "priority": random.randrange(3)}
    if kind == "ClusterNetworkPolicy":
        spec["tier"] = random.choice(("Admin", "Baseline"))
    return _policy(random, kind, f"wide-{number}", spec)


def _policy(random: Random, kind: str, name: str, spec: Manifest) -> Manifest:
    for direction in ("ingress", "egress"):
        spec[direction] = [rule(random, kind, direction) for _ in range(random.randint(0, 3))]
    version = f"policy.networking.k8s.io/{_VERSIONS.get(kind, 'v1alpha1')}"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}


def varied(random: Random, pod: Manifest, number: int) -> Manifest:
    """A pod of any sort: of the host's network, completed, with a native sidecar, of IPv6, of both families."""
    node = random.randrange(len(NODES))
    spec, status = {**pod["spec"], "nodeName": f"node-{node}"}, {**pod["status"], "hostIP": NODES[node]}
    six = f"2001:db8:{random.randrange(3)}::{number + 1}"
    chance = random.random()
    if chance < 0.2:
        spec["hostNetwork"], status["podIP"] = True, NODES[node]
    elif chance < 0.3:
        status["phase"] = random.choice(("Succeeded", "Failed"))
    elif chance < 0.45:
        status["podIP"] = six
    elif chance < 0.65:
        status["podIPs"] = [{"ip": status["podIP"]}, {"ip": six}]
    if random.random() < 0.4:
        ports = [{"name": random.choice(NAMES), "containerPort": random.choice(PORTS)}]
        stays = {"restartPolicy": "Always"} if random.random() < 0.7 else {}
        spec["initContainers"] = [{"name": "side", "image": "i", "ports": ports, **stays}]
    return {**pod, "spec": spec, "status": status}


def state(seed: int, *, pods: int = 7, policies: int = 4, cluster_policies: int = 4) -> State:
    random, found = Random(seed), generators.state(seed, pods=pods, policies=policies, ipv6=True)
    wide = [policy(random, at) for at in range(random.randint(1, cluster_policies))]
    if random.random() < 0.5:
        spec: Manifest = {"subject": subject(random)}
        wide.append(_policy(random, "BaselineAdminNetworkPolicy", "default", spec))
    varying = [varied(random, pod, at) for at, pod in enumerate(found["pods"])]
    return {**found, "pods": varying, "cluster_policies": wide}


def cluster(found: State, **options: Any) -> Cluster:
    made: dict[str, list[Any]] = {"": []}
    for item in [one for items in found.values() for one in items]:
        made.setdefault(item["kind"], []).append(from_manifest(item)[1])
    return Cluster.of(
        made.get("Pod", ()),
        made.get("Namespace", ()),
        made.get("NetworkPolicy", ()),
        cluster_policies=made.get("ClusterNetworkPolicy", ()),
        admin_policies=made.get("AdminNetworkPolicy", ()),
        baseline_policies=made.get("BaselineAdminNetworkPolicy", ()),
        **options,
    )


def ends(found: State, frozen: Cluster) -> list[tuple[Any, Any]]:
    """(what the naive one takes, what the engine takes) for every pod and a few outside addresses."""
    return [*zip(found["pods"], frozen.pods, strict=True), *((ip, Address(ip)) for ip in OUTSIDE)]
