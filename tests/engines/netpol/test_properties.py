"""Laws that hold in every cluster, on generated ones with policies of every tier and pods of every sort."""

import copy
import os
from random import Random
from typing import Any

import pytest

from k8sready.engines.netpol import Address, Change, Cluster, Matrix, Note, diff
from k8sready.objects.pods import Pod

from . import generators
from .generators import State
from .tier_generators import OUTSIDE, QUESTIONS, cluster, peer, policy, state, varied

POLICIES = ("policies", "cluster_policies")
SEEDS = range(int(os.environ.get("K8SREADY_ORACLE_CASES", "6")))
End = Pod | Address


def pairs(frozen: Cluster) -> list[tuple[End, End]]:
    known = [*frozen.pods, *map(Address, OUTSIDE)]
    return [(one, other) for one in known for other in known if one is not other and isinstance(one, Pod | type(other))]


def answers(frozen: Cluster, source: Any, destination: Any) -> list[bool | None]:
    return [frozen.allowed(source, destination, *question).allowed for question in QUESTIONS]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_policies_is_irrelevant(seed: int) -> None:
    found, random = state(seed), Random(seed)
    other = {key: random.sample(items, len(items)) if key in POLICIES else items for key, items in found.items()}
    one, another = cluster(found), cluster(other)
    matrix, mixed = Matrix(one), Matrix(another)
    for source, destination in pairs(one):
        assert matrix.between(source, destination) == mixed.between(source, destination)
        for port, protocol in QUESTIONS[::2]:
            verdict = one.allowed(source, destination, port, protocol)
            assert verdict == another.allowed(source, destination, port, protocol)


