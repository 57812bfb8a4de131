"""Pods: one row each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..objects.pods import ContainerStatus, Pod
from .schema import SYSTEM, TEMPLATED, Column, Table, Type, count, flag, time

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    Column("kind", Type.NAME, "kind of the workload that owns the pod"),
    Column("namespace", Type.NAME, "namespace"),
    Column("name", Type.NAME, "name of the workload"),
    Column("pod", Type.TEXT, "name of the pod"),
    SYSTEM,
    Column("phase", Type.NAME, "Pending, Running, Succeeded, Failed, Unknown"),
    Column("node", Type.NAME, "node it runs on; NA before scheduling"),
    flag("ready", "all containers are ready"),
    count("restarts", "restarts of all containers"),
    Column("waiting", Type.NAME, "reason of the first container that waits; NA if none does"),
    time("started", "start time"),
)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    system: dict[str, bool] = {}
    for pod in tables.snapshot.of("pods", Pod):
        root, namespace, status = tables.root_of(pod), pod.metadata.namespace, pod.status
        known = system.get(namespace)
        if known is None:
            known = system.setdefault(namespace, tables.is_system(namespace))
        statuses = (*status.init_container_statuses, *status.container_statuses)
        yield (
            *(root.kind, namespace, root.name, pod.metadata.name, known),
            *(status.phase or None, pod.node_name or None),
            bool(status.container_statuses) and all(item.ready for item in status.container_statuses),
            sum(item.restart_count for item in statuses),
            _waiting(statuses),
            status.start_time,
        )


def _waiting(statuses: tuple[ContainerStatus, ...]) -> str | None:
    return next((item.state.waiting.reason for item in statuses if item.state.waiting), None)


TABLE = Table("pods", "Pods: one row each, with the workload that owns it.", COLUMNS, build, reads=TEMPLATED)
