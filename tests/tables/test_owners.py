"""Owner references are written by whoever may write the object: they hide nothing and shift nothing to others."""

from typing import Any

import pytest

from k8sready.tables import Tables
from tests.checklist.clusters import cluster
from tests.checklist.making import container, deployment, pod, workload

FOREIGN = {"apiVersion": "acme.example/v1", "kind": "Shop", "name": "main", "uid": "shop-main", "controller": True}


def images(*manifests: dict[str, Any]) -> dict[tuple[str, str, str], set[str]]:
    """The images of each workload (kind, namespace, name)."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for row in Tables(cluster(list(manifests)))["containers"].itertuples():
        found.setdefault((str(row.kind), str(row.namespace), str(row.name)), set()).add(str(row.image))
    return found


def test_nobody_owns_what_is_in_another_namespace() -> None:
    web = deployment("web", {"containers": [container(image="a:1")]})
    owner = {"kind": "Deployment", "name": "web", "uid": web["metadata"]["uid"]}
    mine = pod("web-1", {"containers": [container(image="a:1")]}, owner=owner)
    theirs = pod("evil-1", {"containers": [container(image="evil:1")]}, space="evil", owner=owner)
    between = workload("StatefulSet", "set", {"containers": [container(image="b:1")]})
    between["metadata"]["ownerReferences"] = [{**owner, "controller": True}]
    through = {"kind": "StatefulSet", "name": "set", "uid": between["metadata"]["uid"]}
    other = pod("evil-2", {"containers": [container(image="evil:2")]}, space="evil", owner=through)
    found = images(web, mine, theirs, between, other)
    assert found["Deployment", "shop", "web"] == {"a:1", "b:1"}
    assert found["Deployment", "evil", "web"] == {"evil:1"}
    assert found["StatefulSet", "evil", "set"] == {"evil:2"}


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "CronJob"])
def test_what_an_operator_makes_is_seen_although_nothing_of_it_runs(kind: str) -> None:
    idle = workload(kind, "idle", {"containers": [container(image="idle:1")]})
    idle["metadata"]["ownerReferences"] = [FOREIGN]
    runs = deployment("runs", {"containers": [container(image="runs:1")]})
    runs["metadata"]["ownerReferences"] = [FOREIGN]
    owner = {"kind": "Deployment", "name": "runs", "uid": runs["metadata"]["uid"]}
    running = pod("runs-1", {"containers": [container(image="runs:1-injected")]}, owner=owner)
    assert images(idle, runs, running) == {("Shop", "shop", "main"): {"idle:1", "runs:1-injected"}}
