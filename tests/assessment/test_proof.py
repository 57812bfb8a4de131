"""A remedy is proven only if it turns its own finding to pass and breaks nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pandas import DataFrame

from k8sready.assessment import Assessment, assess, proven
from k8sready.checks import Section, Severity, check
from k8sready.snapshot import Snapshot
from k8sready.tables import Tables
from tests.checklist.clusters import cluster
from tests.checklist.making import container, deployment

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
def test_a_remedy_is_proven_by_what_it_does(remedy: Remedy, holds: bool) -> None:
    @check(Severity.LOW, remedy=remedy)
    def memory_limited(containers: DataFrame) -> DataFrame:
        return containers.assign(passed=containers["memory_limit"].notna())

    @check(Severity.LOW)
    def host_network_unused(workloads: DataFrame) -> DataFrame:
        return workloads.assign(passed=~workloads["host_network"])

    snapshot, section = cluster([WEB]), Section("s", 1, (memory_limited, host_network_unused))
    (finding,) = proven(assess(snapshot, sections=(section,)), snapshot).result("memory_limited").findings
    assert finding.proven is holds
