"""Hard questions, and the reasons of their answers."""

from typing import Any

import pytest

from k8sready.engines.pss import (
    LATEST,
    Level,
    Policy,
    Version,
    effective_policy,
    evaluate,
    highest_level,
    parse_version,
)
from k8sready.objects.decoding import from_manifest
from k8sready.objects.pods import Pod

RESTRICTED, BASELINE = Policy(Level.RESTRICTED), Policy(Level.BASELINE)
GOOD = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def pod(
    spec: dict[str, Any] | None = None, context: dict[str, Any] | None = None, notes: dict[str, str] | None = None
) -> Pod:
    container = {"name": "c", "image": "i", "securityContext": {**GOOD, **(context or {})}}
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "annotations": notes or {}},
        "spec": {"containers": [container], **(spec or {})},
    }
    made = from_manifest(manifest)[1]
    assert isinstance(made, Pod)
    return made


CASES = [
    pytest.param(
        pod({"securityContext": {"runAsNonRoot": False}}),
        RESTRICTED,
        37,
        ["runAsNonRoot"],
        id="the pod's false outweighs every container's true",
    ),
    pytest.param(
        pod(context={"capabilities": {"drop": ["ALL"], "add": ["CAP_CHOWN"]}}),
        BASELINE,
        37,
        ["capabilities_baseline"],
        id="CAP_CHOWN is not CHOWN",
    ),
    pytest.param(
        pod(context={"capabilities": {"drop": ["all"]}}),
        RESTRICTED,
        37,
        ["capabilities_restricted"],
        id="all is not ALL",
    ),
    pytest.param(
        pod(context={"capabilities": None}),
        Policy(Level.RESTRICTED, Version(21)),
        37,
        [],
        id="restricted did not ask for drop ALL before 1.22",
    ),
    pytest.param(
        pod({"hostUsers": False}, {"runAsNonRoot": None, "runAsUser": 0}),
        RESTRICTED,
        37,
        [],
        id="a user namespace lifts the ban on root since 1.35",
    ),
    pytest.param(
        pod({"hostUsers": False}, {"runAsNonRoot": None}),
        Policy(Level.RESTRICTED, Version(34)),
        37,
        ["runAsNonRoot"],
        id="but not at policy 1.34",
    ),
    pytest.param(
        pod({"hostUsers": False}, {"procMount": "Unmasked"}),
        RESTRICTED,
        37,
        ["procMount_restricted"],
        id="restricted keeps its own ban on procMount",
    ),
    pytest.param(
        pod({"volumes": [{"name": "v", "image": {"reference": "a"}}]}),
        Policy(Level.RESTRICTED, Version(30)),
        32,
        ["restrictedVolumes"],
        id="image volumes depend on the binary",
    ),
    pytest.param(
        pod({"volumes": [{"name": "v", "image": {"reference": "a"}}]}),
        Policy(Level.RESTRICTED, Version(30)),
        33,
        [],
        id="whatever the policy's version",
    ),
    pytest.param(pod({"volumes": [{"name": "v"}]}), RESTRICTED, 37, [], id="a volume with only a name is an emptyDir"),
    pytest.param(
        pod({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}),
        RESTRICTED,
        37,
        ["restrictedVolumes"],
        id="restrictedVolumes replaces hostPathVolumes",
    ),
    pytest.param(
        pod(context={"appArmorProfile": {"type": "Unconfined"}}),
        BASELINE,
        29,
        [],
        id="the AppArmor field is read since binary 1.30",
    ),
    pytest.param(
        pod(notes={"container.apparmor.security.beta.kubernetes.io/nobody": "unconfined"}),
        BASELINE,
        37,
        ["appArmorProfile"],
        id="an AppArmor annotation counts without its container",
    ),
    pytest.param(
        pod(notes={"seccomp.security.alpha.kubernetes.io/pod": ""}),
        Policy(Level.BASELINE, Version(18)),
        37,
        ["seccompProfile_baseline"],
        id="an empty seccomp annotation fails until 1.18",
    ),
    pytest.param(
        pod(notes={"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}),
        BASELINE,
        37,
        [],
        id="and none is read since 1.19",
    ),
]


@pytest.mark.parametrize(("subject", "policy", "server", "controls"), CASES)
def test_the_violated_controls_are_exactly_these(
    subject: Pod, policy: Policy, server: int, controls: list[str]
) -> None:
    verdict = evaluate(subject.metadata, subject.spec, policy, server_minor=server)
    assert [item.control for item in verdict.violations] == controls


def test_a_host_network_pod_from_a_manifest_fails_twice_as_the_server_defaults_its_ports() -> None:
    bare = {"name": "c", "image": "i", "ports": [{"containerPort": 80}]}
    subject = pod({"hostNetwork": True, "containers": [bare]})
    assert evaluate(subject.metadata, subject.spec, BASELINE).text == (
        'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true), '
        'hostPort (container "c" uses hostPort 80)'
    )


@pytest.mark.parametrize(
    ("labels", "enforce", "warn", "errors"),
    [
        ({}, Policy(), Policy(), 0),
        ({"enforce": "strict"}, Policy(Level.RESTRICTED), Policy(), 1),
        (
            {"enforce": "baseline", "enforce-version": "v1.30"},
            Policy(Level.BASELINE, Version(30)),
            Policy(Level.BASELINE, Version(30)),
            0,
        ),
        (
            {"enforce": "baseline", "warn-version": "v1.31"},
            Policy(Level.BASELINE),
            Policy(Level.BASELINE, Version(31)),
            0,
        ),
        ({"enforce": "baseline", "warn": "bogus"}, Policy(Level.BASELINE), Policy(), 1),
        (
            {"enforce": "restricted", "enforce-version": "1.30"},
            Policy(Level.RESTRICTED, LATEST),
            Policy(Level.RESTRICTED),
            1,
        ),
    ],
)
def test_labels_mean_this_policy(labels: dict[str, str], enforce: Policy, warn: Policy, errors: int) -> None:
    meant = effective_policy({f"pod-security.kubernetes.io/{name}": value for name, value in labels.items()})
    assert (meant.enforce, meant.warn, len(meant.errors)) == (enforce, warn, errors)


@pytest.mark.parametrize(
    ("told", "version"),
    [("v1.0", Version(0)), ("v1.9223372036854775807", Version(2**63 - 1)), ("v1.9223372036854775808", None)]
    + [(text, None) for text in ("v1.00", "v1.\u0663", "1.30", "v1.30\n", "v1." + "9" * 5_000)],
)
def test_a_version_is_what_the_api_server_can_read_as_a_number(told: str, version: Version | None) -> None:
    assert parse_version(told) == version


def test_a_template_in_a_workload_is_warned_of_as_it_stands_there() -> None:
    """The API server copies container ports to host ports, and AppArmor annotations to fields, in pods only."""
    bare = {"name": "c", "image": "i", "ports": [{"containerPort": 80}]}
    notes = {"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}
    subject = pod({"hostNetwork": True, "containers": [bare]}, notes=notes)
    assert evaluate(subject.metadata, subject.spec, BASELINE, template=True).text == (
        'violates PodSecurity "baseline:latest": forbidden AppArmor profile (annotation must not set AppArmor profile '
        'type to "container.apparmor.security.beta.kubernetes.io/c="unconfined""), host namespaces (hostNetwork=true)'
    )


def test_the_highest_level_is_that_of_the_weakest_pod() -> None:
    assert highest_level([pod(), pod(context={"capabilities": None})]) is Level.BASELINE
    assert highest_level([pod(), pod({"hostPID": True})]) is Level.PRIVILEGED
    assert highest_level([pod()]) is Level.RESTRICTED
