"""Questions by name, over a small cluster whose answers are known."""

from pathlib import Path

import pytest
import yaml

from k8sready import insight
from k8sready.errors import K8sReadyError
from k8sready.snapshot import Reading, Snapshot
from k8sready.sources.files import open_files
from tests.checklist.clusters import without

CLUSTER = """
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: other}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: c, image: a}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {hostPID: true, containers: [{name: c, image: a, securityContext: {privileged: true}}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: sync, namespace: other}
spec:
  schedule: "0 0 * * *"
  jobTemplate: {spec: {template: {metadata: {labels: {app: sync}}, spec: {containers: [{name: c, image: a}]}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db-from-web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {type: NodePort, selector: {app: db}, ports: [{port: 5432}]}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: boss, namespace: shop}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: boss}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: boss, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: tokens, namespace: shop}
rules: [{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: tokens, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: tokens}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
"""
WEB = "system:serviceaccount:shop:web"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    path = tmp_path_factory.mktemp("cluster") / "cluster.yaml"
    path.write_text(CLUSTER)
    return open_files(path)


def test_a_workload_is_an_end_by_its_name(snapshot: Snapshot) -> None:
    network = insight.Network(snapshot)
    verdict = network.allowed("shop/web", "shop/db", 5432)
    assert verdict.allowed is True
    assert [cause.policy for cause in verdict.ingress.causes] == ["shop/db-from-web"]
    assert network.allowed("shop/web", "shop/db", 22).allowed is False
    assert network.allowed("other/sync", "shop/db", 5432).allowed is False
    assert network.allowed("192.0.2.1", "shop/web", 8080).allowed is True


def test_a_name_that_nothing_has_gets_a_hint(snapshot: Snapshot) -> None:
    with pytest.raises(K8sReadyError, match=r"write namespace/name.*Did you mean shop/web"):
        insight.Network(snapshot).allowed("web", "shop/db", 5432)


def test_connections_are_by_workload_and_agree_with_single_questions(snapshot: Snapshot) -> None:
    network = insight.Network(snapshot)
    rows = {(row.source, row.destination): row for row in network.connections("shop").itertuples()}
    assert rows["Deployment/web", "StatefulSet/db"].ports == "TCP 5432"
    assert ("StatefulSet/db", "CronJob/sync") in rows
    others = network.connections("other", to="shop")
    assert list(others["destination"]) == ["Deployment/web"]
    assert others["certain"].all()


def test_namespaces_reach_each_other_by_share(snapshot: Snapshot) -> None:
    shares = insight.Network(snapshot).between_namespaces()
    assert shares.loc["other", "shop"] == 0.5  # the web, not the database
    assert shares.loc["shop", "other"] == 1.0


def test_a_policy_shows_what_it_closes(snapshot: Snapshot) -> None:
    fence = yaml.safe_load(
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop},"
        " spec: {podSelector: {}, policyTypes: [Ingress]}}"
    )
    changes = insight.Network(snapshot).changes(snapshot.apply([fence]))
    closed = {(row.source, row.destination): row.closed for row in changes.itertuples()}
    assert closed["other/sync", "shop/web"] == "all"
    assert ("shop/web", "shop/db") not in closed
    assert not (changes["opened"] != "none").any()


def test_what_is_offered_to_the_outside_and_whether_it_is_let_in(snapshot: Snapshot) -> None:
    rows = {(row.kind, row.name, row.way): row for row in insight.Network(snapshot).exposure().itertuples()}
    assert rows["Deployment", "web", "LoadBalancer"].admitted
    assert not rows["StatefulSet", "db", "NodePort"].admitted
    assert rows["Deployment", "web", "LoadBalancer"].ports == "TCP 8080"


def test_isolation_names_the_policies(snapshot: Snapshot) -> None:
    rows = {row.name: row for row in insight.Network(snapshot).isolation().itertuples()}
    assert rows["db"].ingress_isolated
    assert rows["db"].ingress_policies == ("shop/db-from-web",)
    assert not rows["web"].ingress_isolated


@pytest.mark.parametrize("key", ["ciliumnetworkpolicies.cilium.io", "globalnetworkpolicies.crd.projectcalico.org"])
def test_policies_of_plugins_make_answers_unknown(snapshot: Snapshot, key: str, tmp_path: Path) -> None:
    group, _, version = (key.partition(".")[2], "", "v2" if "cilium" in key else "v1")
    kind = "CiliumNetworkPolicy" if "cilium" in key else "GlobalNetworkPolicy"
    space = {"namespace": "shop"} if "cilium" in key else {}
    policy = {"apiVersion": f"{group}/{version}", "kind": kind, "metadata": {"name": "p", **space}, "spec": {}}
    path = tmp_path / "with.yaml"
    path.write_text(f"{CLUSTER}---\n{yaml.safe_dump(policy)}")
    network = insight.Network(open_files(path))
    assert network.allowed("shop/web", "shop/db", 22).allowed is None
    assert network.isolation().set_index("name")["ingress_isolated"].isna()["db"]
    assert network.allowed("other/sync", "192.0.2.1", 443).allowed is (True if space else None)


