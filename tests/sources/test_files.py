"""Manifests and dumps: what is read, what is skipped, and what a broken file costs."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import k8sready
from k8sready.errors import K8sReadyError
from k8sready.objects.base import Object
from k8sready.objects.core import SecretRow
from k8sready.objects.decoding import from_manifest
from k8sready.snapshot import Origin, Reading, Snapshot
from k8sready.sources.defaults import defaulted
from tests.controlplane.server import ControlPlane

Manifest = dict[str, Any]
NAMESPACE: Manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}


def pod(name: str = "p", **spec: Any) -> Manifest:
    body = {"containers": [{"name": "c", "image": "nginx"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "a"}, "spec": body}


def opened(folder: Path, **files: str) -> Snapshot:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return k8sready.open(folder)


def test_documents_lists_and_folders_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.json").write_text(json.dumps(pod("json")))
    listed = {"apiVersion": "v1", "kind": "List", "items": [pod("listed")]}
    snapshot = opened(tmp_path, a=yaml.safe_dump_all([NAMESPACE, pod("one")]), b=yaml.safe_dump(listed))
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["json", "listed", "one"]  # type: ignore[attr-defined]
    assert snapshot.identity.origin is Origin.MANIFESTS


def test_broken_yaml_costs_only_itself_and_is_told_with_its_line(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, good=yaml.safe_dump(pod()), bad="a: 1\nb: [\n")
    covered = snapshot.coverage["pods"]
    assert covered.count == 1
    assert covered.reading is Reading.PARTIAL
    assert "bad.yaml: line" in covered.reason


def test_an_object_that_does_not_fit_costs_only_itself(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, a=yaml.safe_dump_all([pod("good"), pod("bad", containers=7)]))
    assert len(snapshot.objects["pods"]) == 1
    assert "bad" in snapshot.coverage["pods"].broken[0]


def test_other_yaml_is_no_reason_to_stop(tmp_path: Path) -> None:
    snapshot = opened(
        tmp_path, values="replicas: 2\nimage: {tag: x}\n", crd="apiVersion: x/v1\nkind: Y\n", p=yaml.safe_dump(pod())
    )
    assert snapshot.reading("pods") is Reading.COMPLETE


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    snapshot = opened(tmp_path, bomb="\n".join(lines), p=yaml.safe_dump(pod()))
    assert "unfold without end" in snapshot.coverage["pods"].reason


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(yaml.safe_dump(pod("outside")))
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    snapshot = opened(inside, p=yaml.safe_dump(pod("own")))
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["own"]  # type: ignore[attr-defined]


def test_a_folder_without_kubernetes_objects_says_what_it_found(tmp_path: Path) -> None:
    with pytest.raises(K8sReadyError, match="no Kubernetes object"):
        opened(tmp_path, values="replicas: 2")


def test_a_dump_knows_only_the_kinds_it_holds(tmp_path: Path) -> None:
    items = [{**pod(), "metadata": {"name": "p", "namespace": "a", "uid": "1"}}]
    (tmp_path / "dump.json").write_text(json.dumps({"apiVersion": "v1", "kind": "PodList", "items": items}))
    snapshot = k8sready.open(tmp_path / "dump.json")
    assert snapshot.identity.origin is Origin.DUMP
    assert snapshot.reading("pods") is Reading.COMPLETE
    assert snapshot.reading("services") is Reading.NOT_REQUESTED


def test_of_a_secret_only_type_and_number_of_keys_are_kept(tmp_path: Path) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "type": "Opaque",
        "data": {"a": "eA==", "b": "eA=="},
    }
    rows = opened(tmp_path, s=yaml.safe_dump(secret)).of("secrets", SecretRow)
    assert [(row.type, row.data_count) for row in rows] == [("Opaque", 2)]


LABELS = {"matchLabels": {"a": "b"}}
TEMPLATE = {
    "metadata": {"labels": {"a": "b"}},
    "spec": pod(volumes=[{"name": "v"}, {"name": "s", "secret": {"secretName": "x"}}])["spec"],
}
DEFAULTED: list[Any] = [
    (
        "v1",
        "Pod",
        "pods",
        {
            "spec": pod(hostNetwork=True, containers=[{"name": "c", "image": "a:1", "ports": [{"containerPort": 80}]}])[
                "spec"
            ]
        },
    ),
    (
        "v1",
        "Pod",
        "pods",
        {
            "spec": pod(
                containers=[{"name": "c", "image": "a@sha256:" + "a" * 64, "resources": {"limits": {"cpu": "1"}}}]
            )["spec"]
        },
    ),
    ("v1", "Service", "services", {"spec": {"ports": [{"port": 80}], "selector": {"a": "b"}}}),
    ("apps/v1", "Deployment", "deployments", {"spec": {"selector": LABELS, "template": TEMPLATE}}),
    (
        "apps/v1",
        "StatefulSet",
        "statefulsets",
        {"spec": {"selector": LABELS, "template": TEMPLATE, "serviceName": "x"}},
    ),
    ("apps/v1", "DaemonSet", "daemonsets", {"spec": {"selector": LABELS, "template": TEMPLATE}}),
    ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", {"spec": {"podSelector": {}, "egress": [{}]}}),
    ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", {"spec": {"podSelector": {}, "egress": []}}),
]


@pytest.mark.controlplane
@pytest.mark.parametrize(("version", "kind", "resource", "body"), DEFAULTED)
def test_manifests_are_defaulted_as_the_api_server_does(
    controlplane: ControlPlane, version: str, kind: str, resource: str, body: Manifest
) -> None:
    namespace = controlplane.namespace("defaults")
    manifest = {"apiVersion": version, "kind": kind, "metadata": {"name": "x", "namespace": namespace}, **body}
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    status, answer = controlplane.request("POST", f"{root}/namespaces/{namespace}/{resource}?dryRun=All", manifest)
    assert status == 201, answer
    theirs, ours = (
        from_manifest(item)[1] for item in (json.loads(answer), defaulted(json.loads(json.dumps(manifest)), True))
    )
    assert _spec(ours) == _spec(theirs)


def _spec(item: Any) -> Any:
    """The spec without what only a running server gives: addresses, admission's tolerations and accounts."""
    spec = _plain(item.spec)
    inner = spec["template"]["spec"] if "template" in spec else spec
    for name in (
        "tolerations",
        "service_account_name",
        "termination_grace_period_seconds",
        "cluster_ip",
        "security_context",
    ):
        inner.pop(name, None)
    return spec


def _plain(value: Any) -> Any:
    if isinstance(value, Object):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
