"""The list of built-in roles is what fresh API servers have."""

import pytest
from msgspec.structs import replace

from k8sready.engines.rbac import additions, defaults
from k8sready.engines.rbac.builtin import LATEST
from k8sready.objects.decoding import from_manifest
from k8sready.objects.rbac import Role, RoleBinding
from tests.controlplane.server import ControlPlane

from .read_builtin import Manifest, read, read_aggregated, read_fresh

API = "rbac.authorization.k8s.io/v1"
BOOTSTRAP = "kubernetes.io/bootstrapping"
Objects = dict[tuple[str, str, str], Role | RoleBinding]


def decoded(items: list[Manifest]) -> Objects:
    objects: Objects = {}
    for item in items:
        made = from_manifest({"apiVersion": API, **item})[1]
        assert isinstance(made, (Role, RoleBinding))
        objects[item["kind"], made.metadata.namespace, made.metadata.name] = made
    return objects


def ours(minor: int) -> Objects:
    known = defaults(minor)
    assert (known.minor, known.exact) == (minor, True)
    listed: Objects = {}
    for item in (*known.roles.values(), *known.bindings.values()):
        space, name = item.metadata.namespace, item.metadata.name
        listed[("" if space else "Cluster") + type(item).__name__, space, name] = item
    return listed


@pytest.mark.controlplane
def test_the_list_is_what_the_running_server_has(controlplane: ControlPlane) -> None:
    """Rules of aggregated roles aside: other tests feed them, and the aggregation has a comparison of its own."""
    there = [item for item in read(controlplane) if BOOTSTRAP in item["metadata"].get("labels", {})]
    aggregated = {("ClusterRole", "", item["metadata"]["name"]) for item in there if "aggregationRule" in item}
    found, listed = decoded(there), ours(controlplane.minor)
    assert found.keys() == listed.keys()
    assert len(aggregated) == 3
    assert {key: item for key, item in found.items() if key not in aggregated} == {
        key: item for key, item in listed.items() if key not in aggregated
    }


@pytest.mark.long
@pytest.mark.controlplane
def test_the_list_of_an_older_minor_is_what_its_server_has(older: ControlPlane) -> None:
    same(decoded(read_aggregated(older)), ours(older.minor))


@pytest.mark.long
@pytest.mark.controlplane
@pytest.mark.usefixtures("controlplane")  # where it cannot be built, nothing fresh can be started either
def test_the_list_is_what_a_fresh_server_has_once_roles_are_aggregated() -> None:
    same(decoded(read_fresh(LATEST)), ours(LATEST))


def same(found: Objects, listed: Objects) -> None:
    assert found.keys() == listed.keys()
    for key, item in found.items():
        assert _sorted(item) == _sorted(listed[key]), key


def _sorted(item: Role | RoleBinding) -> object:
    return (set(item.rules), item.aggregation_rule) if isinstance(item, Role) else item


def test_minors_that_were_not_read_are_compared_with_the_nearest() -> None:
    assert [(defaults(minor).minor, defaults(minor).exact) for minor in (25, 34, 40)] == [
        (34, False),
        (34, True),
        (37, False),
    ]


def test_what_an_upgrade_left_is_nobodys_addition_but_what_a_newer_minor_brings_is() -> None:
    """The server only ever adds: a cluster that came from 1.34 keeps what its roles had then."""
    old, new = defaults(34), defaults(37)
    grown = [
        replace(role, rules=(*role.rules, *(old.roles[key].rules if key in old.roles else ())))
        for key, role in new.roles.items()
    ]
    assert any(role.rules != new.roles[role.metadata.namespace, role.metadata.name].rules for role in grown)
    assert additions(grown, new.bindings.values(), 37) == ()
    found = {item.name for item in additions(new.roles.values(), new.bindings.values(), 34)}
    assert "system:kube-scheduler" in found