@pytest.mark.parametrize("key", POLICIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_adding_an_allow_rule_never_closes_a_flow(seed: int, key: str) -> None:
    found, random = state(seed), Random(seed)
    before, wider = cluster(found), copy.deepcopy(found)
    for item in wider[key]:
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            if rules := item["spec"].get(direction):
                rules.insert(random.randint(0, len(rules)), _allow(random, item["kind"], direction, peers))
    after = cluster(wider)
    for source, destination in pairs(before):
        for port, protocol in QUESTIONS:
            if before.allowed(source, destination, port, protocol).allowed:
                assert after.allowed(source, destination, port, protocol).allowed, (source, destination, port)


def _allow(random: Random, kind: str, direction: str, peers: str) -> dict[str, Any]:
    if kind == "NetworkPolicy":
        return {**generators.rule(random, peers, ipv6=True), peers: [generators.peer(random, ipv6=True)]}
    action = "Accept" if kind == "ClusterNetworkPolicy" else "Allow"
    return {"action": action, peers: [peer(random, direction)]}


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_pods_answer_equally_and_are_one_class(seed: int) -> None:
    found = state(seed)
    twins = [copy.deepcopy(pod) for pod in found["pods"]]
    for twin in twins:
        twin["metadata"]["name"] += "-twin"
    frozen = cluster({**found, "pods": found["pods"] + twins})
    classes, count = Matrix(frozen).classes, len(twins)
    for pod, twin in zip(frozen.pods[:count], frozen.pods[count:], strict=True):
        assert classes.number(pod) == classes.number(twin)
        for other in (*frozen.pods, *map(Address, OUTSIDE)):
            if other not in (pod, twin):
                assert answers(frozen, pod, other) == answers(frozen, twin, other)
                assert answers(frozen, other, pod) == answers(frozen, other, twin)


@pytest.mark.parametrize("seed", SEEDS)
def test_pods_of_one_class_answer_equally_except_to_their_own_node(seed: int) -> None:
    frozen = cluster(state(seed, pods=24, policies=3, cluster_policies=2))
    classes = Matrix(frozen).classes
    shared = [[frozen.pods[at] for at in members] for members in classes.members if len(members) > 1]
    for first, *others in shared:
        for another in others:
            for end in (*frozen.pods[:8], *map(Address, OUTSIDE)):
                if end in (first, another) or _is_local(frozen, end, first) or _is_local(frozen, end, another):
                    continue
                assert answers(frozen, first, end) == answers(frozen, another, end)
                assert answers(frozen, end, first) == answers(frozen, end, another)


def _is_local(frozen: Cluster, one: Any, other: Any) -> bool:
    both = (frozen.allowed(one, other, 80), frozen.allowed(other, one, 80))
    return any(Note.NODE_LOCAL in verdict.notes for verdict in both)


@pytest.mark.parametrize("seed", SEEDS)
def test_connections_are_the_pairs_of_the_matrix_with_an_open_port(seed: int) -> None:
    matrix = Matrix(cluster(state(seed), unknown={"space-0"} if seed % 3 == 0 else ()), map(Address, OUTSIDE))
    listed: dict[tuple[int, int], Any] = {}
    for item in matrix.connections():
        listed |= {(item.source, int(at)): item.ports for at in item.destinations}
    size, inside = len(matrix.classes.ends), matrix.classes.pods
    every = [(one, other) for one in range(size) for other in range(size) if one < inside or other < inside]
    assert listed == {pair: ports for pair in every if (ports := matrix.ports(*pair)).possible}


# -- two states --------------------------------------------------------------------------------------------------------


def changed(found: State, seed: int) -> State:
    """Other policies, some pods gone, some new, some with other labels."""
    random, after = Random(seed), copy.deepcopy(found)
    for key in POLICIES:
        after[key] = [item for item in after[key] if random.random() < 0.7]
    after["policies"].append(generators.policy(random, 90, 3, ipv6=True))
    after["cluster_policies"].append(policy(random, 90))
    after["pods"] = [pod for pod in after["pods"] if random.random() < 0.8]
    for pod in after["pods"]:
        if random.random() < 0.2:
            pod["metadata"]["labels"] = generators.labels(random)
    after["pods"] += [varied(random, generators.pod(random, at, 3), at) for at in (90, 91)]
    return after


@pytest.mark.parametrize("seed", SEEDS)
def test_a_state_differs_from_itself_in_nothing(seed: int) -> None:
    found = state(seed)
    assert list(diff(cluster(found), cluster(copy.deepcopy(found)), [*map(Address, OUTSIDE)])) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_diff_agrees_with_questions_in_both_states_for_every_pair(seed: int) -> None:
    found = state(seed)
    after_found = changed(found, seed)
    before, after, addresses = cluster(found), cluster(after_found), [*map(Address, OUTSIDE)]
    changes = {(one.source, one.destination): one for one in diff(before, after, addresses)}
    old, new = (_by_name(frozen) for frozen in (before, after))
    stands = _stand_ins(before, after, {**old, **new}.keys() | {*OUTSIDE})
    for one in stands:
        for other in stands:
            if one == other or (one in OUTSIDE and other in OUTSIDE):
                continue
            change = changes.get((stands[one][0], stands[other][stands[one] == stands[other]]))
            for question in QUESTIONS:
                was = _answer(before, old, one, other, question)
                now = _answer(after, new, one, other, question)
                if "local" not in (was, now):
                    assert _said(change, question) == _wanted(was, now, change), (one, other, question, was, now)


def _by_name(frozen: Cluster) -> dict[str, Pod]:
    return {f"{pod.metadata.namespace}/{pod.metadata.name}": pod for pod in frozen.pods}


def _stand_ins(before: Cluster, after: Cluster, names: set[str]) -> dict[str, list[str]]:
    """Name → the first two that are alike in both states (itself twice, if it is alone; addresses for themselves)."""
    old, new = ((Matrix(frozen, map(Address, OUTSIDE)).classes.number, _by_name(frozen)) for frozen in (before, after))
    groups: dict[object, list[str]] = {}
    for name in sorted(names):
        key = tuple(number(pods[name]) if name in pods else None for number, pods in (old, new))
        groups.setdefault(name if name in OUTSIDE else key, []).append(name)
    return {name: [*group, group[0]][:2] for group in groups.values() for name in group}


def _answer(frozen: Cluster, pods: dict[str, Pod], one: str, other: str, question: tuple[int, str]) -> Any:
    given: list[Any] = [Address(name) if name in OUTSIDE else pods.get(name) for name in (one, other)]
    if None in given:
        return False
    verdict = frozen.allowed(given[0], given[1], *question)
    return "local" if Note.NODE_LOCAL in verdict.notes else verdict.allowed


def _said(change: Change | None, question: tuple[int, str]) -> list[str]:
    return (
        []
        if change is None
        else [name for name in ("opened", "closed", "doubtful") if getattr(change, name).has(*question)]
    )


def _wanted(was: bool | None, now: bool | None, change: Change | None) -> list[str]:
    """What may or may not have changed is said where anything of the pair is."""
    if None in (was, now):
        return ["doubtful"] if change or was is not now else []
    return [] if was is now else ["opened" if now else "closed"]


def test_an_address_that_is_asked_for_is_named_in_the_diff() -> None:
    found = state(3)
    spec = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    fences = [{**generators.policy(Random(0), 0, 1, ipv6=False), "spec": spec}]
    bare = {**found, "policies": [], "cluster_policies": []}
    changes = list(diff(cluster(bare), cluster({**bare, "policies": fences}), [Address("8.8.8.8"), Address("9.9.9.9")]))
    assert {"8.8.8.8", "9.9.9.9"} <= {change.source for change in changes}
