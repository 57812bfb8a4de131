"""What the pod-security engine says: the level of each pod template, and what each namespace could enforce."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.pss import Judge, Level, Policy, effective_policy, standing
from ..objects.core import Namespace
from ..objects.meta import ObjectMeta
from ..objects.pods import PodTemplateSpec
from ..objects.workloads import CronJob, Job, ReplicationController, Workload
from ..snapshot import Snapshot
from .schema import KIND, NAME, NAMESPACE, OBJECT, SYSTEM, TEMPLATED, Column, Table, Type, count, text
from .templates import Root, Template

if TYPE_CHECKING:
    from . import Tables

TEMPLATE_COLUMNS = (
    *OBJECT,
    SYSTEM,
    count("pods", "running pods of the template"),
    text("level", "strictest level that the template meets, at the latest policy version of this server"),
    Column("baseline_violations", Type.LIST, "controls of baseline that it violates"),
    Column("restricted_violations", Type.LIST, "controls of restricted that it violates"),
    text("denial", "what the API server would say at the next stricter level; NA where it meets restricted"),
)
NAMESPACE_COLUMNS = (
    KIND,
    NAMESPACE,
    NAME,
    SYSTEM,
    count("templates", "distinct pod templates in it"),
    text("enforced", "level that its labels enforce; NA if unlabelled, since the cluster's default is not visible"),
    text("level", "strictest level that all of its templates meet already; NA where it holds none"),
    text("next", "the level after that; NA at restricted"),
    Column("in_the_way", Type.LIST, "workloads (kind/name) that do not meet the next level"),
    count("patchable", "of those, how many a patch of security fields would let meet it"),
)
_LABEL = "pod-security.kubernetes.io/enforce"


def written_containers(snapshot: Snapshot) -> dict[Root, frozenset[str]]:
    """By workload, the containers that its template names; what its pods have beyond them was put in by admission."""
    return {
        Root(kind, metadata.namespace, metadata.name): frozenset(
            item.name for item in (*template.spec.init_containers, *template.spec.containers)
        )
        for kind, metadata, template in _written(snapshot)
    }


def _written(snapshot: Snapshot) -> Iterator[tuple[str, ObjectMeta, PodTemplateSpec]]:
    for key, kind in (
        ("deployments.apps", "Deployment"),
        ("statefulsets.apps", "StatefulSet"),
        ("daemonsets.apps", "DaemonSet"),
        ("replicasets.apps", "ReplicaSet"),
    ):
        yield from ((kind, item.metadata, item.spec.template) for item in snapshot.of(key, Workload))
    for old in snapshot.of("replicationcontrollers", ReplicationController):
        yield "ReplicationController", old.metadata, old.spec.template
    for cron in snapshot.of("cronjobs.batch", CronJob):
        yield "CronJob", cron.metadata, cron.spec.job_template.spec.template
    for job in snapshot.of("jobs.batch", Job):
        yield "Job", job.metadata, job.spec.template


def build_templates(tables: Tables) -> Iterator[tuple[Any, ...]]:
    minor = tables.server_minor
    baseline, restricted = (Judge(Policy(level), minor) for level in (Level.BASELINE, Level.RESTRICTED))
    for template in tables.templates:
        root = template.root
        lower = baseline.verdict(template.metadata, template.spec)
        upper = restricted.verdict(template.metadata, template.spec)
        level = Level.PRIVILEGED if not lower.allowed else Level.BASELINE if not upper.allowed else Level.RESTRICTED
        violated = (tuple(item.control for item in verdict.violations) for verdict in (lower, upper))
        where = (root.kind, root.namespace, root.name, tables.is_system(root.namespace))
        yield (*where, template.pods, level.value, *violated, lower.text or upper.text or None)


def build_namespaces(tables: Tables) -> Iterator[tuple[Any, ...]]:
    by_namespace: dict[str, list[Template]] = {}
    for template in tables.templates:
        by_namespace.setdefault(template.root.namespace, []).append(template)
    written = written_containers(tables.snapshot)
    labels = {item.metadata.name: item.metadata.labels for item in tables.snapshot.of("namespaces", Namespace)}
    for name in sorted({*labels, *by_namespace}):
        own = by_namespace.get(name, [])
        known = labels.get(name, {})
        enforced = effective_policy(known).enforce.level.value if _LABEL in known else None
        where = ("Namespace", name, name, tables.is_system(name), len(own), enforced)
        if not own:
            yield (*where, None, None, (), 0)
            continue
        named = ((item.root, item.metadata, item.spec) for item in own)
        found = standing(named, server_minor=tables.server_minor, within=written)
        patchable = {item.who for item in found.obstacles} - {
            item.who for item in found.obstacles if not item.patch.complete
        }
        in_the_way = tuple(sorted({f"{item.who.kind}/{item.who.name}" for item in found.obstacles}))
        yield (*where, found.level.value, found.next and found.next.level.value, in_the_way, len(patchable))


TEMPLATES = Table(
    "pod_security",
    "Pod templates by the Pod Security Standards: the level they meet, and what is in the way of the next.",
    TEMPLATE_COLUMNS,
    build_templates,
    reads=TEMPLATED,
)
NAMESPACES = Table(
    "namespace_pod_security",
    "Namespaces by the Pod Security Standards: what they could enforce today, and who is in the way of more.",
    NAMESPACE_COLUMNS,
    build_namespaces,
    reads=("namespaces", *TEMPLATED),
)
