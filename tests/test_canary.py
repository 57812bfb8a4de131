"""A canary in every place where people leave credentials: it occurs in nothing that this program keeps or shows."""

import base64
import io
import json
import logging
import traceback
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
import zstandard

import k8sready
from k8sready.answers import Said
from k8sready.assessment.asking import ask
from k8sready.checks import Severity, check
from k8sready.reporting import write_csv, write_json
from k8sready.snapshot import save
from k8sready.tables import TABLES, Tables
from k8sready.terminal import summary

CANARY = "c4n4ry-Zq7-hunter2"
ENCODED = base64.b64encode(CANARY.encode()).decode()
LAST = "kubectl.kubernetes.io/last-applied-configuration"


def planted() -> list[dict[str, Any]]:
    """Objects with the canary in more than thirty places."""
    notes = {
        LAST: json.dumps({"data": {"password": CANARY}, "kind": "Secret"}),
        "example.com/token": CANARY,
        "example.com/plain": CANARY,
        "example.com/config": json.dumps({"db": {"password": CANARY, "url": f"mysql://u:{CANARY}@db/x"}}),
        "example.com/repo": f"https://git:{CANARY}@git.example/a.git",
        "kubernetes.io/change-cause": f"kubectl set env deploy/a PASSWORD={CANARY} --token={CANARY}",
        "argocd.argoproj.io/note": f"https://x:{CANARY}@h/p?token={CANARY}",
    }
    container = {
        "name": "c",
        "image": f"user:{CANARY}@registry.example/a:1",
        "command": ["sh", "-c", f"PGPASSWORD={CANARY} psql", f"mysql -p{CANARY}"],
        "args": [f"--password={CANARY}", "--token", CANARY, CANARY, f"--dsn=postgres://u:{CANARY}@h/d", f"-p{CANARY}"],
        "env": [
            {"name": "DB_PASSWORD", "value": CANARY},
            {"name": "ANYTHING", "value": CANARY},
            {"name": "URL", "value": f"amqp://u:{CANARY}@mq/"},
            {"name": "JSON", "value": json.dumps({"token": CANARY})},
            {"name": "B64", "value": ENCODED},
        ],
        "livenessProbe": {
            "httpGet": {"port": 80, "path": f"/h?token={CANARY}", "httpHeaders": [{"name": "X-Auth", "value": CANARY}]}
        },
        "readinessProbe": {"exec": {"command": ["curl", "-u", f"a:{CANARY}", "localhost"]}},
        "lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", f"curl -H 'Authorization: Bearer {CANARY}' x"]}}},
    }
    volumes = [
        {
            "name": "v",
            "csi": {
                "driver": "d",
                "volumeAttributes": {"secret": f"password={CANARY}", "url": f"https://u:{CANARY}@h"},
            },
        },
        {"name": "i", "image": {"reference": f"u:{CANARY}@registry.example/m:1"}},
    ]
    spec = {"containers": [container], "initContainers": [{**container, "name": "i"}], "volumes": volumes}
    waiting = {"reason": "ErrImagePull", "message": f'pull "https://u:{CANARY}@r/x?sig={CANARY}": token={CANARY}'}
    status = {
        "phase": "Pending",
        "message": f"password: {CANARY}",
        "containerStatuses": [
            {"name": "c", "image": f"u:{CANARY}@r/a:1", "imageID": "", "state": {"waiting": waiting}}
        ],
    }
    template = {"metadata": {"labels": {"a": "b"}, "annotations": notes}, "spec": spec}
    condition = {
        "type": "Ready",
        "status": "False",
        "reason": "R",
        "message": f"get https://v:{CANARY}@vault/x: secret={CANARY}",
    }
    metadata = {"name": "a", "namespace": "n", "annotations": notes}
    application = {
        "source": {"repoURL": f"https://u:{CANARY}@git/x.git"},
        "sources": [{"repoURL": f"ssh://{CANARY}@git/x"}],
    }
    hook = {
        "name": "h.example",
        "clientConfig": {"url": f"https://u:{CANARY}@hook/x?key={CANARY}"},
        "sideEffects": "None",
    }
    managed = [
        {
            "manager": "m",
            "operation": "Update",
            "fieldsV1": {"f:data": {f"f:{CANARY}": {}}, "f:spec": {f"f:{CANARY}": {}}},
        }
    ]
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "annotations": notes}},
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {**metadata, "managedFields": managed},
            "data": {"k": ENCODED},
            "stringData": {"s": CANARY},
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata,
            "data": {"k": CANARY},
            "binaryData": {"b": ENCODED},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {**metadata, "managedFields": managed},
            "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template},
        },
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status},
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 1}]}},
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "e", "namespace": "n"},
            "involvedObject": {"kind": "Pod", "name": "a"},
            "reason": "Failed",
            "message": f"Error: --password {CANARY} user:{CANARY}@host",
        },
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": metadata,
            "status": {"conditions": [condition]},
        },
        {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": metadata,
            "status": {"conditions": [{**condition, "type": "Synced"}]},
        },
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata, "spec": application},
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": "w"},
            "webhooks": [hook],
        },
    ]


