"""The engine against the real API server's admission: the same verdict, the same controls, the same words."""

import json
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8sready.engines.pss import Level, Policy, Version, evaluate, minimal_patch
from k8sready.objects.decoding import from_manifest
from k8sready.objects.pods import Pod
from k8sready.snapshot.merging import strategic
from tests.controlplane.server import ControlPlane

from .generators import Manifest, pods

pytestmark = pytest.mark.controlplane
MINORS = (None, 0, 7, 8, 18, 19, 21, 22, 24, 25, 26, 28, 30, 31, 33, 34, 35, 36, 37, 40)
POLICIES = [Policy(level, Version(minor)) for level in (Level.BASELINE, Level.RESTRICTED) for minor in MINORS]
Spaces = dict[Policy, str]


@pytest.fixture(scope="module")
def spaces(controlplane: ControlPlane) -> Spaces:
    """A namespace for every policy."""
    prefix = "pod-security.kubernetes.io/enforce"
    return {
        policy: controlplane.namespace("pss", {prefix: policy.level.value, f"{prefix}-version": str(policy.version)})
        for policy in POLICIES
    }


def ask(controlplane: ControlPlane, namespace: str, manifest: Manifest) -> str | None:
    """What admission says of a pod: "" for admitted, its denial, or None where the pod is no valid object."""
    status, body = controlplane.request("POST", f"/api/v1/namespaces/{namespace}/pods?dryRun=All", manifest)
    if status == 201:
        return ""
    message: str = json.loads(body)["message"]
    _, mark, told = message.partition("violates PodSecurity")
    return f"violates PodSecurity{told}" if status == 403 and mark else None


def pod_of(manifest: Manifest) -> Pod:
    pod = from_manifest(manifest)[1]
    assert isinstance(pod, Pod)
    return pod


def agreement(controlplane: ControlPlane, spaces: Spaces) -> tuple[Callable[[Manifest, Policy], None], Counter[str]]:
    counts: Counter[str] = Counter()

    def agrees(manifest: Manifest, policy: Policy) -> None:
        answer = ask(controlplane, spaces[policy], manifest)
        if answer is None:
            counts["invalid"] += 1
            return
        counts["admitted" if answer == "" else "denied"] += 1
        pod = pod_of(manifest)
        assert evaluate(pod.metadata, pod.spec, policy).text == answer
        if answer:
            patch = minimal_patch(pod.metadata, pod.spec, policy)
            healed = strategic(manifest, patch.template)
            after = ask(controlplane, spaces[policy], healed)
            if after is not None:
                counts["patched"] += 1
                assert (after == "") is patch.complete, (patch, after)

    return agrees, counts


def run(controlplane: ControlPlane, spaces: Spaces, examples: int) -> Counter[str]:
    agrees, counts = agreement(controlplane, spaces)
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

    @settings(
        max_examples=examples, deadline=None, suppress_health_check=quiet, database=None, derandomize=examples < 1000
    )
    @given(pods(), st.sampled_from(POLICIES))
    def compare(manifest: Manifest, policy: Policy) -> None:
        agrees(manifest, policy)

    compare()
    return counts


def test_verdicts_words_and_patches_agree_with_the_api_server(controlplane: ControlPlane, spaces: Spaces) -> None:
    counts = run(controlplane, spaces, 500)
    assert counts["admitted"] + counts["denied"] >= 300
    assert counts["denied"] >= 100
    assert counts["patched"] >= 50


@pytest.mark.long
def test_they_agree_on_thousands_of_pods(
    controlplane: ControlPlane, spaces: Spaces, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = run(controlplane, spaces, 7_000)
    with capsys.disabled():
        print(f"\npod security: {dict(counts)}, 0 differences")
    assert counts["admitted"] + counts["denied"] >= 5_000


SIMPLE = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p"},
    "spec": {"containers": [{"name": "c", "image": "i"}]},
}


@pytest.mark.parametrize("level", ["privileged", "baseline", "restricted", "Baseline", "none"])
@pytest.mark.parametrize("version", ["latest", "v1.7", "v1.007", "1.30", "v2.0", ""])
def test_labels_mean_what_the_api_server_takes_them_for(controlplane: ControlPlane, level: str, version: str) -> None:
    """Invalid labels are refused on a namespace, so the engine's reading of them is checked against that refusal."""
    from k8sready.engines.pss import effective_policy

    prefix = "pod-security.kubernetes.io/enforce"
    labels = {prefix: level, f"{prefix}-version": version}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "labels", "labels": labels}}
    status, _ = controlplane.request("POST", "/api/v1/namespaces?dryRun=All", body)
    assert (status == 201) is (not effective_policy(labels).errors)
