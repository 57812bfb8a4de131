"""Escalation over several hops, bounded by what there is to act on."""

import pytest

from k8sready.engines.rbac import CLUSTER, Escalation, Node, RunningPod, Scene, TokenSecret, Workload, account
from k8sready.objects.rbac import Role, RoleBinding

from .making import API, binding, rbac, role, rule

ADMIN = role("cluster-admin", rule("*", "*", "*"))
EDIT = role("edit", rule("create", "deployments", "apps"), rule("create", "pods"))
EXEC = role("exec", rule("create", "pods/exec"))
ACCOUNTS = (("pay", "ci"), ("pay", "web"), ("shop", "web"), ("kube-system", "cni"))
DEV = Node("Group", "", "dev")
POWER = binding("power", "cluster-admin", "ServiceAccount:pay/ci")
CSR = "certificatesigningrequests"


def graph(*objects: Role | RoleBinding, **more: object) -> Escalation:
    """Four accounts, nothing runs, privileged pods are admitted nowhere; `more` is a Scene's."""
    return Escalation(rbac(ADMIN, EDIT, EXEC, *objects), Scene(ACCOUNTS, **{"privileged": (), **more}))


def pods(*accounts: tuple[str, str], **more: object) -> tuple[RunningPod, ...]:
    return tuple(RunningPod(space, f"{name}-1", name, "node-1", **more) for space, name in accounts)


def moves(found: Escalation, start: Node = DEV) -> list[str] | None:
    path = found.path(start)
    return None if path is None else [step.move for step in path]


def held(*rules: dict[str, object], namespace: str = "", **more: object) -> list[str] | None:
    """The way of somebody who holds these rules, where pay/ci may do everything."""
    return moves(graph(POWER, role("r", *rules), binding("h", "r", "Group:dev", namespace=namespace), **more))


def test_a_group_that_deploys_becomes_cluster_admin_through_an_account_of_that_namespace() -> None:
    path = graph(POWER, binding("team", "edit", "Group:dev", namespace="pay")).path(DEV)
    assert path is not None
    assert [step.move for step in path] == ["runs a pod as another account", "may do everything"]
    assert [step.target for step in path] == [account("pay", "ci"), CLUSTER]
    assert [step.bindings for step in path] == [frozenset({("pay", "team")}), frozenset({("", "power")})]


def test_another_namespace_is_a_wall() -> None:
    assert graph(POWER, binding("team", "edit", "Group:dev", namespace="shop")).path(DEV) is None


RUNS = pods(("pay", "ci"))
IDLE = pods(("pay", "web"))
WEB = (Workload("deployments.apps", "pay", "web"),)
MUTABLE = ("deployments.apps", "daemonsets.apps", "statefulsets.apps", "replicasets.apps", "replicationcontrollers")
TOKEN = (TokenSecret("pay", "ci-token-x", "ci"),)
CERTIFICATE = (rule("create", CSR, "certificates.k8s.io"), rule("update", f"{CSR}/approval", "certificates.k8s.io"))


MASTERS = rule("impersonate", "groups", names="system:masters")
BIND, BINDING = rule("bind", "clusterroles", API), rule("create", "rolebindings", API)


def approve(names: str = "") -> dict[str, object]:
    return rule("approve", "signers", "certificates.k8s.io", names=names)


