"""Dangerous permissions are found through any path of rules, in the right scope, and no wider than they are."""

import pytest

from k8sready.engines.rbac import Severity, User, additions, defaults, held
from k8sready.engines.rbac.dangers import table

from .making import binding, rbac, role, rule

ANN = User("ann")


def found(*rules: dict[str, object], namespace: str = "", minor: int = 37) -> dict[str, tuple[str, str, bool]]:
    who = rbac(role("r", *rules), binding("b", "r", "User:ann", namespace=namespace))
    return {h.danger.name: (h.scope, h.severity.value, h.limited) for h in held(who.grants_of(ANN), minor)}


def test_the_table_is_whole() -> None:
    assert [danger.id for danger in table()] == [f"R{number:02}" for number in range(1, 25)]


@pytest.mark.parametrize(
    ("rules", "namespace", "expected"),
    [
        ([rule("get", "secrets")], "", {"read_secrets": ("", "critical", False)}),
        ([rule("watch", "secrets")], "kube-system", {"read_secrets": ("kube-system", "critical", False)}),
        ([rule("list", "secrets")], "shop", {"read_secrets": ("shop", "medium", False)}),
        ([rule("get", "secrets", names="a")], "shop", {"read_secrets": ("shop", "medium", True)}),
        ([rule("get", "secrets", groups="apps")], "", {}),
        ([rule("get", "nodes/proxy")], "", {"proxy_to_nodes": ("", "critical", False)}),
        ([rule("get", "nodes/proxy")], "shop", {}),
        ([rule("create", "pods", names="a")], "shop", {}),
        ([rule("create", "*/token")], "shop", {"issue_tokens": ("shop", "high", False)}),
        ([rule("create", "serviceaccounts/token", names="x")], "", {"issue_tokens": ("", "medium", True)}),
        ([rule("impersonate", "users")], "shop", {}),
        ([rule("impersonate", "groups", names="dev")], "", {"impersonate": ("", "medium", True)}),
        ([rule("patch", "configmaps")], "shop", {}),
        ([rule("patch", "configmaps")], "kube-system", {"write_system_config": ("kube-system", "high", False)}),
        ([rule("get", "pods", ""), rule("get,list", "configmaps")], "", {}),
        ([rule("get", urls="*")], "", {"read_server_internals": ("", "medium", False)}),
    ],
)
def test_a_permission_is_as_dangerous_as_its_scope(rules: list, namespace: str, expected: dict) -> None:
    assert found(*rules, namespace=namespace) == expected


def test_all_verbs_on_all_resources_hold_every_danger_of_objects() -> None:
    names = set(found(rule("*", "*", "*"), rule("*", urls="*")))
    assert names == {danger.name for danger in table()}


def test_certificates_need_all_three_permissions() -> None:
    csr, group = "certificatesigningrequests", "certificates.k8s.io"
    parts = [
        *(rule("create", csr, group), rule("update", f"{csr}/approval", group)),
        rule("approve", "signers", group, names="kubernetes.io/kube-apiserver-client"),
    ]
    assert found(*parts)["issue_certificates"] == ("", "critical", False)
    assert all("issue_certificates" not in found(*parts[:at], *parts[at + 1 :]) for at in range(3))


def test_get_of_exec_enters_pods_only_before_the_gate() -> None:
    rules = rule("get", "pods/exec")
    assert "enter_pods" in found(rules, minor=34)
    assert "enter_pods" not in found(rules, minor=35)


def test_a_wide_grant_is_not_repeated_in_each_namespace() -> None:
    objects = [
        role("r", rule("get", "secrets")),
        binding("a", "r", "User:ann"),
        binding("b", "r", "User:ann", namespace="x"),
    ]
    who = rbac(*objects)
    assert [item.scope for item in held(who.grants_of(ANN)) if item.severity is Severity.CRITICAL] == [""]


def test_a_fresh_server_has_no_additions_and_is_known_by_its_minor() -> None:
    base = defaults(37)
    assert base.exact
    assert additions(base.roles.values(), base.bindings.values()) == ()
    assert not defaults(31).exact


def test_what_was_added_to_defaults_is_found_and_a_forged_label_hides_nothing() -> None:
    base = defaults(37)
    view = base.roles["", "view"]
    extra = role("view", rule("get", "secrets"), labels={"kubernetes.io/bootstrapping": "rbac-defaults"})
    changed = role("view", labels=dict(view.metadata.labels))
    subject = binding("cluster-admin", "cluster-admin", "Group:system:masters", "User:eve")
    got = additions([extra, changed], [subject])
    assert [(item.name, item.rule and item.rule.resources, item.subject and item.subject.name) for item in got] == [
        ("view", ("secrets",), None),
        ("cluster-admin", None, "eve"),
    ]
