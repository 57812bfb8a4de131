"""A canary in every place where people leave credentials: it occurs in nothing that this program keeps or shows."""

import io
import json
import logging
import sys
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
import zstandard

import k8sready
from k8sready.answers import Said
from k8sready.assessment.asking import ask
from k8sready.checks import Severity, check
from k8sready.cli import main
from k8sready.reporting import write_csv, write_json
from k8sready.snapshot import Snapshot, save
from k8sready.tables import TABLES, Tables
from k8sready.terminal import summary
from tests.controlplane.server import ControlPlane

from .objects.planted import NAMESPACE, encoded, filed, served, status

CANARY = "c4n4ry-Zq7-hunter2"
ENCODED = encoded(CANARY)


def planted() -> list[dict[str, Any]]:
    return [*served(CANARY), *filed(CANARY)]


def test_the_canary_is_planted_widely() -> None:
    places: set[str] = set()
    walk(planted(), "", places)
    assert len(places) >= 100


def walk(value: Any, path: str, places: set[str]) -> None:
    """Collect the paths of fields (not of items of lists) that hold the canary."""
    if isinstance(value, dict):
        for name, item in value.items():
            walk(item, f"{path}.{value.get('kind', '')}{name}", places)
    elif isinstance(value, list):
        for item in value:
            walk(item, path, places)
    elif isinstance(value, str) and (CANARY in value or ENCODED in value):
        places.add(path)


def folder(tmp_path: Path, _: pytest.MonkeyPatch) -> Any:
    target = tmp_path / "folder"
    target.mkdir()
    (target / "all.yaml").write_text(yaml.safe_dump_all(planted()))
    return target


def dump(tmp_path: Path, _: pytest.MonkeyPatch) -> Any:
    items = [
        {**item, "metadata": {**item.get("metadata", {}), "uid": str(place)}} for place, item in enumerate(planted())
    ]
    target = tmp_path / "dump.json"
    target.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return target


