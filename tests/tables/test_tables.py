"""Every table has exactly its columns and types, on an empty cluster, on manifests and on the demo cluster."""

from dataclasses import replace

import pytest
from pandas.testing import assert_frame_equal

import k8sready
from k8sready import bundle
from k8sready.snapshot import Snapshot
from k8sready.tables import TABLES, Tables
from k8sready.tables.schema import Table, Type
from tests.checklist.clusters import cluster, manifests

SNAPSHOTS = {
    "empty": cluster(),
    "manifests": k8sready.open("data/demo"),
    "demo": k8sready.open(bundle.demo()),
}
EACH = [pytest.param(SNAPSHOTS[where], TABLES[name], id=f"{name}-{where}") for name in TABLES for where in SNAPSHOTS]


@pytest.mark.parametrize(("snapshot", "table"), EACH)
def test_columns_and_types_are_as_declared(snapshot: Snapshot, table: Table) -> None:
    frame = Tables(snapshot)[table.name]
    assert list(frame.columns) == [column.name for column in table.columns]
    for column in table.columns:
        if column.type is not Type.LIST:
            assert str(frame[column.name].dtype) == column.type.value or column.type is Type.TEXT, column.name


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_reads_only_the_kinds_that_it_declares(name: str) -> None:
    """Who grants what is declared gets the whole table, and what a patch changes is known."""
    demo, table = SNAPSHOTS["demo"], TABLES[name]
    declared = set(table.every_read)
    objects = {key: items for key, items in demo.objects.items() if key in declared}
    coverage = {key: covered for key, covered in demo.coverage.items() if key in declared}
    alone = Tables(replace(demo, objects=objects, coverage=coverage))[name]
    assert_frame_equal(alone, Tables(demo)[name])


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_demo_cluster_fills_every_table_or_has_nothing_of_it(name: str) -> None:
    frame = Tables(SNAPSHOTS["demo"])[name]
    assert len(frame) or name in ("image_pulls", "events", "configmaps", "sealed_secrets")


def test_values_of_the_pod_reach_its_containers_unless_they_have_their_own() -> None:
    own = {"runAsNonRoot": False, "runAsUser": 0}
    containers = [{"name": "a", "image": "i"}, {"name": "b", "image": "i", "securityContext": own}]
    spec = {"securityContext": {"runAsNonRoot": True, "runAsUser": 7}, "containers": containers}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}, "spec": spec}
    rows = Tables(cluster([pod]))["containers"].set_index("container")
    assert (rows.loc["a", "run_as_non_root"], rows.loc["a", "run_as_user"]) == (True, 7)
    assert (rows.loc["b", "run_as_non_root"], rows.loc["b", "run_as_user"]) == (False, 0)
    assert bool(rows.loc["a", "allow_privilege_escalation"])


def test_pods_roll_up_to_the_workload_that_owns_them() -> None:
    tables = Tables(cluster(manifests("base_images", "one_digest_per_tag", "fail")))
    assert list(tables["workloads"]["kind"]) == ["Deployment"]
    assert set(tables["pods"]["kind"]) == {"Deployment"}
    assert tables["containers"]["pods"].tolist() == [3]


def test_the_level_that_a_template_meets_and_what_is_in_the_way() -> None:
    spec = {"hostPID": True, "containers": [{"name": "c", "image": "i"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}, "spec": spec}
    row = Tables(cluster([pod]))["pod_security"].iloc[0]
    assert (row["level"], row["baseline_violations"]) == ("privileged", ("hostNamespaces",))
    assert row["denial"] == 'violates PodSecurity "baseline:latest": host namespaces (hostPID=true)'


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_time_far_away_costs_only_itself(year: str) -> None:
    """Whoever may write events may write such a time."""
    told = {"reason": "Pulled", "message": 'Successfully pulled image "a:1" in 2s (2s including waiting)'}
    place = {"apiVersion": "v1", "kind": "Event", "involvedObject": {"kind": "Pod", "name": "p", "namespace": "a"}}
    times = ("2026-10-31T00:00:00Z", year)
    events = [
        {**place, **told, "metadata": {"name": f"e{n}", "namespace": "a"}, "firstTimestamp": at, "lastTimestamp": at}
        for n, at in enumerate(times)
    ]
    assert Tables(cluster(events))["events"]["last"].isna().tolist() == [False, True]
