"""Each line of the table of dangerous permissions, in its severities by scope, with what is near it and is not it."""

import pytest

from .making import API, rule
from .test_dangers import found

ADMISSION = "admissionregistration.k8s.io"
CERTIFICATES = "certificates.k8s.io"
CSR = "certificatesigningrequests"
IDENTITY = "authentication.k8s.io"
DISCOVERY, REGISTRATION = "discovery.k8s.io", "apiregistration.k8s.io"
CREATE_CSR, APPROVAL = rule("create", CSR, CERTIFICATES), rule("patch", f"{CSR}/approval", CERTIFICATES)
SIGNER = "kubernetes.io/kube-apiserver-client"

# name; severity cluster-wide, in kube-system, in another namespace ("": not held there); the rules
LINES = [
    ("everything", "critical critical high", [rule("*", "*", "*")]),
    *(("escalate_roles", "critical critical high", [rule("escalate", "roles", API)]),),
    *(("escalate_roles", "critical - -", [rule("escalate", "clusterroles", API)]),),
    *(("bind_roles", "critical critical high", [rule("bind", kind, API)]) for kind in ("roles", "clusterroles")),
    *(("impersonate", "critical - -", [rule("impersonate", kind)]) for kind in ("users", "groups")),
    ("impersonate", "critical critical high", [rule("impersonate", "serviceaccounts")]),
    *(("impersonate", "critical - -", [rule("impersonate", kind, IDENTITY)]) for kind in ("uids", "userextras")),
    *(("read_secrets", "critical critical medium", [rule(verb, "secrets")]) for verb in ("get", "list", "watch")),
    *(
        ("run_workloads", "high critical medium", [rule(verb, plural, group)])
        for verb in ("create", "update", "patch", "delete", "deletecollection")
        for plural, group in (
            *(("pods", ""), ("replicationcontrollers", ""), ("deployments", "apps"), ("daemonsets", "apps")),
            *(("statefulsets", "apps"), ("replicasets", "apps"), ("jobs", "batch"), ("cronjobs", "batch")),
        )
    ),
    *(
        ("enter_pods", "high critical medium", [rule("create", f"pods/{name}")])
        for name in ("exec", "attach", "portforward")
    ),
    *(("enter_pods", "high critical medium", [rule(verb, "pods/ephemeralcontainers")]) for verb in ("update", "patch")),
    ("issue_tokens", "critical critical high", [rule("create", "serviceaccounts/token")]),
    *(("write_secrets", "high critical medium", [rule(verb, "secrets")]) for verb in ("create", "update", "patch")),
    *(("proxy_to_nodes", "critical - -", [rule(verb, "nodes/proxy")]) for verb in ("get", "create", "delete")),
    ("issue_certificates", "critical - -", [CREATE_CSR, APPROVAL, rule("approve", "signers", CERTIFICATES)]),
    ("issue_certificates", "critical - -", [CREATE_CSR, APPROVAL, rule("approve", "signers", CERTIFICATES, SIGNER)]),
    (
        *("issue_certificates", "critical - -"),
        [CREATE_CSR, APPROVAL, rule("approve", "signers", CERTIFICATES, "kubernetes.io/*")],
    ),
    (
        *("issue_certificates", "critical - -"),
        [CREATE_CSR, rule("update", f"{CSR}/status", CERTIFICATES), rule("sign", "signers", CERTIFICATES)],
    ),
    *(
        ("control_admission", "high - -", [rule(verb, plural, ADMISSION)])
        for verb in ("create", "update", "patch", "delete", "deletecollection")
        for plural in (
            *("validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies"),
            *("validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings"),
        )
    ),
    *(("relabel_namespaces", "high high high", [rule(verb, "namespaces")]) for verb in ("update", "patch")),
    ("create_volumes", "high - -", [rule("create", "persistentvolumes")]),
    *(("steal_pods", "high - -", [rule(verb, "nodes")]) for verb in ("update", "patch", "delete")),
    ("steal_pods", "high - -", [rule("patch", "nodes/status")]),
    *(("steal_pods", "high medium medium", [rule("create", kind)]) for kind in ("pods/eviction", "pods/binding")),
    *(("write_system_config", "high high -", [rule(verb, "configmaps")]) for verb in ("update", "patch")),
    *(
        ("extend_the_api", "high - -", [rule(verb, "apiservices", "apiregistration.k8s.io")])
        for verb in ("create", "update")
    ),
    ("extend_the_api", "high - -", [rule("update", "customresourcedefinitions", "apiextensions.k8s.io")]),
    *(("redirect_traffic", "medium medium medium", [rule("patch", kind)]) for kind in ("services/status", "endpoints")),
    ("redirect_traffic", "medium medium medium", [rule("create", "services")]),
    ("redirect_traffic", "medium medium medium", [rule("update", "endpointslices", DISCOVERY)]),
    *(("write_rbac", "medium medium medium", [rule("create", kind, API)]) for kind in ("roles", "rolebindings")),
    *(("write_rbac", "medium - -", [rule("patch", kind, API)]) for kind in ("clusterroles", "clusterrolebindings")),
    ("command_deployers", "high high high", [rule("create", "applications", "argoproj.io")]),
    ("command_deployers", "high high high", [rule("patch", "helmreleases", "helm.toolkit.fluxcd.io")]),
    ("command_deployers", "high high high", [rule("update", "kustomizations", "kustomize.toolkit.fluxcd.io")]),
    ("command_deployers", "high - -", [rule("create", "clusterpolicies", "kyverno.io")]),
    ("lower_network_guards", "medium medium medium", [rule("delete", "networkpolicies", "networking.k8s.io")]),
    ("lower_network_guards", "medium - -", [rule("update", "clusternetworkpolicies", "policy.networking.k8s.io")]),
    ("lower_network_guards", "medium medium medium", [rule("update", "peerauthentications", "security.istio.io")]),
    *(
        ("read_server_internals", "medium - -", [rule("get", urls=url)])
        for url in ("*", "/metrics", "/logs", "/logs/*", "/debug/*", "/debug/pprof/*")
    ),
    *(("administer_devices", "info - -", [rule("get", f"nodes/{kind}")]) for kind in ("pods", "configz", "log")),
    ("delete_collections", "low low low", [rule("deletecollection", "configmaps")]),
    ("delete_collections", "low low low", [rule("deletecollection", "widgets", "example.com")]),
    ("delete_collections", "low low low", [rule("create", "events")]),
]