def stream(_: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    body = yaml.safe_dump_all(planted()).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    return "-"


WAYS_IN: list[Callable[[Path, pytest.MonkeyPatch], Any]] = [folder, dump, stream]


@pytest.mark.parametrize("way", WAYS_IN, ids=lambda way: way.__name__)
def test_it_occurs_in_nothing_that_is_kept_or_shown(
    way: Callable[[Path, pytest.MonkeyPatch], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    snapshot = k8sready.open(way(tmp_path, monkeypatch))
    assert {"a", "strange"} <= {item.metadata.name for item in snapshot.objects["pods"]}
    assert leaks(shown(snapshot, tmp_path) | {"log": caplog.text}) == []


@pytest.mark.controlplane
def test_it_occurs_in_nothing_that_is_collected(
    controlplane: ControlPlane, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    everything = {"apiVersion": "v1", "kind": "List", "items": served(CANARY)}
    controlplane.kubectl("create", "namespace", NAMESPACE)
    try:
        controlplane.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(everything))
        path = f"/api/v1/namespaces/{NAMESPACE}/pods/a/status"
        patch = {"status": status(CANARY)}
        answer, _ = controlplane.request("PATCH", path, patch, {"Content-Type": "application/merge-patch+json"})
        assert answer == 200
        snapshot = k8sready.collect(controlplane.kubeconfig(), secrets=True)
    finally:
        controlplane.kubectl("delete", "validatingwebhookconfiguration", "planted-hook", "--ignore-not-found")
        controlplane.kubectl("delete", "namespace", NAMESPACE, "--wait=false")
    assert ("a", NAMESPACE) in {(item.metadata.name, item.metadata.namespace) for item in snapshot.objects["pods"]}
    assert len(snapshot.objects["events"]) >= len(served(CANARY)) - 14
    assert leaks(shown(snapshot, tmp_path) | {"log": caplog.text, "terminal": "".join(capfd.readouterr())}) == []


def shown(snapshot: Snapshot, tmp_path: Path) -> dict[str, str]:
    """Every way out, as text."""
    told = {"repr": repr(snapshot), "saved": contents(save(snapshot, tmp_path / "s.k8sready"))}
    tables = Tables(snapshot)
    told |= {f"table {name}": tables[name].to_csv() for name in TABLES}
    assessment = k8sready.assess(snapshot)
    told["terminal"] = summary(assessment)
    told["json"] = write_json(assessment, tmp_path / "r.json").read_text()
    told["csv"] = write_csv(assessment, tmp_path / "r.csv").read_text()
    told["html"] = k8sready.report(assessment, snapshot, tmp_path / "r.html").read_text()
    again = k8sready.open(tmp_path / "s.k8sready")
    return told | {"opened again": repr(again), "what if": repr(again.apply([{**item} for item in served(CANARY)]))}


def leaks(told: dict[str, str]) -> list[str]:
    pieces = (CANARY, CANARY.lower(), CANARY[:-3], CANARY[4:], ENCODED, ENCODED[:-4])
    return [
        f"{name}: {text[max(0, text.find(piece) - 80) :][:160]}"
        for name, text in told.items()
        for piece in pieces
        if piece in text
    ]


def contents(path: Path) -> str:
    """Every member of a snapshot file, unpacked."""
    with zipfile.ZipFile(path) as archive:
        bodies = [archive.read(name) for name in archive.namelist()]
    return "".join(zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)).read().decode() for body in bodies)


def test_a_check_that_raises_leaves_no_trace_of_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    @check(Severity.LOW)
    def broken(secrets: Any, events: Any, env_literals: Any) -> Any:
        raise ValueError(secrets.to_csv() + events.to_csv() + env_literals.to_csv())

    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(planted()))
    tables = Tables(k8sready.open(tmp_path))
    result = ask(broken, "test", tables, Said())
    assert result.detail == "ValueError"
    try:
        broken.function(*(tables[name] for name in broken.tables))
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert leaks({"log": caplog.text, "locals": told}) == []


BROKEN = {
    "flow": f"kind: Secret\nstringData: {{password: {CANARY}\n  - x",
    "type": f"apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{ports: {CANARY}}}\n",
    "enum": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: net}\n"
    f"spec: {{podSelector: {{matchExpressions: [{{key: k, operator: {CANARY}}}]}}}}\n",
    "time": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, creationTimestamp: {CANARY}}}\n",
    "environment": f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{env: [{CANARY}]}}]}}\n",
    "unclosed": f'kind: Secret\nstringData:\n  password: "{CANARY}\n',
    "tab": f"kind: Secret\nstringData:\n\tpassword: {CANARY}\n",
    "json": f'{{"kind": "Secret", "stringData": {{"password": "{CANARY}",}}',
    "tag": f"kind: Secret\nstringData: {{password: !{CANARY} x}}\n",
    "timestamp": f"kind: Secret\nstringData: {{password: !!timestamp {CANARY}}}\n",
    "name": f"apiVersion: v1\nkind: Service\nmetadata: {{name: {{x: {CANARY}}}}}\nspec: {{ports: 7}}\n",
    "nothing": f"password: {CANARY}: [",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_without_its_content(
    body: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.yaml").write_text(body)
    code = main(["assess", str(tmp_path / "broken.yaml"), "--json", "-", "--no-prove"])
    (tmp_path / "good.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: good}\n")
    snapshot = k8sready.open(tmp_path)
    told = "".join(capfd.readouterr())
    assert code == 2
    assert "broken.yaml" in told
    assert leaks({"repr": repr(snapshot), "log": caplog.text, "terminal": told}) == []


def test_errors_carry_no_content(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(BROKEN["nothing"])
    try:
        k8sready.open(path)
    except k8sready.errors.K8sReadyError:
        assert leaks({"traceback": traceback.format_exc()}) == []
    else:
        pytest.fail("a file without objects was opened")
