"""Hard questions to the authorizer: not only the verdict, also the binding and the rule."""

import pytest

from k8sready.engines.rbac import Rbac, Request, User, service_account
from k8sready.objects.rbac import Role, RoleBinding

from .making import binding, rbac, role, rule

ANN = User("ann", ("dev",))
CI = service_account("shop", "ci")
BOUND = binding("b", "r", "User:ann")


def cluster(*rules: dict[str, object]) -> Rbac:
    return rbac(role("r", *rules), BOUND)


QUESTIONS: list[tuple[str, Rbac, User, Request, tuple[str, int] | None]] = [
    ("pods do not cover pods/log", cluster(rule("get", "pods")), ANN, Request("get", "", "pods", "log"), None),
    (
        "pods/* is no wildcard for a subresource",
        cluster(rule("get", "pods/*"), rule("get", "*/log")),
        ANN,
        Request("get", "", "pods", "log"),
        ("b", 1),
    ),
    ("* covers subresources", cluster(rule("*", "*", "*")), ANN, Request("get", "x.y", "z", "w"), ("b", 0)),
    ("verbs have a case", cluster(rule("GET", "pods")), ANN, Request("get", "", "pods"), None),
    (
        "names never allow list without a name",
        cluster(rule("list", "secrets", names="a")),
        ANN,
        Request("list", "", "secrets", namespace="shop"),
        None,
    ),
    (
        "names allow the named",
        cluster(rule("get", "pods"), rule("get", "secrets", names="a,b")),
        ANN,
        Request("get", "", "secrets", namespace="shop", name="b"),
        ("b", 1),
    ),
    ("/apis/* is not /apis", cluster(rule("get", urls="/apis/*")), ANN, Request("get", path="/apis"), None),
    ("/apis* is /apis/apps", cluster(rule("get", urls="/apis*")), ANN, Request("get", path="/apis/apps"), ("b", 0)),
    (
        "a RoleBinding makes no path reachable",
        rbac(role("r", rule("*", urls="*")), binding("b", "r", "User:ann", namespace="shop")),
        ANN,
        Request("get", path="/metrics"),
        None,
    ),
    (
        "a RoleBinding gives a ClusterRole in its namespace only",
        rbac(role("r", rule("*", "*", "*")), binding("b", "r", "Group:dev", namespace="shop")),
        ANN,
        Request("get", "", "pods", namespace="other"),
        None,
    ),
    (
        "a ServiceAccount subject without namespace is of the binding's",
        rbac(role("r", rule("get", "pods")), binding("b", "r", "ServiceAccount:ci", namespace="shop")),
        CI,
        Request("get", "", "pods", namespace="shop"),
        ("b", 0),
    ),
    (
        "a ServiceAccount subject of a ClusterRoleBinding without namespace is nobody",
        rbac(role("r", rule("get", "pods")), binding("b", "r", "ServiceAccount:ci")),
        CI,
        Request("get", "", "pods", namespace="shop"),
        None,
    ),
    (
        "a User subject may spell a ServiceAccount out",
        rbac(role("r", rule("get", "pods")), binding("b", "r", "User:system:serviceaccount:shop:ci")),
        CI,
        Request("get", "", "pods", namespace="shop"),
        ("b", 0),
    ),
    (
        "every account is in the group of its namespace",
        rbac(role("r", rule("get", "pods")), binding("b", "r", "Group:system:serviceaccounts:shop")),
        CI,
        Request("get", "", "pods"),
        ("b", 0),
    ),
    (
        "a Role of another namespace is not found",
        rbac(
            role("r", rule("*", "*", "*"), namespace="other"),
            binding("b", "r", "User:ann", namespace="shop", kind="Role"),
        ),
        ANN,
        Request("get", "", "pods", namespace="shop"),
        None,
    ),
]


@pytest.mark.parametrize(("name", "who", "user", "request_", "reason"), QUESTIONS, ids=[item[0] for item in QUESTIONS])
def test_hard_questions_have_the_servers_answer_and_its_reason(
    name: str, who: Rbac, user: User, request_: Request, reason: tuple[str, int] | None
) -> None:
    decision = who.authorize(user, request_)
    assert [(grant.binding, grant.rule_index) for grant in decision.grants] == ([reason] if reason else [])
    assert decision.allowed == bool(reason)


def test_masters_may_everything_without_a_binding() -> None:
    decision = rbac().authorize(User("x", ("system:masters",)), Request("delete", "", "nodes"))
    assert (decision.allowed, decision.superuser, decision.grants) == (True, True, ())


def test_a_binding_to_a_missing_role_grants_nothing_and_is_shown() -> None:
    who = rbac(binding("b", "gone", "User:ann", namespace="shop", kind="Role"))
    assert not who.authorize(ANN, Request("get", "", "pods", namespace="shop")).allowed
    assert [(item.binding, item.namespace, item.role) for item in who.dangling()] == [("b", "shop", "gone")]


def test_who_can_names_every_subject_with_its_binding() -> None:
    objects: list[Role | RoleBinding] = [
        role("reader", rule("get,list", "secrets")),
        binding("one", "reader", "User:ann", "ServiceAccount:shop/ci", namespace="shop"),
        binding("two", "reader", "Group:dev"),
        binding("elsewhere", "reader", "User:bob", namespace="other"),
    ]
    grants = rbac(*objects).who_can(Request("list", "", "secrets", namespace="shop"))
    assert {(item.binding, item.subject.name) for item in grants} == {("one", "ann"), ("one", "ci"), ("two", "dev")}


def test_what_is_written_into_aggregates_does_not_count_not_even_in_a_circle() -> None:
    def summing(name: str, wanted: str, written: str, label: str) -> Role:
        selector = {"clusterRoleSelectors": [{"matchLabels": {"is": wanted}}, {"matchLabels": {"is": "base"}}]}
        return role(name, rule("get", written), aggregationRule=selector, labels={"is": label})

    base = role("base", rule("get", "pods"), labels={"is": "base"})
    circle = (summing("a", "b", "secrets", "a"), summing("b", "a", "nodes", "b"))
    who = rbac(base, *circle, binding("one", "a", "User:ann"), binding("two", "b", "User:ann"), aggregate=True)
    asked = [Request("get", "", resource) for resource in ("pods", "secrets", "nodes")]
    assert [who.authorize(ANN, request).allowed for request in asked] == [True, False, False]


def test_aggregates_of_aggregates_are_filled_for_manifests_and_left_alone_for_live_clusters() -> None:
    def summing(name: str, wanted: str, **labels: str) -> Role:
        selector = {"clusterRoleSelectors": [{"matchLabels": {wanted: "true"}}]}
        return role(name, aggregationRule=selector, labels=labels)

    objects = [
        role("base", rule("get", "pods"), labels={"to-view": "true"}),
        summing("view", "to-view", **{"to-edit": "true"}),
        summing("edit", "to-edit"),
        binding("b", "edit", "User:ann"),
    ]
    question = Request("get", "", "pods", namespace="shop")
    assert rbac(*objects, aggregate=True).authorize(ANN, question).allowed
    assert not rbac(*objects).authorize(ANN, question).allowed
