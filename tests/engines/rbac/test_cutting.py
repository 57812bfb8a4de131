"""The fewest bindings that cut every way of escalation, held to brute force over all sets of bindings."""

from itertools import combinations
from random import Random

import pytest

from k8sready.engines.rbac import Escalation, Scene, cut
from k8sready.objects.rbac import RoleBinding

from .making import API, binding, rbac, role, rule
from .test_escalation import ACCOUNTS, ADMIN, DEV, EDIT, EXEC, POWER, graph, pods


def test_no_binding_no_path_and_nothing_to_cut() -> None:
    found = graph()
    answer = cut(found, DEV)
    assert found.path(DEV) is None
    assert answer is not None
    assert (answer.bindings, answer.exact) == (frozenset(), True)


def test_what_may_not_be_removed_cannot_cut() -> None:
    found = graph(binding("own", "cluster-admin", "Group:dev"))
    assert cut(found, DEV, keep={("", "own")}) is None


def test_one_binding_cuts_many_ways() -> None:
    ways = [binding(f"team-{number}", "edit", "Group:dev", namespace="pay") for number in range(12)]
    answer = cut(graph(POWER, *ways), DEV)
    assert answer is not None
    assert (answer.bindings, answer.exact) == (frozenset({("", "power")}), True)


TARGETS = (
    *(ADMIN, EDIT, EXEC),
    role("tokens", rule("create", "serviceaccounts/token", names="ci,cni")),
    role("binder", rule("bind", "clusterroles", API)),
    role("joiner", rule("patch,create", "rolebindings,clusterrolebindings", API)),
    role("writer", rule("escalate,update", "clusterroles", API, "writer,exec")),
    role("actor", rule("impersonate", "groups,serviceaccounts,users")),
)


def some_bindings(random: Random, count: int) -> list[RoleBinding]:
    made = []
    for number in range(count):
        subject = random.choice(["Group:dev", *(f"ServiceAccount:{space}/{name}" for space, name in ACCOUNTS)])
        target = random.choice(TARGETS).metadata.name
        everywhere = random.random() < (0.5 if target in ("cluster-admin", "writer", "actor") else 0.15)
        space = "" if everywhere else random.choice(("pay", "shop", "kube-system"))
        made.append(binding(f"b{number}", target, subject, namespace=space))
    return [*made, binding("way", "edit", "Group:dev", namespace="pay")]


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(12, 200))])
def test_paths_and_cuts_are_those_of_brute_force_over_all_subsets(seed: int) -> None:
    """A path with bindings removed is a path of the cluster without them; no smaller set of bindings cuts."""
    made = some_bindings(Random(seed), 6)
    scene = Scene(ACCOUNTS, pods(*ACCOUNTS), privileged=("shop",))
    found = Escalation(rbac(*TARGETS, *made), scene)
    cutting = []
    for size in range(len(made) + 1):
        for gone in map(frozenset, combinations(sorted(found.bindings()), size)):
            left = [item for item in made if (item.metadata.namespace, item.metadata.name) not in gone]
            fresh = Escalation(rbac(*TARGETS, *left), scene).path(DEV)
            path = found.path(DEV, without=gone)
            assert (path is None) == (fresh is None)
            assert path is None or fresh is None or len(path) == len(fresh)
            if path is None:
                cutting.append(gone)
    answer = cut(found, DEV)
    assert answer is not None
    assert answer.exact
    assert answer.bindings in cutting
    assert len(answer.bindings) == min(map(len, cutting))
