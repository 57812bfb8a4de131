"""Which pod templates there are, and whose: of pods, of what would make some, and of what owns either."""

from typing import Any

import pytest

from k8sready.tables import Tables
from tests.checklist.clusters import cluster
from tests.checklist.making import container, deployment, pod, workload

SPEC: dict[str, Any] = {"containers": [container()]}
KAFKA = {"kind": "Kafka", "name": "events", "uid": "kafka-1"}


def owned(manifest: dict[str, Any], owner: dict[str, str], **spec: Any) -> dict[str, Any]:
    metadata = {**manifest["metadata"], "ownerReferences": [{"apiVersion": "x/v1", "controller": True, **owner}]}
    return {**manifest, "metadata": metadata, "spec": {**manifest["spec"], **spec}}


def replica_set(name: str, owner: dict[str, str], replicas: int) -> dict[str, Any]:
    made = {**deployment(name, SPEC), "kind": "ReplicaSet"}
    return owned(made, owner, replicas=replicas)


def job(name: str, own: dict[str, Any] = SPEC, owner: dict[str, str] | None = None, **status: Any) -> dict[str, Any]:
    made = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "shop", "uid": name}}
    made |= {"spec": {"template": {"spec": own}}, "status": status}
    return owned(made, owner) if owner else made


def workloads(*objects: dict[str, Any]) -> list[str]:
    table = Tables(cluster(objects))["workloads"]
    return (table["kind"] + "/" + table["name"]).tolist()


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_what_an_operator_keeps_counts_also_while_it_runs_no_pods(kind: str) -> None:
    assert workloads(owned(workload(kind, "entity-operator", SPEC), KAFKA)) == ["Kafka/events"]


def test_what_a_workload_owns_repeats_its_template() -> None:
    own = deployment("web", SPEC)
    owner = {"kind": "Deployment", "name": "web", "uid": own["metadata"]["uid"]}
    assert workloads(own, replica_set("web-1", owner, 1), replica_set("web-0", owner, 0)) == ["Deployment/web"]
    # Of a Deployment that was not read nothing is known but what runs.
    assert workloads(replica_set("web-1", owner, 1)) == []


def test_old_revisions_of_a_rollout_are_history() -> None:
    rollout = {"kind": "Rollout", "name": "web", "uid": "rollout-1"}
    assert workloads(replica_set("web-0", rollout, 0)) == []
    assert workloads(replica_set("web-0", rollout, 0), replica_set("web-1", rollout, 2)) == ["Rollout/web"]
    revision = {"kind": "Revision", "name": "web-00001", "uid": "revision-1"}
    assert workloads(owned(deployment("web-00001-deployment", SPEC), revision, replicas=0)) == []


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ({}, True),
        ({"succeeded": 4, "conditions": [{"type": "Suspended", "status": "True"}]}, True),  # of ten, and will go on
        ({"failed": 2, "conditions": [{"type": "Failed", "status": "True"}]}, False),
        ({"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}, False),
        ({"succeeded": 1, "completionTime": "2026-10-01T08:00:00Z"}, False),
    ],
)
def test_a_job_counts_until_it_has_ended(status: dict[str, Any], counts: bool) -> None:
    assert workloads(job("reindex", **status)) == (["Job/reindex"] if counts else [])


def test_a_pod_that_a_pod_owns_belongs_to_the_owner_of_that_one() -> None:
    """As executors of Spark belong to their driver, and that to its application."""
    application = {"kind": "SparkApplication", "name": "etl", "uid": "spark-1"}
    driver = pod("etl-driver", SPEC, owner=application)
    owner = {"kind": "Pod", "name": "etl-driver", "uid": driver["metadata"]["uid"]}
    executors = [pod(f"etl-exec-{n}", SPEC, owner=owner) for n in range(2)]
    assert workloads(driver, *executors) == ["SparkApplication/etl"]
    assert workloads(pod("etl-driver", SPEC), *executors) == ["Pod/etl-driver"]


def test_containers_of_pods_that_a_custom_resource_makes_itself_are_not_injected() -> None:
    """Its Jobs have templates, which say nothing about its other pods."""
    training = {"kind": "MPIJob", "name": "train", "uid": "mpi-1"}
    launcher = job("launcher", {"containers": [container("launcher")]}, training)
    worker = pod("worker-0", {"containers": [container("worker"), container("istio-proxy")]}, owner=training)
    rows = Tables(cluster([launcher, worker]))["containers"].set_index("container")
    assert rows["injected"].to_dict() == {"worker": False, "istio-proxy": True}
