"""Reading a real API server: coverage, privacy, paging, and only requests that read."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8sready import needs
from k8sready.snapshot import Reading, Snapshot, open_snapshot, save
from k8sready.sources import cluster
from k8sready.sources.gate import REVIEWS
from tests.controlplane.server import ControlPlane

pytestmark = pytest.mark.controlplane
CANARY = "hunter2-canary-7f3a9c"
CRDS = ("externalsecrets.external-secrets.io", "sealedsecrets.bitnami.com")


@pytest.fixture(scope="module")
def reader(controlplane: ControlPlane) -> Path:
    """The kubeconfig of a ServiceAccount with exactly the role that `k8sready role --secrets` prints."""
    namespace = controlplane.namespace("reader")
    controlplane.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(needs.cluster_role(secrets=True)))
    account = f"{namespace}:k8sready"
    controlplane.kubectl(
        "create", "clusterrolebinding", namespace, f"--clusterrole={needs.NAME}", f"--serviceaccount={account}"
    )
    return controlplane.kubeconfig_for(namespace, "k8sready", lists="pods")


def collected(kubeconfig: Path, **options: Any) -> Snapshot:
    return cluster.collect(kubeconfig, kinds=needs.kinds(), **options)


def test_the_printed_role_gives_full_coverage(reader: Path) -> None:
    readings = dict(collected(reader, secrets=True).coverage)
    lacking = {key: item for key, item in readings.items() if item.reading not in (Reading.COMPLETE, Reading.ABSENT)}
    assert lacking == {}
    assert readings["pods"].reading is Reading.COMPLETE


def test_the_identity_names_the_cluster_and_the_user(controlplane: ControlPlane, reader: Path) -> None:
    identity = collected(reader).identity
    uid = controlplane.get("/api/v1/namespaces/kube-system")["metadata"]["uid"]
    assert (identity.uid, identity.server, identity.version) == (uid, controlplane.server, "v1.37.2")
    assert identity.user.endswith(":k8sready")


def test_a_collection_only_reads(controlplane: ControlPlane, reader: Path) -> None:
    before = controlplane.audit_size()
    collected(reader, secrets=True)
    events = [item for item in controlplane.audit_events(before) if item["user"]["username"].endswith(":k8sready")]
    assert len(events) > 30
    writes = {(item["verb"], item["requestURI"]) for item in events if item["verb"] not in ("get", "list")}
    assert {uri for _, uri in writes} <= set(REVIEWS)
    assert {verb for verb, _ in writes} <= {"create"}
    secret_reads = [item["requestURI"] for item in events if "/secrets" in item["requestURI"]]
    assert secret_reads
    assert all("includeObject=None" in uri and "/namespaces/" in uri for uri in secret_reads)


def test_secrets_are_not_asked_for_unless_requested(controlplane: ControlPlane, reader: Path) -> None:
    before = controlplane.audit_size()
    snapshot = collected(reader)
    assert snapshot.reading("secrets") is Reading.NOT_REQUESTED
    assert not [item for item in controlplane.audit_events(before) if "/secrets" in item["requestURI"]]


def test_secret_values_never_arrive(controlplane: ControlPlane, reader: Path, tmp_path: Path) -> None:
    namespace = controlplane.namespace("canary")
    for manifest in planted(namespace):
        controlplane.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(manifest))
    snapshot = collected(reader, secrets=True)
    row = next(item for item in snapshot.objects["secrets"] if item.metadata.name == "planted")
    assert (row.type, row.data_count) == ("Opaque", 2)
    assert CANARY not in repr(snapshot.objects)
    assert CANARY not in repr(open_snapshot(save(snapshot, tmp_path / "s.k8sready")).objects)


def planted(namespace: str) -> list[dict[str, Any]]:
    """Objects with the canary wherever people leave credentials; kubectl adds last-applied to each."""
    container = {
        "name": "c",
        "image": "registry.example/a:1",
        "command": ["sh", "-c", f"PGPASSWORD={CANARY} psql"],
        "args": [f"--password={CANARY}", "--token", CANARY],
        "env": [
            {"name": "DB_PASSWORD", "value": CANARY},
            {"name": "URL", "value": f"postgres://u:{CANARY}@db/x"},
            {"name": "HARMLESS", "value": CANARY},
        ],
        "livenessProbe": {
            "httpGet": {
                "path": f"/x?token={CANARY}",
                "port": 80,
                "httpHeaders": [{"name": "Authorization", "value": CANARY}],
            }
        },
        "lifecycle": {"preStop": {"exec": {"command": ["curl", f"http://u:{CANARY}@h/"]}}},
    }
    annotations = {
        "example.com/token": CANARY,
        "example.com/config": json.dumps({"password": CANARY}),
        "example.com/repo": f"https://user:{CANARY}@git.example/x.git",
        "example.com/other": CANARY,
    }
    template = {"metadata": {"labels": {"a": "b"}, "annotations": annotations}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "planted", "annotations": annotations},
        "spec": spec,
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "planted", "annotations": annotations},
        "spec": template["spec"],
    }
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "planted"},
        "stringData": {"a": CANARY, "b": CANARY},
    }
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "planted"}, "data": {"password": CANARY}}
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "planted"},
        "involvedObject": {"kind": "Pod", "name": "planted", "namespace": namespace},
        "reason": "Failed",
        "message": f'Failed to pull "https://u:{CANARY}@r/x?sig={CANARY}": password={CANARY}',
    }
    return [deployment, pod, secret, config, event]


def test_a_forbidden_kind_is_recorded_and_costs_only_itself(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace("partial")
    role = needs.cluster_role()
    role["metadata"]["name"] = namespace
    for rule in role["rules"]:
        rule["resources"] = [name for name in rule.get("resources", []) if name != "resourcequotas"]
    role["rules"] = [rule for rule in role["rules"] if rule["resources"]]
    controlplane.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(role))
    controlplane.kubectl(
        "create", "clusterrolebinding", namespace, f"--clusterrole={namespace}", f"--serviceaccount={namespace}:r"
    )
    snapshot = collected(controlplane.kubeconfig_for(namespace, "r", lists="pods"))
    assert snapshot.reading("resourcequotas") is Reading.FORBIDDEN
    assert snapshot.reading("pods") is Reading.COMPLETE


def test_credentials_of_one_namespace_read_that_namespace(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace("scoped")
    everything = ("--verb=get,list", "--resource=pods,services,serviceaccounts")
    controlplane.kubectl("create", "role", "view", "-n", namespace, *everything)
    account = f"--serviceaccount={namespace}:v"
    controlplane.kubectl("create", "rolebinding", "view", "-n", namespace, "--role=view", account)
    controlplane.kubectl("create", "configmap", "one", "-n", namespace)
    controlplane.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(planted(namespace)[1]))
    snapshot = collected(controlplane.kubeconfig_for(namespace, "v", lists="pods"), namespaces=[namespace])
    assert snapshot.reading("pods") is Reading.COMPLETE
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["planted"]
    assert snapshot.reading("nodes") is Reading.FORBIDDEN
    assert snapshot.reading("rolebindings.rbac.authorization.k8s.io") is Reading.FORBIDDEN


def test_long_lists_come_in_pages(controlplane: ControlPlane, reader: Path) -> None:
    namespace = controlplane.namespace("pages")
    account = {"apiVersion": "v1", "kind": "ServiceAccount"}
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts"
    controlplane.requests([("POST", path, {**account, "metadata": {"name": f"a{n}"}}) for n in range(620)])
    covered = collected(reader).coverage["serviceaccounts"]
    assert covered.pages >= 2
    assert covered.count >= 620