@pytest.mark.parametrize(("name", "severities", "rules"), LINES)
def test_a_line_has_the_severity_of_its_scope(name: str, severities: str, rules: list) -> None:
    for namespace, severity in zip(("", "kube-system", "shop"), severities.split(), strict=True):
        expected = None if severity == "-" else (namespace, severity, False)
        assert found(*rules, namespace=namespace).get(name) == expected


@pytest.mark.parametrize(("name", "severities", "rules"), LINES)
def test_wildcards_hold_what_their_parts_hold(name: str, severities: str, rules: list) -> None:
    for field in ("verbs", "apiGroups", "resources", "nonResourceURLs"):
        wider = [item if field not in item else {**item, field: ["*"]} for item in rules]
        assert name in found(*wider)


@pytest.mark.parametrize(("name", "severities", "rules"), LINES)
def test_another_group_another_case_or_a_literal_star_holds_nothing(name: str, severities: str, rules: list) -> None:
    upper = [{**item, "verbs": [verb.upper() for verb in item["verbs"]]} for item in rules]
    assert name not in found(*upper) or name == "everything"
    resources = [item for item in rules if "resources" in item and item["resources"] != ["*"]]
    if resources and name != "delete_collections":
        assert name not in found(*({**item, "apiGroups": ["x.example"]} for item in resources))
        assert name not in found(*({**item, "resources": [f"{item['resources'][0]}/*"]} for item in resources))


@pytest.mark.parametrize(
    ("rules", "namespace", "name", "expected"),
    [
        ([rule("get,list,watch", "secrets", names="a")], "", "read_secrets", "medium"),
        ([rule("impersonate", "groups", names="dev")], "", "impersonate", "medium"),
        ([rule("delete", "pods", names="a")], "kube-system", "run_workloads", "medium"),
        ([rule("deletecollection", "pods", names="a")], "", "run_workloads", None),
        ([rule("deletecollection", "pods", names="a")], "", "delete_collections", None),
        ([rule("create", "secrets", names="a")], "", "write_secrets", None),
        ([rule("create", "*/exec")], "shop", "enter_pods", "medium"),
        ([rule("get", "*/proxy")], "", "proxy_to_nodes", "critical"),
        ([rule("get", "nodes")], "", "proxy_to_nodes", None),
        ([rule("update", "pods/status")], "", "run_workloads", None),
        (
            [CREATE_CSR, APPROVAL, rule("approve", "signers", CERTIFICATES, "example.com/*")],
            "",
            "issue_certificates",
            None,
        ),
        ([rule("impersonate:user-info", "users", IDENTITY)], "", "impersonate", None),
        ([rule("impersonate-on:user-info:list", "pods")], "", "impersonate", None),
        (
            [rule("impersonate:user-info", "users", IDENTITY), rule("impersonate-on:user-info:list", "pods")],
            *("", "impersonate", "critical"),
        ),
        (
            [rule("impersonate:user-info", "users", IDENTITY), rule("impersonate-on:serviceaccount:list", "pods")],
            *("", "impersonate", None),
        ),
    ],
)
def test_names_subresources_and_pairs(rules: list, namespace: str, name: str, expected: str | None) -> None:
    assert found(*rules, namespace=namespace).get(name, ("", None))[1] == expected


def test_constrained_impersonation_is_none_before_it_came() -> None:
    pair = [rule("impersonate:user-info", "users", IDENTITY), rule("impersonate-on:user-info:list", "pods")]
    assert "impersonate" not in found(*pair, minor=35)


def test_every_line_is_tested() -> None:
    from k8sready.engines.rbac.dangers import table

    assert {name for name, _, _ in LINES} == {danger.name for danger in table()}
