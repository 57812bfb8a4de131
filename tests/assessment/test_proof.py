"""A remedy is proven only if it turns its own finding to pass and breaks nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from pandas import DataFrame

from k8sready.assessment import Assessment, assess, proven
from k8sready.checks import Section, Severity, check
from k8sready.objects.pods import Pod
from k8sready.snapshot import Snapshot
from k8sready.tables import Tables
from tests.checklist.clusters import cluster
from tests.checklist.making import container, deployment, pod

WEB = deployment("web", {"containers": [container(resources={"requests": {"cpu": "1"}})]})
Remedy = Callable[[Any], Sequence[dict[str, Any]]]


def patch(spec: dict[str, Any]) -> Remedy:
    metadata = {"name": "web", "namespace": "shop"}
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {"template": {"spec": spec}},
    }
    return lambda _: [manifest]


def deleted(_: Any) -> list[dict[str, Any]]:
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop"},
            "$patch": "delete",
        }
    ]


def raised(_: Any) -> list[dict[str, Any]]:
    return [{"apiVersion": "example.com/v1", "kind": "Unheard", "metadata": {"name": "x"}}]


def of_row(row: Any) -> list[dict[str, Any]]:
    """Of web what heals it; of any other what cannot be applied."""
    return list(patch(LIMITED)(row) if row["name"] == "web" else raised(row))


def web(**fields: Any) -> dict[str, Any]:
    return {"containers": [{"name": "web", **fields}]}


def test_what_is_not_asked_again_would_have_said_the_same(demo: Snapshot) -> None:
    """For every remedy of the demo cluster: all checks over the changed snapshot, and only those that it touches."""
    tables = Tables(demo)
    before = assess(demo, tables=tables)
    tried = 0
    for result in before.results:
        manifests = [manifest for item in result.open_findings[:1] for manifest in item.remedy]
        if manifests:
            changed = demo.apply(manifests)
            again = assess(changed, tables=Tables(changed, tables), before=before)
            assert as_told(again) == as_told(assess(changed)), result.check
            tried += 1
    assert tried >= 6


def as_told(assessment: Assessment) -> list[tuple[Any, ...]]:
    return [
        (item.check, item.status, item.passed, item.failed, item.unknown, [found.key for found in item.findings])
        for item in assessment.results
    ]


LIMITED = web(resources={"limits": {"memory": "1Mi"}})


CROWD = 501  # pods from which on a few of them are the proving ground


def crowd() -> Snapshot:
    """Many pods of two templates in the namespace, and one that no remedy of the namespace has to do with."""
    owners = [{"kind": "ReplicaSet", "name": name} for name in ("cart", "web")]
    pods = [pod(f"p{at}", {"containers": [container("c")]}, owner=owners[at % 2]) for at in range(CROWD)]
    elsewhere = pod("far", {"containers": [container("c")]}, space="far")
    snapshot = cluster([WEB, *pods, elsewhere])
    first, *others = snapshot.of("pods", Pod)
    alike = (first, *(structs.replace(item, spec=first.spec) for item in others))  # as snapshots do for one template
    return replace(snapshot, objects={**snapshot.objects, "pods": alike})


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("remedy", "holds"),
    [
        (patch(LIMITED), True),
        (patch(web(imagePullPolicy="Always")), False),  # changes something else
        (deleted, False),  # no finding left, and nothing that passes
        (raised, False),  # cannot be applied
        (patch({**LIMITED, "hostNetwork": True}), False),  # breaks another check
    ],
)
def test_a_remedy_is_proven_by_what_it_does(remedy: Remedy, holds: bool, many: bool) -> None:
    seen: list[int] = []

    @check(Severity.LOW, remedy=remedy)
    def memory_limited(containers: DataFrame) -> DataFrame:
        rows = containers[containers["kind"] == "Deployment"]
        return rows.assign(passed=rows["memory_limit"].notna())

    @check(Severity.LOW)
    def host_network_unused(workloads: DataFrame) -> DataFrame:
        return workloads.assign(passed=~workloads["host_network"])

    @check(Severity.LOW)
    def counted(pods: DataFrame, workloads: DataFrame) -> DataFrame:
        seen.append(len(pods))
        return workloads.assign(passed=True)

    snapshot = crowd() if many else cluster([WEB])
    section = Section("s", 1, (memory_limited, host_network_unused, counted))
    (finding,) = proven(assess(snapshot, sections=(section,)), snapshot).result("memory_limited").findings
    assert finding.proven is holds
    assert seen[0] == (CROWD + 1 if many else 0)
    assert max(seen[1:], default=0) == (2 if many else 0)  # tried on a pod of each template of its namespace


def test_a_bad_remedy_costs_only_itself() -> None:
    @check(Severity.LOW, remedy=of_row)
    def memory_limited(containers: DataFrame) -> DataFrame:
        return containers.assign(passed=containers["memory_limit"].notna())

    others = [deployment(name, {"containers": [container()]}) for name in ("a", "b", "z")]
    snapshot = cluster([WEB, *others])
    found = proven(assess(snapshot, sections=(Section("s", 1, (memory_limited,)),)), snapshot)
    assert {item.object.name: item.proven for item in found.findings} == {
        "a": False,
        "b": False,
        "web": True,
        "z": False,
    }