@pytest.mark.parametrize(
    ("rules", "namespace", "there", "move"),
    [
        ([rule("*", "*", "*")], "", {}, "may do everything"),
        ([rule("*", "*", "*", names="a")], "", {}, None),
        ([rule("*", "*")], "", {}, "impersonates a group"),
        # pods and workloads
        ([rule("create", "pods/exec")], "pay", {"pods": RUNS}, "enters a running pod"),
        ([rule("create", "pods/exec")], "pay", {"pods": IDLE}, None),
        ([rule("create", "pods/exec", names="ci-1")], "pay", {"pods": RUNS}, "enters a running pod"),
        ([rule("create", "pods/exec", names="web-1")], "pay", {"pods": RUNS}, None),
        ([rule("get", "pods/exec")], "pay", {"pods": RUNS}, None),
        ([rule("get", "pods/exec")], "pay", {"pods": RUNS, "minor": 34}, "enters a running pod"),
        ([rule("create", "pods/attach,pods/portforward")], "pay", {"pods": RUNS}, None),
        ([rule("patch", "pods/ephemeralcontainers")], "pay", {"pods": RUNS}, "adds a container to a running pod"),
        ([rule("patch", "pods/ephemeralcontainers")], "pay", {"pods": pods(("pay", "ci"), changeable=False)}, None),
        ([rule("update,patch", "pods")], "pay", {"pods": IDLE}, None),
        ([rule("update", "pods")], "pay", {"pods": RUNS}, "changes the image of a running pod"),
        ([rule("update", "pods")], "pay", {"pods": pods(("pay", "ci"), changeable=False)}, None),
        ([rule("create", "pods")], "pay", {}, "runs a pod as another account"),
        ([rule("create", "pods", names="x")], "pay", {}, None),
        ([rule("create", "pods")], "pay", {"full": frozenset({"pay"})}, None),
        ([rule("create", "pods")], "pay", {"takes_pods": False}, None),
        ([rule("patch", "deployments", "apps")], "pay", {}, None),
        ([rule("patch", "deployments", "apps")], "pay", {"workloads": WEB}, "changes the account of a Deployment"),
        (
            [rule("patch", "deployments", "apps", "web")],
            "pay",
            {"workloads": WEB},
            "changes the account of a Deployment",
        ),
        ([rule("patch", "deployments", "apps", "db")], "pay", {"workloads": WEB}, None),
        ([rule("patch", "deployments/scale", "apps")], "pay", {"workloads": WEB}, None),
        ([rule("patch", "statefulsets", "apps")], "pay", {"workloads": WEB}, None),
        ([rule("update,patch", "jobs", "batch")], "pay", {"workloads": (Workload("jobs.batch", "pay", "j"),)}, None),
        # tokens and Secrets
        ([rule("create", "serviceaccounts/token")], "pay", {}, "asks for a token"),
        ([rule("create", "serviceaccounts/token", names="ci")], "", {}, "asks for a token"),
        ([rule("create", "serviceaccounts/token", names="web")], "pay", {}, None),
        ([rule("create", "secrets")], "pay", {}, None),
        ([rule("create,get", "secrets")], "pay", {}, "makes a token Secret and reads it"),
        ([rule("create,patch", "secrets")], "pay", {}, "makes a token Secret and reads it"),
        ([rule("create,update,delete", "secrets")], "pay", {}, None),
        ([rule("list", "secrets")], "pay", {}, None),
        ([rule("list", "secrets")], "pay", {"token_secrets": TOKEN}, "reads a token Secret"),
        ([rule("get", "secrets", names="ci-token-x")], "pay", {"token_secrets": TOKEN}, "reads a token Secret"),
        ([rule("get", "secrets", names="other")], "pay", {"token_secrets": TOKEN}, None),
        # impersonation
        ([rule("impersonate", "serviceaccounts")], "pay", {}, "impersonates an account"),
        ([rule("impersonate", "serviceaccounts", names="web")], "pay", {}, None),
        ([rule("impersonate", "users")], "", {}, None),
        ([rule("impersonate", "users")], "pay", {}, None),
        ([rule("impersonate", "groups")], "", {}, None),
        ([rule("impersonate", "users,groups")], "", {}, "impersonates a group"),
        ([rule("impersonate", "users", names="x"), MASTERS], "", {}, "impersonates a group"),
        ([rule("impersonate", "users"), rule("impersonate", "groups", names="developers")], "", {}, None),
        # certificates
        ([*CERTIFICATE, approve()], "", {}, "issues itself a client certificate"),
        ([*CERTIFICATE, approve("kubernetes.io/*")], "", {}, "issues itself a client certificate"),
        ([*CERTIFICATE, approve("kubernetes.io/kube-apiserver-client")], "", {}, "issues itself a client certificate"),
        ([*CERTIFICATE, approve("kubernetes.io/kubelet-serving,example.com/*")], "", {}, None),
        ([*CERTIFICATE, approve()], "", {"signs": False}, None),
        (list(CERTIFICATE), "", {}, None),
        ([CERTIFICATE[0], approve()], "", {}, None),
        # nodes
        ([rule("get", "nodes/proxy")], "", {"pods": RUNS}, "reaches a kubelet"),
        ([rule("get", "nodes/proxy", names="node-1")], "", {"pods": RUNS}, "reaches a kubelet"),
        ([rule("get", "nodes/proxy", names="node-2")], "", {"pods": RUNS}, None),
        ([rule("get", "nodes/proxy")], "pay", {"pods": RUNS}, None),
        ([rule("patch", "nodes/status,nodes"), rule("create", "pods/eviction,pods/binding")], "", {"pods": RUNS}, None),
        # roles
        (
            [BIND, rule("create", "clusterrolebindings", API)],
            "",
            {},
            "binds a role to itself",
        ),
        ([BIND, BINDING], "pay", {}, "binds a role to itself"),
        ([BIND, BINDING], "shop", {}, None),
        ([rule("bind", "clusterroles", API, "edit"), BINDING], "pay", {}, "binds a role to itself"),
        ([rule("bind", "clusterroles", API, "nothing"), rule("create", "clusterrolebindings", API)], "", {}, None),
        ([rule("bind", "roles", API), BINDING], "pay", {}, None),
        ([BIND, rule("patch", "clusterrolebindings", API)], "", {}, "joins a binding"),
        ([BIND, rule("patch", "clusterrolebindings", API, "power")], "", {}, "joins a binding"),
        ([BIND, rule("patch", "clusterrolebindings", API, "h")], "", {}, None),
        ([rule("create,update,patch", "clusterrolebindings,rolebindings", API)], "", {}, None),
        ([rule("escalate,update", "clusterroles", API)], "", {}, "writes rules that it does not hold into its role"),
        (
            [rule("escalate,patch", "clusterroles", API, "r")],
            "",
            {},
            "writes rules that it does not hold into its role",
        ),
        ([rule("escalate,patch", "clusterroles", API, "cluster-admin")], "", {}, None),
        ([rule("escalate", "clusterroles", API)], "", {}, None),
        ([rule("escalate,update", "clusterroles", API)], "pay", {}, None),
        ([rule("escalate,update,patch", "roles", API)], "pay", {}, None),
        # admission of others' requests is luck
        ([rule("create,update", "mutatingwebhookconfigurations", "admissionregistration.k8s.io")], "", {}, None),
    ],
)
def test_a_move_is_known_where_it_can_be_made_and_nowhere_else(
    rules: list,
    namespace: str,
    there: dict,
    move: str | None,
) -> None:
    found = held(*rules, namespace=namespace, **there)
    assert (found[0] if found else None) == move


