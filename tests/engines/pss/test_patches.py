"""The smallest patch: only what violates, only what the API server takes, and what is left to people."""

from typing import Any

import pytest

from k8sready.engines.pss import Level, Policy, Version, minimal_patch

from .containers import TIDY
from .oracle import pod_of

RESTRICTED, BASELINE = Policy(Level.RESTRICTED), Policy(Level.BASELINE)
POD_NOTE = "seccomp.security.alpha.kubernetes.io/pod"
NOTE = "container.seccomp.security.alpha.kubernetes.io/"
Fields = dict[str, Any]


def patched(policy: Policy, container: Fields, spec: Fields | None = None, notes: Fields | None = None) -> Any:
    """The patch of a pod with one container "c"."""
    made = {"name": "c", "image": "i", **container}
    metadata = {"name": "p", "annotations": notes or {}}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [made], **(spec or {})}}
    pod = pod_of(body)
    return minimal_patch(pod.metadata, pod.spec, policy)


def context(**fields: Any) -> Fields:
    return {"securityContext": {**TIDY, **fields}}


def of_container(**fields: Any) -> Fields:
    return {"spec": {"containers": [{"name": "c", **fields}]}}


DNS = [{"containerPort": 53, "protocol": "UDP", "hostPort": 53}, {"containerPort": 53, "name": "tcp", "hostPort": 53}]
PATCHES = [
    pytest.param(
        patched(RESTRICTED, context(allowPrivilegeEscalation=None)),
        of_container(securityContext={"allowPrivilegeEscalation": False}),
        id="only the field that violates",
    ),
    pytest.param(patched(RESTRICTED, context()), {}, id="nothing where nothing violates"),
    pytest.param(
        patched(Policy(Level.RESTRICTED, Version(21)), context(capabilities={"add": ["CHOWN", "SYS_ADMIN"]})),
        of_container(securityContext={"capabilities": {"add": ["CHOWN"]}}),
        id="capabilities that the policy version allows are kept",
    ),
    pytest.param(
        patched(BASELINE, context(seLinuxOptions={"type": "container_t", "user": "u", "level": "s0"})),
        of_container(securityContext={"seLinuxOptions": {"user": None}}),
        id="of SELinux options only the forbidden one goes",
    ),
    pytest.param(
        patched(BASELINE, {"ports": [{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}]}),
        of_container(ports=[{"containerPort": 81, "hostPort": None}]),
        id="ports without a host port are left alone",
    ),
    pytest.param(
        patched(BASELINE, {"ports": DNS}),
        of_container(
            ports=[
                {"$patch": "replace"},
                {"containerPort": 53, "protocol": "UDP"},
                {"name": "tcp", "containerPort": 53, "protocol": "TCP"},
            ]
        ),
        id="one number for two protocols cannot be merged port by port",
    ),
    pytest.param(
        patched(
            BASELINE, {}, {"securityContext": {"seccompProfile": {"type": "Unconfined"}}}, {POD_NOTE: "unconfined"}
        ),
        {
            "metadata": {"annotations": {POD_NOTE: None}},
            "spec": {"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}},
        },
        id="an annotation that would contradict the patched field goes with it",
    ),
    pytest.param(
        patched(
            Policy(Level.BASELINE, Version(18)), {}, notes={NOTE + "c": "unconfined", NOTE + "nobody": "unconfined"}
        ),
        {"metadata": {"annotations": {NOTE + "c": None}}},
        id="seccomp annotations of containers that do not exist are not read",
    ),
    pytest.param(
        patched(Policy(Level.RESTRICTED, Version(24)), {}, {"os": {"name": "windows"}}),
        {"spec": {"securityContext": {"runAsNonRoot": True}}},
        id="no field that the API server refuses in Windows pods",
    ),
]


@pytest.mark.parametrize(("patch", "template"), PATCHES)
def test_the_smallest_patch_is_exactly_this(patch: Any, template: Fields) -> None:
    assert patch.template == template


def test_what_only_people_can_decide_is_left_and_named() -> None:
    patch = patched(BASELINE, {}, {"hostPID": True})
    assert (patch.template, [item.control for item in patch.left]) == ({}, ["hostNamespaces"])
    old = patched(Policy(Level.RESTRICTED, Version(24)), {}, {"os": {"name": "windows"}})
    left = ["allowPrivilegeEscalation", "capabilities_restricted", "seccompProfile_restricted"]
    assert (old.complete, [item.control for item in old.left]) == (False, left)


def test_a_container_that_admission_put_in_is_no_part_of_the_template() -> None:
    loose = {"name": "proxy", "image": "i", "securityContext": {**TIDY, "privileged": True}}
    notes = {"container.apparmor.security.beta.kubernetes.io/proxy": "unconfined"}
    body = {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}, loose]}
    pod = pod_of({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "annotations": notes}, "spec": body})
    patch = minimal_patch(pod.metadata, pod.spec, BASELINE, within=("c",))
    assert patch.template == of_container(securityContext={"privileged": False})
    assert [(item.control, item.containers) for item in patch.left] == [
        ("appArmorProfile", ("proxy",)),
        ("privileged", ("proxy",)),
    ]


@pytest.mark.parametrize("option", [{"seLinuxOptions": {"user": "u"}}, {"windowsOptions": {"hostProcess": True}}])
def test_containers_of_one_name_are_no_reason_to_give_up(option: Fields) -> None:
    """No API server takes them, but files hold them."""
    twins = [{"name": "c", "image": "i"}, {"name": "c", "image": "i", "securityContext": option}]
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": twins}}
    pod = pod_of(body)
    assert minimal_patch(pod.metadata, pod.spec, BASELINE).complete
