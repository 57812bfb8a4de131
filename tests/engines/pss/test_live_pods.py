"""The engine against the real API server where pods live: debug containers, changed labels, workloads' warnings."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8sready.engines.pss import Level, Policy, Version, evaluate, existing_pod_warnings
from k8sready.objects.decoding import from_manifest
from k8sready.objects.pods import Pod
from tests.controlplane.server import ControlPlane

from .generators import Manifest, contexts, pods

pytestmark = pytest.mark.controlplane
PREFIX = "pod-security.kubernetes.io/"
GOOD = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_POLICIES = [
    Policy(level, Version(minor)) for level in (Level.BASELINE, Level.RESTRICTED) for minor in (None, 7, 18, 19, 22, 24)
]
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def manifest(name: str, spec: Manifest | None = None, context: Manifest | None = None, **metadata: Any) -> Manifest:
    container = {"name": "c", "image": "i", "securityContext": {**GOOD, **(context or {})}}
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


def policy_labels(policy: Policy, mode: str = "enforce") -> dict[str, str]:
    return {f"{PREFIX}{mode}": policy.level.value, f"{PREFIX}{mode}-version": str(policy.version)}


def relabel(controlplane: ControlPlane, namespace: str, labels: dict[str, str], query: str = "") -> tuple[str, ...]:
    patch = {"metadata": {"labels": labels}}
    headers = {"Content-Type": "application/merge-patch+json"}
    return controlplane.warnings("PATCH", f"/api/v1/namespaces/{namespace}{query}", patch, headers)


def pod_of(body: Manifest) -> Pod:
    pod = from_manifest(body)[1]
    assert isinstance(pod, Pod)
    return pod


@st.composite
def _debug_containers(draw: st.DrawFn) -> list[Manifest]:
    names = ["debug-a", "debug-b"][: draw(st.integers(1, 2))]
    made = ({"name": name, "image": "i", "securityContext": draw(contexts(unmasked=False))} for name in names)
    return [{key: value for key, value in item.items() if value is not None} for item in made]


def test_debug_containers_are_judged_as_by_the_api_server(controlplane: ControlPlane) -> None:
    """They come through a subresource of a pod that runs already, so the whole pod is judged again."""
    spaces = {}
    for policy in _POLICIES:
        space = spaces[policy] = controlplane.namespace("debug")
        made = [controlplane.request("POST", f"/api/v1/namespaces/{space}/pods", item) for item in BASES.values()]
        assert [status for status, _ in made] == [201] * len(BASES), made
        relabel(controlplane, space, policy_labels(policy))
    counts: Counter[str] = Counter()

    @settings(max_examples=250, deadline=None, suppress_health_check=_QUIET, database=None, derandomize=True)
    @given(st.sampled_from(sorted(BASES)), st.sampled_from(_POLICIES), _debug_containers())
    def compare(base: str, policy: Policy, debug: list[Manifest]) -> None:
        path = f"/api/v1/namespaces/{spaces[policy]}/pods/{base}"
        live = controlplane.get(path)
        live["spec"]["ephemeralContainers"] = debug
        status, body = controlplane.request("PUT", f"{path}/ephemeralcontainers?dryRun=All", live)
        _, mark, told = json.loads(body).get("message", "").partition("violates PodSecurity")
        if status != 200 and not (status == 403 and mark):
            counts["invalid"] += 1
            return
        counts["admitted" if status == 200 else "denied"] += 1
        pod = pod_of(live)
        assert evaluate(pod.metadata, pod.spec, policy).text == f"{mark}{told}"

    compare()
    assert counts["admitted"] >= 10
    assert counts["denied"] >= 100


def _workloads(template: Manifest) -> dict[str, Manifest]:
    """Every kind with a pod template, by the path it is created at."""
    bare = {"metadata": {"labels": {"app": "a"}, **template["metadata"]}, "spec": template["spec"]}
    bare["metadata"].pop("name", None)
    once = {**bare, "spec": {**template["spec"], "restartPolicy": "Never"}}
    selector = {"matchLabels": {"app": "a"}}
    nightly = {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": once}}}
    kinds: dict[str, tuple[str, Manifest]] = {
        "apis/apps/v1/{}/deployments": ("Deployment", {"selector": selector, "template": bare}),
        "apis/apps/v1/{}/replicasets": ("ReplicaSet", {"selector": selector, "template": bare}),
        "apis/apps/v1/{}/daemonsets": ("DaemonSet", {"selector": selector, "template": bare}),
        "apis/apps/v1/{}/statefulsets": ("StatefulSet", {"selector": selector, "serviceName": "s", "template": bare}),
        "apis/batch/v1/{}/jobs": ("Job", {"template": once}),
        "apis/batch/v1/{}/cronjobs": ("CronJob", nightly),
        "api/v1/{}/replicationcontrollers": ("ReplicationController", {"selector": {"app": "a"}, "template": bare}),
        "api/v1/{}/podtemplates": ("PodTemplate", {}),
    }
    made = {}
    for path, (kind, spec) in kinds.items():
        version = path.removeprefix("apis/").removeprefix("api/").partition("/{}")[0]
        body: Manifest = {"apiVersion": version, "kind": kind, "metadata": {"name": "w"}, "spec": spec}
        made[path] = {**body, "template": bare} if kind == "PodTemplate" else body
    return made


def test_every_kind_with_a_pod_template_is_warned_of_as_by_the_api_server(controlplane: ControlPlane) -> None:
    """Admission enforces on pods only; of workloads it warns, in the words that the engine has for their template."""
    policy = Policy(Level.RESTRICTED)
    space = controlplane.namespace("kinds", policy_labels(policy, "warn"))
    compared: Counter[str] = Counter()

    @settings(max_examples=60, deadline=None, suppress_health_check=_QUIET, database=None, derandomize=True)
    @given(pods())
    def compare(template: Manifest) -> None:
        if controlplane.request("POST", f"/api/v1/namespaces/{space}/pods?dryRun=All", template)[0] != 201:
            return
        pod = pod_of(template)
        verdict = evaluate(pod.metadata, pod.spec, policy)
        for path, body in _workloads(template).items():
            url = f"/{path.format(f'namespaces/{space}')}?dryRun=All"
            if controlplane.request("POST", url, body)[0] != 201:  # a DaemonSet may not do all that a pod may
                continue
            told = [text for text in controlplane.warnings("POST", url, body) if "violate PodSecurity" in text]
            assert told == ([f"would {verdict.text.replace('violates', 'violate', 1)}"] if verdict.text else []), path
            compared[path] += 1

    compare()
    assert len(compared) == 8
    assert min(compared.values()) >= 20


def _unnamed(warning: str) -> str:
    """Without the pod that the server happened to name."""
    return re.sub(r"^\S+( \(|: )", r"POD\1", warning)


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
    told = relabel(controlplane, space, policy_labels(policy), "?dryRun=All")
    live = controlplane.get(f"/api/v1/namespaces/{space}/pods")["items"]
    ours = existing_pod_warnings(space, [pod_of({"apiVersion": "v1", "kind": "Pod", **item}) for item in live], policy)
    assert len(ours) >= 2
    assert ours[0] == told[0]
    assert sorted(map(_unnamed, ours[1:])) == sorted(map(_unnamed, told[1:]))