def test_nothing_is_answered_from_what_was_not_read(snapshot: Snapshot) -> None:
    with pytest.raises(insight.NotReadError, match=r"networkpolicies\.networking\.k8s\.io \(forbidden"):
        insight.Network(without(snapshot, ["networkpolicies.networking.k8s.io"], Reading.FORBIDDEN))
    blind = without(snapshot, ["rolebindings.rbac.authorization.k8s.io"], Reading.FORBIDDEN)
    with pytest.raises(insight.NotReadError, match="rolebindings"):
        insight.Access(blind).can(WEB, "get", "pods")
    security = insight.PodSecurity(without(snapshot, ["pods"], Reading.FAILED))
    with pytest.raises(insight.NotReadError, match=r"pods \(failed"):
        security.obstacles("shop")


def test_who_can_do_what_and_why(snapshot: Snapshot) -> None:
    access = insight.Access(snapshot)
    assert access.can(WEB, "create", "serviceaccounts/token", namespace="shop", name="boss").allowed
    assert not access.can(WEB, "create", "serviceaccounts/token", namespace="other").allowed
    assert access.can("system:serviceaccount:shop:boss", "get", "/metrics").allowed
    assert access.can("anna", "delete", "nodes", groups=("system:masters",)).superuser
    who = access.who_can("create", "serviceaccounts/token", namespace="shop")
    assert "ServiceAccount shop/web" in set(who["subject"])
    row = who[who["subject"] == "ServiceAccount shop/web"].iloc[0]
    assert (row["binding"], row["role"], row["rule"]) == (
        "RoleBinding shop/tokens",
        "Role tokens",
        "create serviceaccounts/token",
    )
    assert "RoleBinding shop/tokens" in set(access.permissions(WEB)["binding"])


def test_the_way_to_everything_and_what_cuts_it(snapshot: Snapshot) -> None:
    from k8sready.tables import Tables

    way = insight.Access(snapshot).way("shop", "web")
    assert way is not None
    assert [step.move for step in way] == ["asks for a token", "may do everything"]
    rows = Tables(snapshot)["escalations"].set_index("name")
    assert rows.loc["web", "steps"] == 2
    assert rows.loc["web", "cut"] in (("RoleBinding shop/tokens",), ("ClusterRoleBinding boss",))
    assert rows.loc["boss", "cut"] == ("ClusterRoleBinding boss",)


def test_a_name_that_does_not_exist_is_no_answer(snapshot: Snapshot) -> None:
    """Nobody may be told that an account leads nowhere, or that nobody can do it, because of a slip."""
    access, network = insight.Access(snapshot), insight.Network(snapshot)
    with pytest.raises(K8sReadyError, match=r"no ServiceAccount 'shop/wbe'.*Did you mean shop/boss"):
        access.way("shop", "wbe")
    with pytest.raises(K8sReadyError, match=r"no resource 'deployments'.*Did you mean deployments\.apps\?"):
        access.who_can("create", "deployments", namespace="shop")
    with pytest.raises(K8sReadyError, match=r"no resource 'pod'.*Did you mean pods"):
        access.can(WEB, "create", "pod/exec", namespace="shop")
    with pytest.raises(K8sReadyError, match="Nothing runs in namespace 'shpo'"):
        network.connections("shpo")
    with pytest.raises(K8sReadyError, match="Nothing runs in namespace 'shpo'"):
        network.connections("shop", to="shpo")


@pytest.mark.parametrize("group", ["system:authenticated", "system:unauthenticated"])
def test_whoever_is_anonymous_is_not_authenticated(snapshot: Snapshot, group: str) -> None:
    api = "rbac.authorization.k8s.io"
    binding = {
        "apiVersion": f"{api}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "everybody"},
        "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": api, "kind": "Group", "name": group}],
    }
    access = insight.Access(snapshot.apply([binding]))
    assert access.can("anna", "get", "pods").allowed is (group == "system:authenticated")
    assert access.can("system:anonymous", "get", "pods").allowed is (group == "system:unauthenticated")


def test_namespaces_by_level_at_any_version(snapshot: Snapshot) -> None:
    security = insight.PodSecurity(snapshot)
    rows = security.namespaces().set_index("namespace")
    assert rows.loc["shop", "level"] == "privileged"
    assert rows.loc["other", "level"] == "baseline"
    assert rows.loc["other", "next"] == "restricted"
    with pytest.raises(K8sReadyError, match="no policy version"):
        security.namespaces("1.30")
    with pytest.raises(K8sReadyError, match="Nothing runs"):
        security.obstacles("nowhere")


def test_who_is_in_the_way_with_the_patch_that_helps(snapshot: Snapshot) -> None:
    row = insight.PodSecurity(snapshot).obstacles("shop").iloc[0]
    assert (row["kind"], row["name"]) == ("StatefulSet", "db")
    assert "privileged" in row["denial"]
    patch = yaml.safe_load(row["patch"])
    assert patch["spec"]["containers"][0]["securityContext"] == {"privileged": False}
    assert row["left"] == ["hostNamespaces"]


def test_a_manifest_is_judged_alone(snapshot: Snapshot) -> None:
    security = insight.PodSecurity(snapshot)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"hostIPC": True}}
    assert [item.control for item in security.judge(pod, "baseline").violations] == ["hostNamespaces"]
    with pytest.raises(K8sReadyError, match="not a Pod"):
        security.judge({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}})
    with pytest.raises(K8sReadyError, match="Cannot judge"):
        security.judge(pod, "strict")
