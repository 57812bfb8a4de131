"""How many pods the workloads of each namespace may come to, as far as they and their autoscalers say."""

from collections import Counter
from collections.abc import Iterator

from ..objects.workloads import CronJob, HorizontalPodAutoscaler, Job, ReplicationController, Workload
from ..snapshot import Snapshot
from .templates import controller, has_ended, is_built_in

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
_REPLICATED: tuple[tuple[str, str, type[Workload | ReplicationController]], ...] = (
    ("deployments.apps", "Deployment", Workload),
    ("statefulsets.apps", "StatefulSet", Workload),
    ("replicasets.apps", "ReplicaSet", Workload),
    ("replicationcontrollers", "ReplicationController", ReplicationController),
)


def wanted_pods(snapshot: Snapshot) -> Counter[str]:
    """Pods by namespace: replicas or an autoscaler's maximum, nodes of DaemonSets, what Jobs run at once."""
    found: Counter[str] = Counter()
    for namespace, pods in (*_replicated(snapshot), *_others(snapshot)):
        found[namespace] += pods
    return found


def _replicated(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    scaled = {
        (item.metadata.namespace, item.spec.scale_target_ref.kind, item.spec.scale_target_ref.name): item
        for item in snapshot.of(AUTOSCALERS, HorizontalPodAutoscaler)
    }
    for key, kind, struct in _REPLICATED:
        for item in snapshot.of(key, struct):
            namespace, replicas = item.metadata.namespace, item.spec.replicas
            if not is_built_in(controller(item.metadata)):
                scaler = scaled.pop((namespace, kind, item.metadata.name), None)
                yield namespace, max(1 if replicas is None else replicas, scaler.spec.max_replicas if scaler else 0)
    for (namespace, _, _), scaler in scaled.items():  # of custom resources
        yield namespace, scaler.spec.max_replicas


def _others(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    for daemons in snapshot.of("daemonsets.apps", Workload):
        yield daemons.metadata.namespace, daemons.status.desired_number_scheduled
    for cron in snapshot.of("cronjobs.batch", CronJob):
        yield cron.metadata.namespace, _at_once(cron.spec.job_template.spec.parallelism)
    for job in snapshot.of("jobs.batch", Job):
        if not has_ended(job):
            yield job.metadata.namespace, _at_once(job.spec.parallelism)


def _at_once(parallelism: int | None) -> int:
    return 1 if parallelism is None else parallelism