@pytest.mark.parametrize("resource", [*MUTABLE, "cronjobs.batch"])
def test_changing_a_workload_needs_one_of_that_kind(resource: str) -> None:
    plural, _, group = resource.partition(".")
    change = [rule("update", plural, group)]
    assert held(*change, namespace="pay", workloads=(Workload(resource, "pay", "a"),)) is not None
    assert held(*change, namespace="pay", workloads=(Workload(resource, "shop", "a"),)) is None


def test_a_role_that_the_principal_is_bound_to_may_be_written() -> None:
    own = role("own", rule("escalate,update", "roles", API), namespace="pay")
    bound = binding("own", "own", "Group:dev", namespace="pay", kind="Role")
    path = graph(POWER, own, bound).path(DEV)
    assert path is not None
    assert path[0].target == Node("Everything", "pay")
    assert path[-1].target == CLUSTER


def test_a_role_that_is_missing_may_be_made_by_who_is_bound_to_it() -> None:
    maker = role("maker", rule("escalate,create", "roles", API))
    objects = (POWER, maker, binding("m", "maker", "Group:dev", namespace="pay"))
    dangling = binding("d", "gone", "Group:dev", namespace="pay", kind="Role")
    assert graph(*objects).path(DEV) is None
    path = graph(*objects, dangling).path(DEV)
    assert path is not None
    assert path[0].bindings == {("pay", "m"), ("pay", "d")}


