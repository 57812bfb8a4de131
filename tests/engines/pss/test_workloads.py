"""The engine's words and patches for pod templates of every kind, held to the real API server."""

import json
from collections import Counter
from random import Random

import pytest

from k8sready.engines.pss import Level, Policy, evaluate, minimal_patch
from tests.controlplane.server import ControlPlane

from .generators import pod
from .kinds import workloads
from .oracle import POLICIES, Oracle, pod_of, policy_labels

pytestmark = pytest.mark.controlplane


def test_every_kind_with_a_pod_template_is_warned_of_as_by_the_api_server(controlplane: ControlPlane) -> None:
    """Admission enforces on pods only; of workloads it warns, in the words that the engine has for their template."""
    policy = Policy(Level.RESTRICTED)
    space = controlplane.namespace("kinds", policy_labels(policy, "warn"))
    compared: Counter[str] = Counter()

    for seed in range(80):
        template = pod(Random(seed))
        if controlplane.request("POST", f"/api/v1/namespaces/{space}/pods?dryRun=All", template)[0] != 201:
            continue
        made = pod_of(template)
        verdict = evaluate(made.metadata, made.spec, policy, template=True)
        for path, body in workloads(template).items():
            url = f"/{path.format(f'namespaces/{space}')}?dryRun=All"
            if controlplane.request("POST", url, body)[0] != 201:  # a DaemonSet may not do all that a pod may
                continue
            told = [text for text in controlplane.warnings("POST", url, body) if "violate PodSecurity" in text]
            assert told == ([f"would {verdict.text.replace('violates', 'violate', 1)}"] if verdict.text else []), path
            compared[path] += 1

    assert len(compared) == 8
    assert min(compared.values()) >= 20


def test_patches_merged_by_the_api_server_make_what_the_engine_promises(controlplane: ControlPlane) -> None:
    """A PodTemplate holds whatever a pod may; the server merges the patch into it, and then judges a pod of it."""
    oracle, space = Oracle.of(controlplane), controlplane.namespace("templates")
    base, counts = f"/api/v1/namespaces/{space}/podtemplates", Counter[str]()
    headers = {"Content-Type": "application/strategic-merge-patch+json"}

    for seed in range(250):
        random = Random(seed)
        manifest, policy = pod(random), random.choice(POLICIES)
        if not oracle.ask(manifest, policy):
            continue
        made = pod_of(manifest)
        patch = minimal_patch(made.metadata, made.spec, policy)
        body = {**workloads(manifest)["api/v1/{}/podtemplates"], "metadata": {"name": f"t{counts.total()}"}}
        if controlplane.request("POST", base, body)[0] != 201:  # AppArmor annotations must match fields already here
            continue
        path = f"{base}/t{counts.total()}"
        status, merged = controlplane.request("PATCH", path, {"template": patch.template}, headers)
        assert status == 200, (merged, patch)
        template = json.loads(merged)["template"]
        template["metadata"] = {"name": "p", "annotations": template["metadata"].get("annotations", {})}
        told = oracle.ask({"apiVersion": "v1", "kind": "Pod", **template}, policy)
        assert told is not None
        assert (told == "") is patch.complete, (patch, told)
        counts["healed" if patch.complete else "left to people"] += 1

    assert min(counts["healed"], counts["left to people"]) >= 15, counts
