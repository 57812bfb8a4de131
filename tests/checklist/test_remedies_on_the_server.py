"""Remedies against the real API server: what is shown as YAML is accepted by it."""

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8sready.assessment import Assessment, Finding, assess, proven
from k8sready.checklist import CHECKLIST
from k8sready.checks import Check, Section
from k8sready.remedies import as_yaml, commands
from tests.controlplane.server import ControlPlane

from .clusters import cluster, manifests
from .making import DIGEST, container, namespace, pod, running, workload

WITH_REMEDY = [
    pytest.param(section, check, id=check.name) for section in CHECKLIST for check in section.checks if check.remedy
]
_SKIPPED = ("Node", "Event", "Pod", "ReplicaSet", "VulnerabilityReport", "ExternalSecret")


@pytest.mark.controlplane
@pytest.mark.parametrize(("section", "check"), WITH_REMEDY)
def test_the_server_accepts_the_remedy(
    controlplane: ControlPlane, section: Section, check: Check, tmp_path: Path
) -> None:
    objects = manifests(section.name, check.name, "fail")
    _create(controlplane, objects)
    findings = [item for item in assess(cluster(objects)).result(check.name).open_findings if item.remedy]
    assert findings
    for finding in findings:
        _try(controlplane, finding, tmp_path)


KINDS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob")
ROLES = {"main": "containers", "init": "initContainers", "sidecar": "initContainers"}


def place(kind: str, role: str) -> str:
    return f"{kind.lower()}-{role}"


def faulty(kind: str, role: str) -> list[dict[str, Any]]:
    """A workload, and a pod of it, whose one container of this role has every fault that a patch heals."""
    space = place(kind, role)
    mounts = [{"name": "db", "mountPath": "/etc/db"}, {"name": "both", "mountPath": "/etc/both"}]
    fields = {"volumeMounts": mounts, "env": [{"name": "DB_PASSWORD", "value": "Zr6KqTn9WvBx3JdLm4Tz"}]}
    own = container(
        "app", "registry.example/app:latest", **fields, **({"restartPolicy": "Always"} if role == "sidecar" else {})
    )
    main = container("other", securityContext={"privileged": False})
    volumes = [
        {"name": "db", "secret": {"secretName": "db"}},
        {"name": "both", "projected": {"sources": [{"secret": {"name": "db"}}, {"configMap": {"name": "app"}}]}},
    ]
    spec: dict[str, Any] = {"containers": [main], "volumes": volumes}
    spec[ROLES[role]] = [main, own] if role == "main" else [own]
    made = workload(kind, f"{kind.lower()}-{role}", spec, space)
    owner = {"kind": kind, "name": made["metadata"]["name"], "uid": made["metadata"]["uid"]}
    status = running("app", DIGEST, "registry.example/app:latest")
    statuses = status if role == "main" else {"initContainerStatuses": status["containerStatuses"]}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": space}}
    return [
        namespace(space),
        account,
        made,
        pod(f"{owner['name']}-1", {**spec, "serviceAccountName": "default"}, space, owner, **statuses),
    ]


PATCHED = ("image_pinned", "no_literal_credentials", "secret_mounts_readonly", "default_token_not_mounted")


@cache
def healed(kind: str) -> Assessment:
    """All roles in one cluster, each in a namespace of its own: their proof costs no more than that of one."""
    snapshot = cluster(manifest for role in ROLES for manifest in faulty(kind, role))
    return proven(assess(snapshot), snapshot)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_remedies_heal_every_kind_of_workload_and_container(kind: str, role: str) -> None:
    for check in PATCHED:
        findings = [i for i in healed(kind).result(check).open_findings if i.object.namespace == place(kind, role)]
        assert findings, check
        assert all(item.remedy and item.proven for item in findings), check


@pytest.mark.controlplane
@pytest.mark.parametrize("kind", KINDS)
def test_the_server_accepts_remedies_for_every_kind_of_workload(
    controlplane: ControlPlane, kind: str, tmp_path: Path
) -> None:
    objects = [manifest for role in ROLES for manifest in faulty(kind, role)]
    _create(controlplane, objects)
    found = assess(cluster(objects))
    findings = [item for check in PATCHED for item in found.result(check).open_findings if item.remedy]
    spaces = {place(kind, role) for role in ROLES}
    assert {(item.check, item.object.namespace) for item in findings} == {(i, j) for i in PATCHED for j in spaces}
    for finding in findings:
        _try(controlplane, finding, tmp_path)