def test_a_role_of_the_namespace_is_worth_binding_if_it_leads_on() -> None:
    tokens = role("tokens", rule("create", "serviceaccounts/token"), namespace="pay")
    rules = [rule("bind", "roles", API), BINDING]
    objects = (POWER, tokens, role("r", *rules), binding("h", "r", "Group:dev", namespace="pay"))
    path = graph(*objects).path(DEV)
    assert path is not None
    assert [step.target for step in path] == [Node("Role", "pay", "tokens"), account("pay", "ci"), CLUSTER]


def test_impersonating_users_reaches_users_with_power_and_no_accounts() -> None:
    acting = (role("r", rule("impersonate", "users")), binding("h", "r", "Group:dev"))
    assert graph(*acting, POWER).path(DEV) is None
    assert graph(*acting, binding("p", "cluster-admin", "User:system:serviceaccount:pay:ci")).path(DEV) is None
    path = graph(*acting, binding("p", "cluster-admin", "User:boss")).path(DEV)
    assert path is not None
    assert path[0].target == Node("User", "", "boss")


def test_an_account_that_only_a_binding_knows_can_be_impersonated_and_not_run() -> None:
    ghost = binding("g", "cluster-admin", "ServiceAccount:pay/ghost")
    acting = role("r", rule("impersonate", "serviceaccounts"))
    assert graph(ghost, acting, binding("h", "r", "Group:dev", namespace="pay")).path(DEV) is not None
    assert graph(ghost, binding("team", "edit", "Group:dev", namespace="pay")).path(DEV) is None


def test_a_certificate_makes_nobody_a_master() -> None:
    issuing = (role("r", *CERTIFICATE, approve()), binding("h", "r", "Group:dev"))
    masters = binding("m", "cluster-admin", "Group:system:masters")
    assert graph(*issuing, masters).path(DEV) is None
    assert graph(*issuing, binding("a", "cluster-admin", "Group:kubeadm:cluster-admins")).path(DEV) is not None


@pytest.mark.parametrize(("privileged", "reached"), [(None, True), (("shop",), True), (("pay",), False), ((), False)])
def test_pod_security_bounds_the_way_over_nodes(privileged: tuple[str, ...] | None, reached: bool) -> None:
    found = on_nodes(binding("team", "edit", "Group:dev", namespace="shop"), privileged=privileged)
    assert (found.path(DEV) is not None) is reached


def on_nodes(*objects: Role | RoleBinding, **more: object) -> Escalation:
    power = binding("power", "cluster-admin", "ServiceAccount:kube-system/cni")
    return graph(power, *objects, **{"pods": pods(("kube-system", "cni")), **more})


def test_other_admission_makes_the_way_over_nodes_uncertain() -> None:
    team = binding("team", "edit", "Group:dev", namespace="shop")
    assert on_nodes(team, privileged=None, guarded=True).path(DEV) is None


def test_who_may_relabel_a_namespace_lowers_its_level_first() -> None:
    relabel = role("relabel", rule("patch", "namespaces"))
    team = binding("team", "edit", "Group:dev", namespace="shop")
    assert moves(on_nodes(team, relabel, binding("l", "relabel", "Group:dev", namespace="shop")))
    assert not moves(on_nodes(team, relabel, binding("l", "relabel", "Group:dev", namespace="pay")))
    named = role("relabel", rule("patch", "namespaces", names="shop"))
    assert moves(on_nodes(team, named, binding("l", "relabel", "Group:dev")))
    other = role("relabel", rule("patch", "namespaces", names="pay"))
    assert not moves(on_nodes(team, other, binding("l", "relabel", "Group:dev")))


