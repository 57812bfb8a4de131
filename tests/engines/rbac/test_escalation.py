"""Escalation over several hops, bounded by namespaces and pod security; and the fewest bindings that cut it."""

from itertools import combinations
from random import Random

import pytest

from k8sready.engines.rbac import CLUSTER, Escalation, Node, account, cut
from k8sready.objects.rbac import Role, RoleBinding

from .making import API, binding, rbac, role, rule

ADMIN = role("cluster-admin", rule("*", "*", "*"))
EDIT = role("edit", rule("create,update", "deployments", "apps"), rule("create", "pods"))
EXEC = role("exec", rule("create", "pods/exec"))
ACCOUNTS = [("pay", "ci"), ("pay", "web"), ("shop", "web"), ("kube-system", "cni")]
DEV = Node("Group", "", "dev")
POWER = binding("power", "cluster-admin", "ServiceAccount:pay/ci")


def graph(*objects: Role | RoleBinding, **more: object) -> Escalation:
    return Escalation(rbac(ADMIN, EDIT, EXEC, *objects), ACCOUNTS, **{"privileged_namespaces": (), **more})  # type: ignore[arg-type]


def moves(found: Escalation, start: Node) -> list[str] | None:
    path = found.path(start)
    return None if path is None else [step.move for step in path]


def test_a_group_that_deploys_becomes_cluster_admin_through_an_account_of_that_namespace() -> None:
    found = graph(POWER, binding("team", "edit", "Group:dev", namespace="pay"))
    path = found.path(DEV)
    assert path is not None
    assert [step.move for step in path] == ["runs pods as any account", "becomes one of", "may do everything"]
    assert path[1].target == account("pay", "ci")
    assert [step.bindings for step in path] == [frozenset({("pay", "team")}), frozenset(), frozenset({("", "power")})]


def test_another_namespace_is_a_wall() -> None:
    assert graph(POWER, binding("team", "edit", "Group:dev", namespace="shop")).path(DEV) is None


def test_entering_pods_reaches_only_accounts_that_run() -> None:
    objects = (POWER, binding("team", "exec", "Group:dev", namespace="pay"))
    assert graph(*objects, running={("pay", "web")}).path(DEV) is None
    assert moves(graph(*objects, running={("pay", "ci")}), DEV) == [
        "enters running pods",
        "becomes one of",
        "may do everything",
    ]


@pytest.mark.parametrize(("privileged", "reached"), [(None, True), (("shop",), True), (("pay",), False), ((), False)])
def test_pod_security_bounds_the_way_over_nodes(privileged: tuple[str, ...] | None, reached: bool) -> None:
    objects = (
        binding("power", "cluster-admin", "ServiceAccount:kube-system/cni"),
        binding("team", "edit", "Group:dev", namespace="shop"),
    )
    found = graph(*objects, running={("kube-system", "cni")}, privileged_namespaces=privileged)
    assert (found.path(DEV) is not None) is reached


@pytest.mark.parametrize(
    "rules",
    [
        [rule("impersonate", "users")],
        [rule("bind", "clusterroles", API), rule("create", "clusterrolebindings", API)],
        [rule("escalate,update", "clusterroles", API)],
        [rule("create", "serviceaccounts/token", names="ci")],
        [rule("impersonate", "serviceaccounts", names="ci")],
        [rule("create", "secrets"), rule("get", "secrets")],
    ],
)
def test_every_move_is_known_and_half_of_it_is_none(rules: list) -> None:  # type: ignore[type-arg]
    held = binding("h", "r", "Group:dev")
    assert graph(POWER, held, role("r", *rules)).path(DEV) is not None
    if len(rules) > 1:
        assert graph(POWER, held, role("r", rules[0])).path(DEV) is None


def test_named_tokens_reach_only_the_named() -> None:
    tokens = role("r", rule("create", "serviceaccounts/token", names="web"))
    assert graph(POWER, tokens, binding("h", "r", "Group:dev", namespace="pay")).path(DEV) is None


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


@pytest.mark.parametrize("seed", range(25))
def test_no_smaller_set_of_bindings_would_do(seed: int) -> None:
    random = Random(seed)
    spaces, objects = ("pay", "shop", ""), []
    for number in range(8):
        subject = random.choice(["Group:dev", *(f"ServiceAccount:{space}/{name}" for space, name in ACCOUNTS)])
        target = random.choice(["edit", "exec", "cluster-admin"])
        space = random.choice(spaces[:2] if target != "cluster-admin" else spaces)
        objects.append(binding(f"b{number}", target, subject, namespace=space))
    objects.append(binding("way", "edit", "Group:dev", namespace="pay"))
    found = graph(*objects, running=set(ACCOUNTS))
    answer = cut(found, DEV)
    assert answer is not None
    assert answer.exact
    assert found.path(DEV, without=answer.bindings) is None
    for smaller in combinations(sorted(found.bindings()), max(len(answer.bindings) - 1, 0)):
        assert not answer.bindings or found.path(DEV, CLUSTER, frozenset(smaller)) is not None
