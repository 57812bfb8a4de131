"""The tiers around NetworkPolicy straight from their API reference: every order of policies of one priority is tried.

Over manifests, in loops, with nothing shared with the engine. Also which ends have no policies, or no address at all.
"""

from itertools import permutations, product
from typing import Any

from .naive import Question, State, addresses, in_block, in_host_network, labels_of_namespace, named, selects, side

Manifest = dict[str, Any]
TIERS = {"AdminNetworkPolicy": "Admin", "BaselineAdminNetworkPolicy": "Baseline"}


def orders(state: State, tier: str) -> list[list[Manifest]]:
    """The orders in which a tier's policies may be asked: by priority, those of one priority in any order."""
    groups: dict[int, list[Manifest]] = {}
    for policy in state["cluster_policies"]:
        if TIERS.get(policy["kind"], policy["spec"].get("tier")) == tier:
            groups.setdefault(policy["spec"].get("priority", 0), []).append(policy)
    choices = [list(permutations(groups[priority])) for priority in sorted(groups)]
    return [[policy for group in chosen for policy in group] for chosen in product(*choices)]


def selected(state: State, chosen: Manifest, end: Any) -> bool:
    """Whether a subject, or a peer that is one, holds a pod; never one in the host's network."""
    if isinstance(end, str) or in_host_network(end):
        return False
    own, space = end["metadata"].get("labels") or {}, labels_of_namespace(state, end["metadata"]["namespace"])
    if chosen.get("namespaces") is not None:
        return selects(chosen["namespaces"], space)
    pods = chosen["pods"]
    return selects(pods.get("namespaceSelector") or {}, space) and selects(pods.get("podSelector") or {}, own)


def is_peer(state: State, peer: Manifest, end: Any) -> bool:
    if peer.get("networks") is not None:
        return any(in_block({"cidr": cidr}, ip) for cidr in peer["networks"] for ip in addresses(end))
    return selected(state, peer, end)


def has_port(rule: Manifest, question: Question) -> bool:
    destination, number, protocol = question
    if rule.get("protocols") is None and rule.get("ports") is None:
        return True
    for entry in rule.get("protocols") or []:
        if "destinationNamedPort" in entry:
            if (number, protocol) in named(destination, entry["destinationNamedPort"]):
                return True
        elif protocol.lower() in entry:
            wanted = entry[protocol.lower()]["destinationPort"]
            if wanted.get("number") == number:
                return True
            if "range" in wanted and wanted["range"]["start"] <= number <= wanted["range"]["end"]:
                return True
    for entry in rule.get("ports") or []:
        if "namedPort" in entry and (number, protocol) in named(destination, entry["namedPort"]):
            return True
        one, many = entry.get("portNumber"), entry.get("portRange")
        if one and (one.get("protocol", "TCP"), one["port"]) == (protocol, number):
            return True
        if many and many.get("protocol", "TCP") == protocol and many["start"] <= number <= many["end"]:
            return True
    return False


def first_action(state: State, order: list[Manifest], kind: str, subject: Any, other: Any, question: Question) -> str:
    """The action of the first rule that matches; "" if none does."""
    for policy in order:
        if not selected(state, policy["spec"]["subject"], subject):
            continue
        for rule in policy["spec"].get(kind.lower()) or []:
            peers = rule["from" if kind == "Ingress" else "to"]
            if any(is_peer(state, peer, other) for peer in peers) and has_port(rule, question):
                return "Accept" if rule["action"] == "Allow" else rule["action"]
    return ""


def answers(state: State, kind: str, subject: Any, other: Any, question: Question, in_blocks: bool) -> set[bool]:
    """What one direction may answer."""
    found: set[bool] = set()
    for admin in orders(state, "Admin"):
        action = first_action(state, admin, kind, subject, other, question)
        own = side(state, kind, subject, other, question, in_blocks)
        if action in ("Accept", "Deny"):
            found.add(action == "Accept")
        elif own is not None:
            found.add(own)
        else:
            for baseline in orders(state, "Baseline"):
                found.add(first_action(state, baseline, kind, subject, other, question) != "Deny")
    return found


def is_node_local(source: Any, destination: Any) -> bool:
    """Whether this is a pod's own node speaking to it: by its address, or by a pod in its network."""
    if isinstance(destination, str) or in_host_network(destination):
        return False
    if isinstance(source, str):
        return bool(source == destination["status"].get("hostIP"))
    return in_host_network(source) and bool(source["spec"]["nodeName"] == destination["spec"]["nodeName"])


def is_completed(end: Any) -> bool:
    return not isinstance(end, str) and end["status"].get("phase") in ("Succeeded", "Failed")


def allowed(
    state: State, source: Any, destination: Any, port: int, protocol: str, in_blocks: bool, node_local: bool = True
) -> bool | None:
    """None where the answer depends on an order that the API leaves open."""
    if is_completed(source) or is_completed(destination):
        return False
    question = (destination, port, protocol)
    out = answers(state, "Egress", source, destination, question, in_blocks)
    into = answers(state, "Ingress", destination, source, question, in_blocks)
    if node_local and is_node_local(source, destination):
        into = {True}
    both = {one and other for one in out for other in into}
    return both.pop() if len(both) == 1 else None
