"""NetworkPolicy straight from the API reference, over manifests: loops, no classes, nothing shared with the engine."""

from ipaddress import ip_address, ip_network
from typing import Any

State = dict[str, list[dict[str, Any]]]


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    for key, value in (selector.get("matchLabels") or {}).items():
        if key not in labels or labels[key] != value:
            return False
    for item in selector.get("matchExpressions") or []:
        key, operator, values = item["key"], item["operator"], item.get("values") or []
        if operator == "In" and (key not in labels or labels[key] not in values):
            return False
        if operator == "NotIn" and key in labels and labels[key] in values:
            return False
        if operator == "Exists" and key not in labels:
            return False
        if operator == "DoesNotExist" and key in labels:
            return False
    return True


def labels_of_namespace(state: State, name: str) -> dict[str, str]:
    for item in state["namespaces"]:
        if item["metadata"]["name"] == name:
            return {**(item["metadata"].get("labels") or {}), "kubernetes.io/metadata.name": name}
    return {"kubernetes.io/metadata.name": name}


def in_block(block: dict[str, Any], ip: str) -> bool:
    address = ip_address(ip)
    if address not in ip_network(block["cidr"], strict=False):
        return False
    return all(address not in ip_network(hole, strict=False) for hole in block.get("except") or [])


def peer_matches(state: State, policy: dict[str, Any], peer: dict[str, Any], other: Any, pods_in_blocks: bool) -> bool:
    if peer.get("ipBlock") is not None:
        if isinstance(other, str):
            return in_block(peer["ipBlock"], other)
        return pods_in_blocks and in_block(peer["ipBlock"], other["status"]["podIP"])
    if isinstance(other, str):
        return False
    namespace = other["metadata"]["namespace"]
    if peer.get("namespaceSelector") is None:
        if namespace != policy["metadata"]["namespace"]:
            return False
    elif not selects(peer["namespaceSelector"], labels_of_namespace(state, namespace)):
        return False
    return peer.get("podSelector") is None or selects(peer["podSelector"], other["metadata"].get("labels") or {})


def port_matches(entry: dict[str, Any], destination: Any, port: int, protocol: str) -> bool:
    if (entry.get("protocol") or "TCP") != protocol:
        return False
    wanted = entry.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return wanted <= port <= (entry.get("endPort") or wanted)
    if isinstance(destination, str):
        return False
    containers = list(destination["spec"]["containers"])
    containers += [
        one for one in destination["spec"].get("initContainers") or [] if one.get("restartPolicy") == "Always"
    ]
    for container in containers:
        for named in container.get("ports") or []:
            same = named.get("name") == wanted and (named.get("protocol") or "TCP") == protocol
            if same and named["containerPort"] == port:
                return True
    return False


def side(state: State, kind: str, subject: Any, other: Any, question: tuple[Any, int, str], in_blocks: bool) -> bool:
    if isinstance(subject, str):
        return True
    destination, port, protocol = question
    isolated = False
    for policy in state["policies"]:
        spec = policy["spec"]
        if policy["metadata"]["namespace"] != subject["metadata"]["namespace"]:
            continue
        if not selects(spec.get("podSelector") or {}, subject["metadata"].get("labels") or {}):
            continue
        types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
        if kind not in types:
            continue
        isolated = True
        for rule in spec.get("ingress" if kind == "Ingress" else "egress") or []:
            peers = rule.get("from" if kind == "Ingress" else "to") or []
            ports = rule.get("ports") or []
            if peers and not any(peer_matches(state, policy, peer, other, in_blocks) for peer in peers):
                continue
            if ports and not any(port_matches(entry, destination, port, protocol) for entry in ports):
                continue
            return True
    return not isolated


def allowed(state: State, source: Any, destination: Any, port: int, protocol: str, pods_in_blocks: bool) -> bool:
    question = (destination, port, protocol)
    out = side(state, "Egress", source, destination, question, pods_in_blocks)
    return out and side(state, "Ingress", destination, source, question, pods_in_blocks)
