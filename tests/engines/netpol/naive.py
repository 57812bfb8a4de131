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


def in_host_network(end: Any) -> bool:
    return not isinstance(end, str) and bool(end["spec"].get("hostNetwork"))


def addresses(end: Any) -> list[str]:
    if isinstance(end, str):
        return [end]
    status = end["status"]
    found = [status.get("podIP"), *(entry["ip"] for entry in status.get("podIPs") or [])]
    return [ip for ip in found if ip]


def peer_matches(state: State, policy: dict[str, Any], peer: dict[str, Any], other: Any, pods_in_blocks: bool) -> bool:
    if peer.get("ipBlock") is not None:
        of_pod = not isinstance(other, str) and not in_host_network(other)
        return (pods_in_blocks or not of_pod) and any(in_block(peer["ipBlock"], ip) for ip in addresses(other))
    if isinstance(other, str) or in_host_network(other):
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
    return any(number == port and own == protocol for number, own in named(destination, wanted))


def named(destination: Any, name: str) -> list[tuple[int, str]]:
    """(number, protocol) of the destination's container ports of a name; init containers only if they stay."""
    if isinstance(destination, str) or in_host_network(destination):
        return []
    spec = destination["spec"]
    staying = [one for one in spec.get("initContainers") or [] if one.get("restartPolicy") == "Always"]
    ports = [one for container in [*spec["containers"], *staying] for one in container.get("ports") or []]
    return [(one["containerPort"], one.get("protocol") or "TCP") for one in ports if one.get("name") == name]


Question = tuple[Any, int, str]  # destination, port, protocol


def side(state: State, kind: str, subject: Any, other: Any, question: Question, in_blocks: bool) -> bool | None:
    """What NetworkPolicies say of one direction; None where none isolates the subject."""
    if isinstance(subject, str) or in_host_network(subject):
        return None
    destination, port, protocol = question
    isolated = False
    for policy in state["policies"]:
        spec = policy["spec"]
        if policy["metadata"]["namespace"] != subject["metadata"]["namespace"]:
            continue
        if not selects(spec.get("podSelector") or {}, subject["metadata"].get("labels") or {}):
            continue
        if kind not in (spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])):
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
    return False if isolated else None


def allowed(state: State, source: Any, destination: Any, port: int, protocol: str, in_blocks: bool) -> bool:
    question = (destination, port, protocol)
    out = side(state, "Egress", source, destination, question, in_blocks)
    return out is not False and side(state, "Ingress", destination, source, question, in_blocks) is not False
