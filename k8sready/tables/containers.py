"""Containers: one row per workload, distinct template and container, with effective values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines import images, platform, quantities
from ..objects.containers import Container, SecurityContext
from ..objects.core import LimitRange
from ..objects.pods import PodSecurityContext, PodSpec
from ..objects.workloads import CronJob, Job, ReplicationController, Workload
from .schema import CONTAINER, FORMER, OBJECT, SYSTEM, TEMPLATED, Column, Table, Type, count, flag, number, text
from .templates import Root, Roots, Template

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    CONTAINER,
    text("role", "init, sidecar (restartable init), main or ephemeral (debug)"),
    SYSTEM,
    flag(
        "injected",
        "put in by admission (a mesh, a secrets agent): no template of the workload has it, or its name tells",
    ),
    flag("windows", "of a Windows pod (spec.os, or its node selector)"),
    flag("device", "asks for a device such as a GPU (a resource with a domain in its name, or a claim)"),
    count("pods", "running pods with this template; 0: what the workload would make"),
    text("pod", "one of them"),
    flag("static", "from a file on a node; nothing in the API can change it"),
    FORMER,
    text("image", "image reference as written"),
    text("registry", "registry host of the image; NA where the reference cannot be parsed"),
    text("repository", "path of the image in its registry"),
    text("tag", "tag as written; NA if absent"),
    text("digest", "digest as written; NA if absent"),
    text("pull_policy", "effective imagePullPolicy"),
    text("running_digest", "the digest that its image runs as, where it is the only one and of the same repository"),
    number("cpu_request", "cores, LimitRange defaults applied where no pod runs yet"),
    number("cpu_limit", "cores"),
    number("memory_request", "bytes"),
    number("memory_limit", "bytes"),
    number("pod_cpu_request", "cores that its pod asks for as a whole, for all of its containers; NA if it does not"),
    number("pod_memory_request", "bytes, the same"),
    flag("privileged", "effective"),
    flag("allow_privilege_escalation", "effective; the kernel's default is yes"),
    flag("read_only_root", "readOnlyRootFilesystem"),
    flag("run_as_non_root", "effective: the container's, else the pod's; NA if set nowhere"),
    count("run_as_user", "effective user id; NA if set nowhere (the image's user)"),
    text("seccomp", "effective seccomp profile type; NA if set nowhere"),
    text("apparmor", "effective AppArmor profile type from fields; NA if set nowhere"),
    Column("capabilities_added", Type.LIST, "capabilities added"),
    Column("capabilities_dropped", Type.LIST, "capabilities dropped"),
    flag("liveness", "has a liveness probe"),
    flag("readiness", "has a readiness probe"),
)


def members(spec: PodSpec) -> Iterator[tuple[str, Container]]:
    """(role, container) of every container of a pod."""
    for container in spec.init_containers:
        yield ("sidecar" if container.restart_policy == "Always" else "init"), container
    for container in spec.containers:
        yield "main", container
    for container in spec.ephemeral_containers:
        yield "ephemeral", container


def is_windows(spec: PodSpec) -> bool:
    """Whether a pod says that it runs on Windows."""
    return (spec.os is not None and spec.os.name == "windows") or spec.node_selector.get(
        "kubernetes.io/os"
    ) == "windows"


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    defaults = _defaults(tables)
    for template in tables.templates:
        ranges = {} if template.pods else defaults.get(template.root.namespace, {})
        for role, container in members(template.spec):
            injected = is_injected(tables, template, role, container.name)
            yield _row(template, role, container, ranges, injected, tables.running.only(container.image))


def is_injected(tables: Tables, template: Template, role: str, name: str) -> bool:
    """Whether admission added the container: a patch of the workload cannot change it, it would add another."""
    declared = tables.declared.get(template.root) if template.held else None
    added = role != "ephemeral" and declared is not None and name not in declared
    return added or name in platform.INJECTED


def declared_containers(tables: Tables) -> dict[Root, set[str]]:
    """By workload, the names of containers in templates that people wrote: its own and its ReplicaSets' and Jobs'."""
    roots, found = Roots(tables.snapshot), dict[Root, set[str]]()
    for kind, item in _holders(tables):
        spec = item.spec.job_template.spec.template.spec if isinstance(item, CronJob) else item.spec.template.spec
        names = found.setdefault(roots.of(kind, item.metadata), set())
        names.update(container.name for _, container in members(spec))
    return found


_HOLDERS: tuple[tuple[str, str, type[Workload | Job | CronJob | ReplicationController]], ...] = (
    ("deployments.apps", "Deployment", Workload),
    ("statefulsets.apps", "StatefulSet", Workload),
    ("daemonsets.apps", "DaemonSet", Workload),
    ("replicasets.apps", "ReplicaSet", Workload),
    ("replicationcontrollers", "ReplicationController", ReplicationController),
    ("jobs.batch", "Job", Job),
    ("cronjobs.batch", "CronJob", CronJob),
)


def _holders(tables: Tables) -> Iterator[tuple[str, Workload | Job | CronJob | ReplicationController]]:
    for key, kind, struct in _HOLDERS:
        for item in tables.snapshot.of(key, struct):
            yield kind, item


def _row(
    template: Template, role: str, container: Container, defaults: dict[str, Any], injected: bool, runs: str | None
) -> tuple[Any, ...]:
    root, reference = template.root, images.parse(container.image)
    policy = container.image_pull_policy or (reference.default_pull_policy if reference else None)
    return (
        *(root.kind, root.namespace, root.name, container.name, role),
        *(platform.is_system_namespace(root.namespace), injected),
        *(is_windows(template.spec), _asks_for_device(container)),
        *(template.pods, template.pod or None, template.static, template.former, str(container.image)),
        *((reference.registry, reference.repository) if reference else (None, None)),
        *((reference.tag or None, reference.digest or None) if reference else (None, None)),
        *(policy, runs),
        *_resources(container, defaults),
        *(_of_pod(template.spec, resource) for resource in ("cpu", "memory")),
        *_security(container.security_context or SecurityContext(), template.spec.security_context),
        *(container.liveness_probe is not None, container.readiness_probe is not None),
    )


def _asks_for_device(container: Container) -> bool:
    named = (*container.resources.limits, *container.resources.requests)
    return bool(container.resources.claims) or any("/" in name for name in named)


def _resources(container: Container, defaults: dict[str, Any]) -> Iterator[float | None]:
    """Requests default to limits, then to the LimitRange (core/v1 SetDefaults_Pod, LimitRanger admission)."""
    requests, limits = container.resources.requests, container.resources.limits
    for resource in ("cpu", "memory"):
        limit = limits.get(resource, defaults.get("limits", {}).get(resource))
        own = requests.get(resource, limits.get(resource))
        yield quantities.amount(own if own is not None else defaults.get("requests", {}).get(resource, limit))
        yield quantities.amount(limit)


def _of_pod(spec: PodSpec, resource: str) -> float | None:
    """What a pod asks for as a whole; a limit is a request too where there is none."""
    return quantities.amount(spec.resources.requests.get(resource, spec.resources.limits.get(resource)))


def _defaults(tables: Tables) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for item in tables.snapshot.of("limitranges", LimitRange):
        for limits in item.spec.limits:
            if limits.type == "Container":
                own = found.setdefault(item.metadata.namespace, {"requests": {}, "limits": {}})
                own["requests"] |= {**limits.default, **limits.default_request}
                own["limits"] |= limits.default
    return found


def _security(own: SecurityContext, pod: PodSecurityContext | None) -> tuple[Any, ...]:
    outer = pod or PodSecurityContext()
    capabilities = own.capabilities
    escalation = own.allow_privilege_escalation
    seccomp, apparmor = own.seccomp_profile or outer.seccomp_profile, own.app_armor_profile or outer.app_armor_profile
    return (
        bool(own.privileged),
        bool(own.privileged) or escalation is not False,
        bool(own.read_only_root_filesystem),
        own.run_as_non_root if own.run_as_non_root is not None else outer.run_as_non_root,
        own.run_as_user if own.run_as_user is not None else outer.run_as_user,
        seccomp.type if seccomp else None,
        apparmor.type if apparmor else None,
        capabilities.add if capabilities else (),
        capabilities.drop if capabilities else (),
    )


TABLE = Table(
    "containers",
    "Containers that run or would run: one row per workload, distinct pod template and container.",
    COLUMNS,
    build,
    reads=TEMPLATED,
    optional_reads=("limitranges",),
)
