"""Ways of escalation over snapshots: what is there, what is full, what is guarded, and what cannot be told."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from k8sready.insight import Access
from k8sready.snapshot import Snapshot
from k8sready.sources.files import open_files
from k8sready.tables import Tables
from k8sready.tables.scenes import scene_of

API = "rbac.authorization.k8s.io"
ADMISSION = "admissionregistration.k8s.io"
TOKEN = {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
MOUNT = {"name": "t", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}


def named(kind: str, name: str, space: str = "", version: str = "v1", **more: Any) -> dict[str, Any]:
    metadata = {"name": name} | ({"namespace": space} if space else {}) | more.pop("metadata", {})
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


def granted(name: str, rules: list[dict[str, Any]], space: str = "") -> list[dict[str, Any]]:
    """A ClusterRole, bound to shop/ci in a namespace or everywhere."""
    reference = {"apiGroup": API, "kind": "ClusterRole", "name": name}
    subject = {"kind": "ServiceAccount", "name": "ci", "namespace": "shop"}
    kind = "RoleBinding" if space else "ClusterRoleBinding"
    bound = named(kind, name, space, f"{API}/v1", roleRef=reference, subjects=[subject])
    return [named("ClusterRole", name, version=f"{API}/v1", rules=rules), bound]


def pod(**more: Any) -> dict[str, Any]:
    """A pod of shop/boss that runs and mounts its token."""
    container = {"name": "c", "image": "i", "volumeMounts": [MOUNT]}
    spec = {"serviceAccountName": "boss", "containers": [container], "volumes": [{"name": "t", **TOKEN}], **more}
    running = {"phase": "Running", "containerStatuses": [{"name": "c", "state": {"running": {}}}]}
    return named("Pod", "boss-1", "shop", spec=spec, status=running)


POWER = named(
    *("ClusterRoleBinding", "boss", "", f"{API}/v1"),
    roleRef={"apiGroup": API, "kind": "ClusterRole", "name": "cluster-admin"},
    subjects=[{"kind": "ServiceAccount", "name": "boss", "namespace": "shop"}],
)
BASE = [
    *(named("Namespace", name) for name in ("shop", "other")),
    *(named("ServiceAccount", name, "shop") for name in ("ci", "boss")),
    POWER,
]
CREATE = granted("runs", [{"verbs": ["create"], "apiGroups": [""], "resources": ["pods"]}], "shop")
ELSEWHERE = granted("runs", [{"verbs": ["create"], "apiGroups": [""], "resources": ["pods"]}], "other")
EXEC = granted("enters", [{"verbs": ["create"], "apiGroups": [""], "resources": ["pods/exec"]}], "shop")
IMAGE = granted("changes", [{"verbs": ["patch"], "apiGroups": [""], "resources": ["pods"]}], "shop")
DEPLOY = granted("deploys", [{"verbs": ["patch"], "apiGroups": ["apps"], "resources": ["replicasets"]}], "shop")
SECRETS = granted("reads", [{"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"]}], "shop")


def quota(used: str, resource: str = "pods", **spec: Any) -> dict[str, Any]:
    """A quota of three pods."""
    return named(
        "ResourceQuota", "q", "shop", spec={"hard": {resource: "3"}, **spec}, status={"used": {resource: used}}
    )


PRIORITY = {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}


def hook(operation: str = "CREATE", group: str = "", resource: str = "pods") -> dict[str, Any]:
    rule = {"operations": [operation], "apiGroups": [group], "resources": [resource]}
    webhooks = [{"name": "a.b.c", "rules": [rule]}]
    return named("ValidatingWebhookConfiguration", "policies", "", f"{ADMISSION}/v1", webhooks=webhooks)


def policy(**rule: Any) -> dict[str, Any]:
    rules = [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["*"], "resources": ["pods"], **rule}]
    spec = {"matchConstraints": {"resourceRules": rules}}
    return named("ValidatingAdmissionPolicy", "policies", "", f"{ADMISSION}/v1", spec=spec)


SET = named(
    "ReplicaSet",
    "web",
    "shop",
    "apps/v1",
    spec={"selector": {}, "template": {"spec": {"containers": [{"name": "c", "image": "i"}]}}},
)
SOMEBODYS = named("Secret", "x", "shop", type="kubernetes.io/service-account-token")
OWNER = {"kind": "Deployment", "controller": True, "uid": "u"}
OWNED = {**SET, "metadata": {**SET["metadata"], "ownerReferences": [OWNER]}}
RESTRICTED = named("Namespace", "shop", metadata={"labels": {"pod-security.kubernetes.io/enforce": "restricted"}})
ON_NODE = {**pod(), "spec": {**pod()["spec"], "nodeName": "node-1"}}
SERVER_NODE = named("Node", "node-1", status={"conditions": [{"type": "Ready", "status": "False"}]})


def opened(tmp_path: Path, *objects: dict[str, Any]) -> Snapshot:
    merged = {(item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]): item for item in objects}
    path = tmp_path / "cluster.yaml"
    path.write_text(yaml.safe_dump_all(merged.values()))
    return open_files(path)


@pytest.mark.parametrize(
    ("objects", "move"),
    [
        (CREATE, "runs a pod as another account"),
        ([*CREATE, quota("3")], None),
        ([*CREATE, quota("4", "count/pods")], None),
        ([*CREATE, quota("2")], "runs a pod as another account"),
        ([*CREATE, quota("3", "services")], "runs a pod as another account"),
        ([*CREATE, quota("3", scopes=["BestEffort"])], "runs a pod as another account"),  # other pods are let in
        ([*CREATE, quota("3", scopeSelector=PRIORITY)], "runs a pod as another account"),
        ([*CREATE, named("Namespace", "shop", status={"phase": "Terminating"})], None),
        ([*CREATE, SERVER_NODE], None),
        (EXEC, None),
        ([*EXEC, pod()], "enters a running pod"),
        ([*EXEC, {**pod(), "status": {"phase": "Pending"}}], None),
        ([*EXEC, {**pod(), "status": {"phase": "Running", "containerStatuses": [{"name": "c", "state": {}}]}}], None),
        ([*EXEC, pod(volumes=[], containers=[{"name": "c", "image": "i"}])], None),
        ([*IMAGE, pod()], "changes the image of a running pod"),
        ([*IMAGE, pod(), RESTRICTED], None),
        ([*EXEC, pod(), RESTRICTED], "enters a running pod"),
        ([*ELSEWHERE, ON_NODE], "takes over a node by a privileged pod"),
        ([*ELSEWHERE, ON_NODE, hook()], None),
        ([*ELSEWHERE, ON_NODE, hook("*", "*", "*")], None),
        ([*ELSEWHERE, ON_NODE, hook("*", "*", "*/*")], None),
        ([*ELSEWHERE, ON_NODE, policy()], None),
        ([*ELSEWHERE, ON_NODE, hook("*", "apps", "*")], "takes over a node by a privileged pod"),
        ([*ELSEWHERE, ON_NODE, hook(resource="services")], "takes over a node by a privileged pod"),
        ([*ELSEWHERE, ON_NODE, hook("DELETE")], "takes over a node by a privileged pod"),
        ([*ELSEWHERE, ON_NODE, policy(resources=["configmaps"])], "takes over a node by a privileged pod"),
        ([*DEPLOY, SET], "changes the account of a ReplicaSet"),
        ([*DEPLOY, OWNED], None),
        (SECRETS, None),
    ],
)
def test_a_way_needs_what_it_acts_on(objects: list[dict[str, Any]], move: str | None, tmp_path: Path) -> None:
    way = Access(opened(tmp_path, *BASE, *objects)).way("shop", "ci")
    assert (way[0].move if way else None) == move


@pytest.mark.parametrize(
    ("objects", "steps"),
    [
        (CREATE, 2),
        (EXEC, 0),
        (SECRETS, 0),
        ([*SECRETS, SOMEBODYS], None),
        ([*DEPLOY, OWNED], None),
        ([*ELSEWHERE, ON_NODE, hook()], None),
    ],
)
def test_none_is_told_from_not_known(objects: list[dict[str, Any]], steps: int | None, tmp_path: Path) -> None:
    """Whose tokens Secrets hold, what a controller undoes and what a webhook refuses is not known."""
    rows = Tables(opened(tmp_path, *BASE, *objects))["escalations"].set_index("name")
    told = rows.loc["ci", "steps"]
    assert (None if pd.isna(told) else told) == steps


def test_a_token_secret_that_an_account_lists_is_known_to_be_its_own(tmp_path: Path) -> None:
    secret = named("Secret", "boss-token-x1", "shop", type="kubernetes.io/service-account-token")
    boss = named("ServiceAccount", "boss", "shop", secrets=[{"name": "boss-token-x1"}])
    way = Access(opened(tmp_path, *BASE, *SECRETS, secret, boss)).way("shop", "ci")
    assert way is not None
    assert (way[0].move, way[0].via) == ("reads a token Secret", "Secret shop/boss-token-x1")


def test_the_controller_manager_of_eks_signs_no_client_certificates(tmp_path: Path) -> None:
    node = named("Node", "node-1", metadata={"labels": {"eks.amazonaws.com/nodegroup": "a"}})
    assert scene_of(Tables(opened(tmp_path, *BASE))).signs
    assert not scene_of(Tables(opened(tmp_path, *BASE, node))).signs
