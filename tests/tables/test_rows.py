"""Rows of tables on clusters that are strange but legal."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from k8sready.engines.rbac.builtin import defaults
from k8sready.objects.decoding import to_manifest
from k8sready.objects.kinds import BY_KEY
from k8sready.snapshot import Coverage, Origin, Reading
from k8sready.tables import Tables
from k8sready.tables.namespaces import OTHER_POLICIES
from tests.checklist.clusters import cluster
from tests.checklist.making import container, deployment, namespace, node, pod, workload
from tests.checklist.test_base_images import pulled

SPEC = {"containers": [container()]}


def table(name: str, *objects: dict[str, Any]) -> pd.DataFrame:
    return Tables(cluster(objects))[name]


def test_defaults_of_a_limit_range_are_those_of_pods_to_come() -> None:
    """A pod that runs was made before the range, or it would have them."""
    spec = {"limits": [{"type": "Container", "default": {"memory": "1Gi"}, "defaultRequest": {"memory": "1Mi"}}]}
    metadata = {"name": "r", "namespace": "shop"}
    ranges = {"apiVersion": "v1", "kind": "LimitRange", "metadata": metadata, "spec": spec}
    runs = pod("older", SPEC)
    objects = [ranges, deployment("to-come", SPEC), deployment("elsewhere", SPEC, "other"), runs]
    rows = table("containers", *objects).set_index("name")
    told = {name: (row["memory_limit"], row["memory_request"]) for name, row in rows.iterrows()}
    assert told["to-come"] == (2**30, 2**20)
    assert all(pd.isna(value) for name in ("elsewhere", "older") for value in told[name])


def test_what_runs_nothing_yet_is_an_end_of_traffic_with_a_name_of_its_own() -> None:
    idle = [deployment("web", SPEC), workload("StatefulSet", "web", SPEC), deployment("api", SPEC)]
    ends = Tables(cluster([*idle, pod("api", SPEC, "other"), pod("db", SPEC)])).ends
    named = {(root.kind, root.namespace, end.metadata.name) for root, end in ends}
    assert named == {
        *(("Pod", "other", "api"), ("Pod", "shop", "db")),
        *(("Deployment", "shop", "api"), ("Deployment", "shop", "Deployment/web")),
        ("StatefulSet", "shop", "StatefulSet/web"),
    }


def test_pulls_of_two_images_of_one_container_are_two_rows() -> None:
    """A rollout: the former image, and the present one."""
    events = [pulled("web", seconds) for seconds in (9, 4)]
    for event, image in zip(events, ("nginx:2", "nginx:1"), strict=True):
        event["message"] = event["message"].replace("nginx:1", image)
    rows = table("image_pulls", pod("web", {**SPEC, "nodeName": "n"}), node("n"), *events)
    assert list(zip(rows["image"], rows["seconds"], strict=True)) == [("nginx:1", 4), ("nginx:2", 9)]


def test_literals_are_told_by_where_they_stand() -> None:
    own = container(
        env=[{"name": "A", "value": "x1"}, {"name": "B", "value": ""}],
        command=["run", "--token=x2", "x3"],
        args=["--key", "x4", "--verbose", "--level=1", "x5"],
    )
    rows = table("env_literals", deployment("web", {"containers": [own]}))
    assert list(zip(rows["how"], rows["variable"], strict=True)) == [
        ("env", "A"),
        *(("command", "command[0]"), ("command", "--token"), ("command", "command[2]")),
        *(("args", "--key"), ("args", "--level"), ("args", "args[4]")),
    ]


@pytest.mark.parametrize("key", OTHER_POLICIES)
@pytest.mark.parametrize(
    ("reading", "known"),
    [
        (Reading.COMPLETE, True),
        (Reading.ABSENT, True),
        (Reading.FORBIDDEN, False),
        (Reading.FAILED, False),
        (Reading.PARTIAL, False),
    ],
)
def test_policies_that_could_not_be_read_may_deny_by_default(key: str, reading: Reading, known: bool) -> None:
    snapshot = cluster([namespace("shop"), deployment("web", SPEC)])
    coverage = {**snapshot.coverage, key: Coverage(key, reading)}
    told = Tables(replace(snapshot, coverage=coverage))["namespaces"]["default_deny_ingress"]
    assert list(told.isna()) == [not known]


def affinity(how: str, **term: Any) -> dict[str, Any]:
    return {"affinity": {"nodeAffinity": {how: {"nodeSelectorTerms": [term]}}}}


POOL = [{"key": "pool", "operator": "Exists"}]
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.mark.parametrize(
    ("fields", "confined"),
    [
        ({}, False),
        ({"nodeSelector": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}}, False),  # what it is built for
        ({"nodeSelector": {"kubernetes.io/os": "linux", "pool": "a"}}, True),
        (affinity(REQUIRED, matchExpressions=POOL), True),
        (affinity(REQUIRED), False),
        ({**affinity(REQUIRED, matchExpressions=POOL), "nodeSelector": {"pool": "a"}}, True),
        ({"affinity": {"podAntiAffinity": {}}}, False),
    ],
)
def test_a_workload_is_confined_by_labels_of_nodes(fields: dict[str, Any], confined: bool) -> None:
    assert table("workloads", deployment("web", {**SPEC, **fields}))["confined"].tolist() == [confined]


def test_a_service_is_of_the_type_that_is_told() -> None:
    def service(name: str, **spec: Any) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "shop"}, "spec": spec}

    ports = [{"port": 80}, {"port": 53, "protocol": "UDP"}]
    plain = service("a", ports=ports, selector={"app": "web"})
    rows = table("services", plain, service("b", type="ExternalName"), service("c", externalIPs=["192.0.2.1"]))
    assert rows[["type", "selects", "external_ips"]].to_numpy().tolist() == [
        ["ClusterIP", True, 0],
        ["ExternalName", False, 0],
        ["ClusterIP", False, 1],
    ]
    assert rows["ports"].tolist()[0] == ("80/TCP", "53/UDP")


def bound(binding: str, role: str, **subject: str) -> dict[str, Any]:
    group = "rbac.authorization.k8s.io"
    reference = {"apiGroup": group, "kind": "ClusterRole", "name": role}
    subjects = [{"kind": "Group", "apiGroup": group, "name": "system:authenticated"}, subject]
    about = {"kind": "ClusterRoleBinding", "metadata": {"name": binding}, "roleRef": reference, "subjects": subjects}
    return {"apiVersion": f"{group}/v1", **about}


WEB = {"kind": "ServiceAccount", "name": "web", "namespace": "shop"}
EVERYBODY = {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:serviceaccounts"}


@pytest.mark.parametrize(
    ("binding", "granted"),
    [
        (bound("system:discovery", "system:discovery", **EVERYBODY), False),  # as on a fresh API server
        (bound("system:discovery", "system:discovery", **WEB), True),  # somebody added the account
        (bound("own", "system:discovery", **EVERYBODY), True),  # by a binding of somebody's own
    ],
)
def test_what_every_account_may_by_default_is_no_grant(binding: dict[str, Any], granted: bool) -> None:
    role = to_manifest(BY_KEY["clusterroles.rbac.authorization.k8s.io"], defaults().roles["", "system:discovery"])
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "web", "namespace": "shop"}}
    rows = table("serviceaccounts", account, role, binding)
    assert rows["has_grants"].tolist() == [granted]


@pytest.mark.parametrize(("own", "scope"), [(False, "none"), (True, "cluster")])
def test_a_folder_refers_to_roles_of_the_server_unless_it_holds_its_own(own: bool, scope: str) -> None:
    rules = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}]
    about = {"kind": "ClusterRole", "metadata": {"name": "view"}, "rules": rules}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "web", "namespace": "shop"}}
    objects = [account, bound("own", "view", **WEB), {"apiVersion": "rbac.authorization.k8s.io/v1", **about}]
    snapshot = cluster(objects if own else objects[:2])
    folder = replace(snapshot, identity=replace(snapshot.identity, origin=Origin.MANIFESTS))
    rows = Tables(folder)["serviceaccounts"]
    assert (rows["reads_all_secrets"].tolist(), rows["has_grants"].tolist()) == ([scope], [True])


def test_an_image_counts_the_workloads_that_use_it() -> None:
    spec = {"containers": [container("a", "nginx:1"), container("b", "nginx:1"), container("c", "redis:7")]}
    rows = table("images", deployment("web", spec), deployment("api", spec), deployment("web", SPEC, "other"))
    told = dict(zip(rows["repository"], rows["workloads"], strict=True))
    assert told == {"library/nginx": 2, "library/redis": 2, "web": 1}