def test_who_may_make_namespaces_and_pods_everywhere_needs_no_level_lowered() -> None:
    making = role("making", rule("create", "namespaces"))
    everywhere = (making, binding("n", "making", "Group:dev"), binding("p", "edit", "Group:dev"))
    assert moves(on_nodes(*everywhere)) == ["runs a pod as another account", "may do everything"]
    full = frozenset(space for space, _ in ACCOUNTS)
    assert moves(on_nodes(*everywhere, full=full)) == ["takes over a node from a new namespace", "may do everything"]


def test_a_node_of_the_control_plane_holds_the_key_to_everything() -> None:
    server = (RunningPod("kube-system", "kube-apiserver-a", "", "node-1", changeable=False, server=True),)
    team = binding("team", "edit", "Group:dev", namespace="shop")
    path = graph(team, pods=server, privileged=("shop",)).path(DEV)
    assert path is not None
    assert [(step.target, step.via) for step in path] == [(CLUSTER, "Node node-1")]


def test_what_is_possible_counts_only_when_asked_for() -> None:
    writing = role("r", rule("patch", "mutatingadmissionpolicies", "admissionregistration.k8s.io", names="a"))
    objects = (POWER, writing, binding("h", "r", "Group:dev"))
    assert graph(*objects).path(DEV) is None
    assert moves(graph(*objects, possible=True)) == ["writes admission of others' requests"]
    unknown = (TokenSecret("pay", None, "ci"),)
    reading = (POWER, role("r", rule("get", "secrets", names="x")), binding("h", "r", "Group:dev", namespace="pay"))
    assert moves(graph(*reading, token_secrets=unknown, possible=True)) == ["reads a token Secret", "may do everything"]


AS, FOR = "impersonate", "impersonate-on"
CONSTRAINED = [
    ("acts as an account", "pay", [f"{AS}:serviceaccount serviceaccounts", f"{FOR}:serviceaccount:list secrets"]),
    ("acts as a user", "", [f"{AS}:user-info users", f"{FOR}:user-info:create pods"]),
    ("acts as a group", "", [f"{AS}:user-info users,groups", f"{FOR}:user-info:create pods"]),
    ("acts as a node", "", [f"{AS}:arbitrary-node nodes", f"{FOR}:arbitrary-node:get secrets"]),
]


@pytest.mark.parametrize(("move", "namespace", "needs"), CONSTRAINED, ids=[case[0] for case in CONSTRAINED])
def test_acting_as_somebody_for_some_verbs_is_a_possible_way_since_1_36(
    move: str, namespace: str, needs: list[str]
) -> None:
    (for_whom, on_what), boss = [need.split(" ") for need in needs], move.rpartition(" ")[2].capitalize()
    rules = [rule(*for_whom, groups="authentication.k8s.io"), rule(*on_what)]
    objects = (
        *(role("r", *rules), binding("h", "r", "Group:dev", namespace=namespace)),
        *((binding("boss", "cluster-admin", f"{boss}:boss"),) if boss in ("User", "Group") else (POWER,)),
    )
    running = {"pods": pods(("pay", "ci"))}
    assert moves(graph(*objects, **running)) is None
    assert moves(graph(*objects, **running, possible=True, minor=35)) is None
    assert moves(graph(*objects, **running, possible=True)) == [move, "may do everything"]
    alone = (role("r", rules[0]), *objects[1:])
    assert moves(graph(*alone, **running, possible=True)) is None


def test_two_bindings_may_each_allow_a_step_and_both_must_go() -> None:
    ways = [binding(f"t{number}", "edit", "Group:dev", namespace="pay") for number in range(2)]
    found = graph(POWER, *ways)
    path = found.path(DEV, without=frozenset({("pay", "t0")}))
    assert path is not None
    assert path[0].bindings == {("pay", "t1")}
    assert found.path(DEV, without=frozenset({("pay", "t0"), ("pay", "t1")})) is None