def test_the_canary_is_planted_widely() -> None:
    assert json.dumps(planted()).count(CANARY) >= 40


@pytest.fixture(params=["manifests", "dump"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "manifests":
        path = tmp_path / "folder" / "all.yaml"
        path.parent.mkdir()
        path.write_text(yaml.safe_dump_all(planted()))
        return path.parent
    items = [{**item, "metadata": {**item["metadata"], "uid": str(place)}} for place, item in enumerate(planted())]
    path = tmp_path / "dump.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return path


def test_it_occurs_in_nothing_that_is_kept_or_shown(
    source: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    snapshot = k8sready.open(source)
    shown = {"repr": repr(snapshot), "saved": contents(save(snapshot, tmp_path / "s.k8sready"))}
    tables = Tables(snapshot)
    shown |= {f"table {name}": tables[name].to_csv() for name in TABLES}
    assessment = k8sready.assess(snapshot)
    shown["terminal"] = summary(assessment)
    shown["json"] = write_json(assessment, tmp_path / "r.json").read_text()
    shown["csv"] = write_csv(assessment, tmp_path / "r.csv").read_text()
    shown["html"] = k8sready.report(assessment, snapshot, tmp_path / "r.html").read_text()
    shown["log"] = caplog.text
    leaks = [name for name, text in shown.items() if CANARY in text or ENCODED in text]
    assert leaks == []
    assert "a" in shown["table containers"]  # the objects did arrive


def contents(path: Path) -> str:
    """Every member of a snapshot file, unpacked."""
    with zipfile.ZipFile(path) as archive:
        bodies = [archive.read(name) for name in archive.namelist()]
    return "".join(zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)).read().decode() for body in bodies)


def test_a_check_that_raises_leaves_no_trace_of_it(source: Path, caplog: pytest.LogCaptureFixture) -> None:
    @check(Severity.LOW)
    def broken(secrets: Any) -> Any:
        raise ValueError(secrets.to_csv())

    snapshot = k8sready.open(source)
    result = ask(broken, "test", Tables(snapshot), Said())
    assert result.detail == "ValueError"
    assert CANARY not in caplog.text
    assert ENCODED not in caplog.text


def test_broken_manifests_are_told_without_their_content(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"kind: Secret\nstringData: {{password: {CANARY}\n  - x")
    (tmp_path / "b.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: 7}\n")
    (tmp_path / "c.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n")
    snapshot = k8sready.open(tmp_path)
    assert "a.yaml: line" in snapshot.coverage["pods"].reason
    assert CANARY not in repr(snapshot)


def test_errors_carry_no_content(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"password: {CANARY}: [")
    try:
        k8sready.open(path)
    except k8sready.errors.K8sReadyError:
        assert CANARY not in traceback.format_exc()
    else:
        pytest.fail("a file without objects was opened")
