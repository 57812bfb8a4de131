"""What a namespace's labels mean, held to the real API server: what it enforces, audits and warns of."""

import json
import random
import re
import time
from typing import Any

import pytest

from k8sready.engines.pss import Level, NamespacePolicy, effective_policy
from tests.controlplane.server import ControlPlane

from .oracle import PREFIX, denial

pytestmark = pytest.mark.controlplane
Labels = dict[str, str]
_MODES = ("enforce", "audit", "warn")
_LEVELS = [
    *(level.value for level in Level),
    *(level.value for level in Level),
    "Baseline",
    "none",
    "",
    "restricted-v2",
]
_VERSIONS = [
    *("latest", "latest", "v1.7", "v1.25", "v1.36", "v1.37", "v1.38", "v1.99", "v1.0", "v1.9223372036854775807"),
    *("v1.007", "1.30", "v2.0", "", "Latest", "v1", "v1.30.1", "v1.9223372036854775808", "v1." + "9" * 60),
]
# Violates both levels at every version, and is an object that the API server accepts.
_WORST: dict[str, Any] = {"hostPID": True, "containers": [{"name": "c", "image": "i"}]}


def generated(count: int) -> list[Labels]:
    """Label sets: any of the six labels absent, valid or invalid; the same ones every time."""
    draw = random.Random(8)
    made = []
    for _ in range(count):
        levels = {mode: draw.choice(_LEVELS) for mode in _MODES if draw.random() < 0.7}
        versions = {f"{mode}-version": draw.choice(_VERSIONS) for mode in _MODES if draw.random() < 0.5}
        made.append({PREFIX + name: value for name, value in (levels | versions).items()})
    return made


def test_labels_are_invalid_where_the_api_server_refuses_them(controlplane: ControlPlane) -> None:
    refused = 0
    for labels in generated(300):
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "labels", "labels": labels}}
        status, told = controlplane.request("POST", "/api/v1/namespaces?dryRun=All", body)
        causes = json.loads(told).get("details", {}).get("causes", []) if status == 422 else []
        ours = sorted(f"metadata.labels[{error.partition(': ')[0]}]" for error in effective_policy(labels).errors)
        assert (status in (201, 422), sorted(cause["field"] for cause in causes)) == (True, ours), labels
        refused += status == 422
    assert 50 <= refused <= 250


def test_labels_mean_the_policies_that_the_api_server_follows(controlplane: ControlPlane) -> None:
    """Invalid ones too: they come in through a namespace's status, where admission does not look at labels."""
    before = controlplane.audit_size()
    spaces = {_space(controlplane, labels): labels for labels in generated(120)}
    _await_marker(controlplane)
    warned = {space: _warned_and_enforced(controlplane, space) for space in spaces}
    audited = _audited(controlplane, before)
    for space, labels in spaces.items():
        meant = effective_policy(labels)
        assert (*warned[space], audited.get(space, "")) == _told(meant), labels


def _space(controlplane: ControlPlane, labels: Labels) -> str:
    space = controlplane.namespace("labels")
    headers = {"Content-Type": "application/merge-patch+json"}
    patch = {"metadata": {"labels": labels}}
    status, body = controlplane.request("PATCH", f"/api/v1/namespaces/{space}/status", patch, headers)
    assert status == 200, body
    return space


def _await_marker(controlplane: ControlPlane) -> None:
    """Admission watches namespaces: once it knows the last one, it knows those before."""
    marker, deadline = _space(controlplane, {f"{PREFIX}enforce": "restricted"}), time.monotonic() + 20
    while not _warned_and_enforced(controlplane, marker)[1]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _warned_and_enforced(controlplane: ControlPlane, space: str) -> tuple[str, str]:
    """The policies that the server warns of for a workload, and enforces on a pod; empty where it says nothing."""
    labels = {"app": "a"}
    spec = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": _WORST}}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}, "spec": spec}
    told = controlplane.warnings("POST", f"/apis/apps/v1/namespaces/{space}/deployments?dryRun=All", body)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": _WORST}
    answer = denial(*controlplane.request("POST", f"/api/v1/namespaces/{space}/pods?dryRun=All", pod))
    assert answer is not None
    return _policy_in(" ".join(told)), _policy_in(answer)


def _audited(controlplane: ControlPlane, before: int) -> dict[str, str]:
    """By namespace, the policy that the audit log says a workload there would violate."""
    key = f"{PREFIX}audit-violations"
    asked = [item for item in controlplane.audit_events(before) if "/deployments?" in item["requestURI"]]
    return {item["objectRef"]["namespace"]: _policy_in(item.get("annotations", {}).get(key, "")) for item in asked}


def _policy_in(text: str) -> str:
    found = re.search(r'violates? PodSecurity "([^"]*)"', text)
    return found[1] if found else ""


def _told(policy: NamespacePolicy) -> tuple[str, str, str]:
    """What the server says when it follows a policy: privileged violates nothing."""
    own = (policy.warn, policy.enforce, policy.audit)
    warn, enforce, audit = ("" if item.level is Level.PRIVILEGED else str(item) for item in own)
    return warn, enforce, audit
