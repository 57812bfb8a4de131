"""The control plane of the tests is what the tests believe it to be."""

import base64
import json
import time
from collections.abc import Callable, Iterator

import pytest

from .fixtures import running
from .server import ControlPlane

pytestmark = pytest.mark.controlplane


def test_it_is_kubernetes_1_37_2(controlplane: ControlPlane) -> None:
    assert controlplane.get("/version")["gitVersion"] == "v1.37.2"


def test_a_service_account_without_grants_is_denied(controlplane: ControlPlane) -> None:
    token = controlplane.token_for(controlplane.namespace(), "nobody")
    assert controlplane.request("GET", "/api/v1/pods", token=token)[0] == 403


def test_the_audit_log_records_every_request(controlplane: ControlPlane) -> None:
    before = controlplane.audit_size()
    controlplane.get("/api/v1/namespaces?limit=7")
    assert any(event["requestURI"] == "/api/v1/namespaces?limit=7" for event in controlplane.audit_events(before))


def test_pod_security_is_enforced(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace(labels={"pod-security.kubernetes.io/enforce": "restricted"})
    spec = {"containers": [{"name": "c", "image": "i"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    status, body = controlplane.request("POST", f"/api/v1/namespaces/{namespace}/pods", pod)
    assert status == 403
    assert 'violates PodSecurity "restricted:latest"' in json.loads(body)["message"]


def test_secrets_lie_encrypted_in_etcd(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace()
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"k": "plain-to-see"}}
    controlplane.request("POST", f"/api/v1/namespaces/{namespace}/secrets", secret)
    key = base64.b64encode(f"/registry/secrets/{namespace}/s".encode()).decode()
    value = base64.b64decode(controlplane.etcd("kv/range", {"key": key})["kvs"][0]["value"])
    assert value.startswith(b"k8s:enc:secretbox:v1:test:")
    assert b"plain-to-see" not in value


@pytest.fixture
def busy() -> Iterator[ControlPlane]:
    """A server of its own: controllers and kwok would stay on the shared one for all tests that follow."""
    with running() as plane:
        plane.start_controllers()
        plane.start_kwok()
        yield plane


def test_kwok_runs_a_pod(busy: ControlPlane) -> None:
    namespace, node = busy.namespace(), "kwok-self-test"
    resources = {"cpu": "8", "memory": "16Gi", "pods": "110"}
    status = {"capacity": resources, "allocatable": resources}
    busy.request(
        "POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}, "status": status}
    )
    _wait(lambda: any(item["type"] == "Ready" for item in _conditions(busy, node)))  # kwok keeps the node from then on
    spec = {"containers": [{"name": "c", "image": "i"}], "nodeName": node}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    path = f"/api/v1/namespaces/{namespace}/pods"
    assert busy.request("POST", path, pod)[0] == 201
    _wait(lambda: busy.get(f"{path}/p")["status"].get("phase") == "Running")


def _conditions(plane: ControlPlane, node: str) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = plane.get(f"/api/v1/nodes/{node}")["status"].get("conditions", [])
    return listed


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.2)
