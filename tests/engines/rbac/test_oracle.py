"""The engine agrees with the real API server's SubjectAccessReview on generated roles, bindings and requests."""

import itertools
import json
import os
import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest

from k8sready.engines.rbac import Rbac, Request, User
from k8sready.engines.rbac.builtin import defaults
from k8sready.objects.decoding import from_manifest
from tests.controlplane.fixtures import running
from tests.controlplane.server import ControlPlane

from .generators import API, World

pytestmark = pytest.mark.controlplane


@pytest.fixture(scope="module")
def controlplane() -> Iterator[ControlPlane]:
    """A server of its own: these worlds grant to groups in which every account of a shared one would be."""
    with running() as plane:
        yield plane


REVIEW = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
PER_WORLD = 250
PLURALS = {
    "ClusterRole": "clusterroles",
    "Role": "roles",
    "RoleBinding": "rolebindings",
    "ClusterRoleBinding": "clusterrolebindings",
}


def engine(objects: list[dict[str, Any]], aggregate: bool) -> Rbac:
    lists: dict[str, list[Any]] = {kind: [] for kind in PLURALS}
    for item in objects:
        lists[item["kind"]].append(from_manifest(item)[1])
    base = defaults(37)  # a fresh server's own: they allow too
    for came in (*base.roles.values(), *base.bindings.values()):
        lists[("" if came.metadata.namespace else "Cluster") + type(came).__name__].append(came)
    order = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
    return Rbac(*(lists[kind] for kind in order), aggregate=aggregate)


def asked(spec: dict[str, Any]) -> tuple[User, Request]:
    who = User(spec["user"], tuple(spec["groups"]))
    if "nonResourceAttributes" in spec:
        return who, Request(**spec["nonResourceAttributes"])
    return who, Request(**spec["resourceAttributes"])


def path_of(item: dict[str, Any]) -> str:
    space = item["metadata"].get("namespace")
    middle = f"namespaces/{space}/" if space else ""
    return f"/apis/{API}/v1/{middle}{PLURALS[item['kind']]}"


def publish(plane: ControlPlane, world: World) -> None:
    """Put the objects on the server; wait until its authorizer and the aggregation controller have seen them all."""
    for item in world.objects():
        status, body = plane.request("POST", path_of(item), item)
        assert status == 201, (item, body)
    wanted = engine(world.objects(), aggregate=True)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        stored = [plane.get(f"{path_of(item)}/{item['metadata']['name']}") for item in world.cluster_roles]
        filled = {("ClusterRole", "", role["metadata"]["name"]): from_manifest(role)[1].rules for role in stored}
        if all(set(wanted._rules[key]) == set(rules) for key, rules in filled.items()):
            break
        time.sleep(0.1)
    else:
        pytest.fail(f"aggregation differs: {filled}")
    for space in ("", world.namespaces[0]):  # the four kinds have an informer each
        wait_until_seen(plane, f"{world.prefix}-probe", space)


def wait_until_seen(plane: ControlPlane, name: str, space: str) -> None:
    """Write one more role and binding, of a namespace or of the cluster; wait until the authorizer goes by them."""
    kind = "Role" if space else "ClusterRole"
    role = {
        "apiVersion": f"{API}/v1",
        "kind": kind,
        "metadata": {"name": name, **({"namespace": space} if space else {})},
    }
    rules = [{"verbs": ["get"], "apiGroups": [""], "resources": [f"{kind.lower()}probes"]}]
    subject = {"kind": "User", "apiGroup": API, "name": name}
    reference = {"apiGroup": API, "kind": kind, "name": name}
    binding = {**role, "kind": f"{kind}Binding", "subjects": [subject], "roleRef": reference}
    for item in ({**role, "rules": rules}, binding):
        assert plane.request("POST", path_of(item), item)[0] == 201
    attributes = {"verb": "get", "resource": f"{kind.lower()}probes", "namespace": space}
    deadline = time.monotonic() + 30
    while not review(plane, {"user": name, "groups": [], "resourceAttributes": attributes})["allowed"]:
        assert time.monotonic() < deadline, (kind, name)
        time.sleep(0.05)


def review(plane: ControlPlane, spec: dict[str, Any]) -> dict[str, Any]:
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
    status, answer = plane.request("POST", REVIEW, body)
    assert status == 201, (spec, answer)
    result: dict[str, Any] = json.loads(answer)["status"]
    return result


def differences(plane: ControlPlane, seeds: range) -> tuple[int, int, list[Any]]:
    """(reviews, allowed, differences) over one world for each seed."""
    plane.start_controllers(only="clusterrole-aggregation-controller")  # others would meet all tests on this server
    total, allowed, wrong = 0, 0, []
    for seed in seeds:
        prefix = f"w{secrets.token_hex(4)}"
        world = World(seed, [plane.namespace("rbac") for _ in range(2)], prefix)
        publish(plane, world)
        rbac = engine(world.objects(), aggregate=True)
        specs = [world.review() for _ in range(PER_WORLD)]
        bodies = [{"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": s} for s in specs]
        answers = plane.requests(zip(itertools.repeat("POST"), itertools.repeat(REVIEW), bodies, strict=False))
        for spec, (status, answer) in zip(specs, answers, strict=True):
            assert status == 201, (spec, answer)
            verdict, decision = json.loads(answer)["status"], rbac.authorize(*asked(spec))
            total, allowed = total + 1, allowed + bool(verdict["allowed"])
            if bool(verdict["allowed"]) != decision.allowed or not explains(verdict, decision):
                wrong.append((seed, spec, verdict, decision))
    return total, allowed, wrong


def explains(verdict: dict[str, Any], decision: Any) -> bool:
    """The server names the first binding and role that it finds; they must be among the engine's grants."""
    if not verdict["allowed"] or decision.superuser:
        return True
    names = {f'"{grant.role}"' in verdict["reason"] and grant.binding in verdict["reason"] for grant in decision.grants}
    return True in names


def test_a_thousand_generated_requests_are_decided_and_explained_as_the_server_does(controlplane: ControlPlane) -> None:
    total, allowed, wrong = differences(controlplane, range(4))
    assert not wrong, wrong[:3]
    assert total >= 1000
    assert allowed > total / 20


@pytest.mark.long
def test_many_generated_requests_are_decided_and_explained_as_the_server_does(controlplane: ControlPlane) -> None:
    cases = int(os.environ.get("K8SREADY_ORACLE_CASES", "20000"))
    total, allowed, wrong = differences(controlplane, range(100, 100 + -(-cases // PER_WORLD)))
    print(f"{total} reviews, {allowed} allowed, {len(wrong)} differences")
    assert not wrong, wrong[:3]
    assert total >= cases
