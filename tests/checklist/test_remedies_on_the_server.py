"""Remedies against the real API server: what is shown as YAML is accepted by it."""

import json
from typing import Any

import pytest
import yaml

from k8sready.assessment import assess
from k8sready.checklist import CHECKLIST
from k8sready.checks import Check, Section
from k8sready.remedies import as_yaml, command, is_patch
from tests.controlplane.server import ControlPlane

from .clusters import cluster, manifests

WITH_REMEDY = [
    pytest.param(section, check, id=check.name) for section in CHECKLIST for check in section.checks if check.remedy
]
_SKIPPED = ("Node", "Event", "Pod", "ReplicaSet", "VulnerabilityReport", "ExternalSecret")


@pytest.mark.controlplane
@pytest.mark.parametrize(("section", "check"), WITH_REMEDY)
def test_the_server_accepts_the_remedy(controlplane: ControlPlane, section: Section, check: Check) -> None:
    objects = manifests(section.name, check.name, "fail")
    for manifest in objects:
        _create(controlplane, manifest)
    findings = assess(cluster(objects)).result(check.name).open_findings
    tried = 0
    for finding in findings:
        for manifest in finding.remedy:
            _try(controlplane, manifest)
            tried += 1
    assert tried


def _create(controlplane: ControlPlane, manifest: dict[str, Any]) -> None:
    if manifest["kind"] in _SKIPPED:
        return
    cleaned = {key: value for key, value in manifest.items() if key != "status"}
    cleaned["metadata"] = {
        key: value for key, value in manifest["metadata"].items() if key not in ("uid", "creationTimestamp")
    }
    controlplane.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=json.dumps(cleaned))


def _try(controlplane: ControlPlane, manifest: dict[str, Any]) -> None:
    """Run the kubectl line that is shown, with a server-side dry run."""
    line = command(manifest).split()
    assert line[0] == "kubectl"
    text = as_yaml([manifest])
    assert yaml.safe_load(text) == manifest
    arguments = [word for word in line[1:] if word not in ("-f", "--patch-file", "remedy.yaml")]
    given = ["--patch", text] if is_patch(manifest) else ["--server-side", "--force-conflicts", "-f", "-"]
    controlplane.kubectl(*arguments, *given, "--dry-run=server", stdin=None if is_patch(manifest) else text)