SHAPES = {
    "windows": {"os": {"name": "windows"}, "nodeSelector": {"kubernetes.io/os": "windows"}},
    "groups": {"securityContext": {"fsGroup": 2000, "runAsUser": 1000}},
    "budget": {"resources": {"limits": {"cpu": "1", "memory": "64Mi"}}},
}


@pytest.mark.controlplane
@pytest.mark.parametrize("shape", SHAPES)
def test_the_server_accepts_remedies_for_pods_of_other_shapes(
    controlplane: ControlPlane, shape: str, tmp_path: Path
) -> None:
    own = container(
        env=[{"name": "DB_PASSWORD", "value": "Zr6KqTn9WvBx3JdLm4Tz"}],
        volumeMounts=[{"name": "db", "mountPath": "/etc/db"}],
    )
    second = container("second", volumeMounts=[{"name": "db", "mountPath": "/etc/db", "subPath": "a"}])
    volumes = [{"name": "db", "secret": {"secretName": "db"}}]
    spec = {"containers": [own, second], "volumes": volumes, **SHAPES[shape]}
    objects = [namespace(f"shape-{shape}"), workload("Deployment", "web", spec, f"shape-{shape}")]
    _create(controlplane, objects)
    findings = [item for item in assess(cluster(objects)).findings if item.remedy]
    assert "no_literal_credentials" in {item.check for item in findings}
    for finding in findings:
        _try(controlplane, finding, tmp_path)


def test_a_remedy_says_nothing_that_it_does_not_change() -> None:
    """No null, no empty map or list: what people apply is what they read."""
    remedies = [
        manifest
        for kind in KINDS
        for item in assess(cluster(faulty(kind, "main"))).findings
        for manifest in item.remedy
    ]
    assert len(remedies) > len(KINDS)
    assert [manifest for manifest in remedies if _noise(manifest)] == []


def _noise(value: Any, place: str = "") -> list[str]:
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in _noise(item, f"{place}.{key}")]
    if isinstance(value, list):
        return [found for item in value for found in _noise(item, place)]
    return [place] if value is None or value == "" else []


def _create(controlplane: ControlPlane, objects: list[dict[str, Any]]) -> None:
    """All tests share a server: what another fixture left under these names goes, for some fields never change."""
    items = [_as_applied(manifest) for manifest in objects if manifest["kind"] not in _SKIPPED]
    within = [item for item in items if item["kind"] != "Namespace"]
    if within:
        controlplane.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=_listed(within))
    controlplane.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=_listed(items))


def _listed(items: list[dict[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def _as_applied(manifest: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in ("uid", "creationTimestamp")}
    return {key: value for key, value in manifest.items() if key != "status"} | {"metadata": metadata}


def _try(controlplane: ControlPlane, finding: Finding, folder: Path) -> None:
    """Save the YAML as it is shown, and run the kubectl lines that are shown beside it, as a dry run on the server."""
    text = as_yaml(finding.remedy)
    assert list(yaml.safe_load_all(text)) == list(finding.remedy)
    named = re.split(r"^# (remedy-\d+\.yaml)\n", text, flags=re.MULTILINE)[1:] or ["remedy.yaml", text]
    for name, content in zip(named[::2], named[1::2], strict=True):
        (folder / name).write_text(content)
    for line in commands(finding.remedy):
        program, *arguments, file = shlex.split(line)
        assert program == "kubectl"
        controlplane.kubectl(*arguments, str(folder / file), "--dry-run=server")


WORDS = "n y N Y no on true null ~ 1 1e3 12e34567 0x1F 0o17 0b1 012 08 1_000 .5 +1 -1 1.10 12:30 2020-01-01 .inf << ="


@pytest.mark.controlplane
def test_text_in_the_yaml_of_a_remedy_is_text_to_kubectl(controlplane: ControlPlane) -> None:
    """A commit's hash in a label, a namespace called y: unquoted they are a number and a truth."""
    labels = {f"l{number}": word for number, word in enumerate(WORDS.split())}
    text = as_yaml([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "y", "labels": labels}}])
    read = controlplane.kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-", stdin=text)
    assert json.loads(read.stdout)["metadata"]["labels"] == labels
