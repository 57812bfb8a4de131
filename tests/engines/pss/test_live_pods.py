"""The engine against the real API server where pods live: debug containers, and pods there when labels change."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from k8sready.engines.pss import Level, Policy, Version, evaluate, existing_pod_warnings
from tests.controlplane.server import ControlPlane

from .containers import TIDY, Manifest, debug_containers
from .oracle import denial, pod_of, policy_labels

pytestmark = pytest.mark.controlplane
_POLICIES = [
    Policy(level, Version(minor)) for level in (Level.BASELINE, Level.RESTRICTED) for minor in (None, 7, 18, 19, 22, 24)
]


def manifest(name: str, spec: Manifest | None = None, context: Manifest | None = None, **metadata: Any) -> Manifest:
    container = {"name": "c", "image": "i", "securityContext": {**TIDY, **(context or {})}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, **metadata},
        "spec": {"containers": [container], **(spec or {})},
    }


LOCALHOST = {"type": "Localhost", "localhostProfile": "p"}
WINDOWS = {"os": {"name": "windows"}, "containers": [{"name": "c", "image": "i"}]}
BASES = {
    "clean": manifest("clean"),
    "loose": manifest("loose", context={"runAsNonRoot": None, "seccompProfile": None}),
    "decided": manifest("decided", {"securityContext": {"runAsNonRoot": True, "seccompProfile": LOCALHOST}}),
    "root": manifest("root", {"securityContext": {"runAsUser": 0}}),
    "host": manifest("host", {"hostNetwork": True}, {"privileged": True, "allowPrivilegeEscalation": True}),
    "users": manifest("users", {"hostUsers": False}, {"runAsNonRoot": None}),
    "windows": {**manifest("windows"), "spec": {**WINDOWS, "securityContext": {"runAsNonRoot": True}}},
}


def relabel(controlplane: ControlPlane, namespace: str, labels: dict[str, str], query: str = "") -> tuple[str, ...]:
    patch = {"metadata": {"labels": labels}}
    headers = {"Content-Type": "application/merge-patch+json"}
    return controlplane.warnings("PATCH", f"/api/v1/namespaces/{namespace}{query}", patch, headers)


def test_debug_containers_are_judged_as_by_the_api_server(controlplane: ControlPlane) -> None:
    """They come through a subresource of a pod that runs already, so the whole pod is judged again."""
    spaces = {}
    for policy in _POLICIES:
        space = spaces[policy] = controlplane.namespace("debug")
        made = [controlplane.request("POST", f"/api/v1/namespaces/{space}/pods", item) for item in BASES.values()]
        assert [status for status, _ in made] == [201] * len(BASES), made
        relabel(controlplane, space, policy_labels(policy))
    for policy, space in spaces.items():
        _wait_until_enforced(controlplane, space, policy)
    counts: Counter[str] = Counter()

    for seed in range(400):
        random = Random(seed)
        base, policy = random.choice(sorted(BASES)), random.choice(_POLICIES)
        path = f"/api/v1/namespaces/{spaces[policy]}/pods/{base}"
        live = controlplane.get(path)
        live["spec"]["ephemeralContainers"] = debug_containers(random)
        answer = denial(*controlplane.request("PUT", f"{path}/ephemeralcontainers?dryRun=All", live))
        counts["invalid" if answer is None else "denied" if answer else "admitted"] += 1
        if answer is not None:
            pod = pod_of(live)
            assert evaluate(pod.metadata, pod.spec, policy).text == answer, live
    assert counts["admitted"] >= 10
    assert counts["denied"] >= 100


def _wait_until_enforced(controlplane: ControlPlane, space: str, policy: Policy) -> None:
    """The admission plugin reads a namespace's labels from its informer's cache, a moment after they were written."""
    bad = manifest("bad", {"hostNetwork": True})
    deadline = time.monotonic() + 10
    while not (told := denial(*controlplane.request("POST", f"/api/v1/namespaces/{space}/pods?dryRun=All", bad))):
        assert time.monotonic() < deadline, (policy, told)
        time.sleep(0.05)


def _comparable(warnings: Sequence[str]) -> tuple[str, ...]:
    """The headline, then the others in order, without the pods that the server happened to name."""
    return (*warnings[:1], *sorted(re.sub(r"^\S+( \(|: )", r"POD\1", warning) for warning in warnings[1:]))


@pytest.mark.parametrize(
    "policy", [Policy(Level.BASELINE), Policy(Level.RESTRICTED), Policy(Level.RESTRICTED, Version(18))]
)
def test_existing_pods_are_warned_of_as_by_the_api_server(controlplane: ControlPlane, policy: Policy) -> None:
    space = controlplane.namespace("existing")
    for copy in range(3):
        for name, body in BASES.items():
            if copy <= len(name) % 3:  # one, two or three alike
                changed = {**body, "metadata": {"name": f"{name}-{copy}"}}
                assert controlplane.request("POST", f"/api/v1/namespaces/{space}/pods", changed)[0] == 201
    live = controlplane.get(f"/api/v1/namespaces/{space}/pods")["items"]
    ours = existing_pod_warnings(space, [pod_of({"apiVersion": "v1", "kind": "Pod", **item}) for item in live], policy)
    assert len(ours) >= 2
    # The admission plugin lists pods from its informer's cache, which may not hold the last of them yet.
    deadline = time.monotonic() + 10
    told: tuple[str, ...] = ()
    while told != _comparable(ours) and time.monotonic() < deadline:
        told = _comparable(relabel(controlplane, space, policy_labels(policy), "?dryRun=All"))
    assert told == _comparable(ours)
