"""Workloads: whatever stands at the top of a pod's owners."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..engines import images, platform
from ..objects.core import ServiceAccount
from ..objects.meta import ObjectMeta
from ..objects.pods import PodSpec
from ..objects.workloads import Workload
from .containers import members
from .schema import OBJECT, SYSTEM, TEMPLATED, Table, count, flag, number, text
from .templates import Root, Template

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    SYSTEM,
    flag(
        "platform",
        "every container is known as part of Kubernetes, its network, storage, distribution or tools (by image or by "
        "labels of an add-on manager), or it is static; NA where a reference cannot be parsed",
    ),
    count("pods", "running pods"),
    count("templates", "distinct pod templates among them"),
    count("replicas", "wanted replicas; NA for kinds without"),
    count("ready", "ready replicas; NA where not told"),
    text("service_account", "name of the service account"),
    flag(
        "mounts_token",
        "a service-account token is mounted automatically (the pod's word, else the account's, else yes; NA where that "
        "was not read; never where it is static)",
    ),
    flag("logs_in", "an agent that is injected for Vault or Consul logs in with that token"),
    flag("confined", "may run on chosen nodes only (node selector or required node affinity)"),
    flag("host_network", "shares the node's network"),
    text("part_of", "label app.kubernetes.io/part-of, else app.kubernetes.io/name; NA without"),
    text("managed_by", "label app.kubernetes.io/managed-by; NA without"),
    number("age_days", "days since creation; NA where not told"),
)
_SHELLS = frozenset({"busybox", "alpine"})
_LOGGING_IN = re.compile(  # annotations that ask for an agent, and the containers that are it
    r"vault\.hashicorp\.com/agent-inject|consul\.hashicorp\.com/connect-inject"
    r"|vault\.security\.(?:banzaicloud|bank-vaults)\.io/vault-(?:addr|role|path)"
    r"|vault-agent(?:-init)?|consul-(?:dataplane|connect-inject-init)"
)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    automount = {
        (account.metadata.namespace, account.metadata.name): account.automount_service_account_token
        for account in tables.snapshot.of("serviceaccounts", ServiceAccount)
    }
    told = tables.complete("serviceaccounts")
    declared = _declared(tables)
    groups: dict[Root, list[Template]] = defaultdict(list)
    for template in tables.templates:
        groups[template.root].append(template)
    for root, group in groups.items():
        first = max(group, key=lambda template: template.pods)
        yield (
            *(root.kind, root.namespace, root.name, platform.is_system_namespace(root.namespace)),
            _every(
                template.static or _known(template.spec, _labels(template, declared.get(root))) for template in group
            ),
            *(sum(template.pods for template in group), len(group)),
            *_declared_facts(declared.get(root)),
            *_spec_facts(first, root.namespace, automount, told=told),
            *_label_facts(first.metadata, declared.get(root)),
            tables.age_days(declared[root].metadata if root in declared else first.metadata),
        )


def _declared(tables: Tables) -> dict[Root, Workload]:
    kinds = {"deployments.apps": "Deployment", "statefulsets.apps": "StatefulSet", "daemonsets.apps": "DaemonSet"}
    return {
        Root(kind, item.metadata.namespace, item.metadata.name): item
        for key, kind in kinds.items()
        for item in tables.snapshot.of(key, Workload)
    }


def _known(spec: PodSpec, labels: dict[str, str]) -> bool | None:
    """Whether all containers are the platform's; a debug session or a shell that prepares tells nothing."""
    telling = (item.image for role, item in members(spec) if role != "ephemeral" and not _prepares(role, item.image))
    return _every(_is_part(image, labels) for image in telling)


def _prepares(role: str, image: str) -> bool:
    reference = images.parse(image)
    return role == "init" and reference is not None and reference.repository.rpartition("/")[2] in _SHELLS


def _is_part(image: str, labels: dict[str, str]) -> bool | None:
    reference = images.parse(image)
    if reference is None:  # nobody can tell what that is; labels may
        return platform.is_platform_part("", "", labels) or None
    return platform.is_platform_part(reference.registry, reference.repository, labels)


def _every(verdicts: Iterable[bool | None]) -> bool | None:
    told = set(verdicts)
    return False if False in told else None if None in told else True


def _labels(template: Template, workload: Workload | None) -> dict[str, str]:
    return {**template.metadata.labels, **(workload.metadata.labels if workload else {})}


def _declared_facts(workload: Workload | None) -> tuple[int | None, int | None]:
    if workload is None:
        return (None, None)
    return (workload.spec.replicas, workload.status.ready_replicas or workload.status.number_ready)


def _spec_facts(
    template: Template, namespace: str, automount: dict[tuple[str, str], bool | None], *, told: bool
) -> tuple[Any, ...]:
    spec = template.spec
    account = spec.service_account_name or "default"
    otherwise = True if told or (namespace, account) in automount else None  # an account that was not read may say no
    choices = (spec.automount_service_account_token, automount.get((namespace, account)), otherwise)
    affinity = spec.affinity.node_affinity if spec.affinity else None
    confined = bool(spec.node_selector.keys() - {"kubernetes.io/os", "kubernetes.io/arch"})
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    named = required is not None and any(term.match_expressions for term in required.node_selector_terms)
    mounts = False if template.static else next((choice for choice in choices if choice is not None), None)
    return (account, mounts, _logs_in(template), confined or named, spec.host_network)


def _logs_in(template: Template) -> bool:
    named = {name for name, value in template.metadata.annotations.items() if value != "false"}
    return any(map(_LOGGING_IN.fullmatch, (*named, *(item.name for _, item in members(template.spec)))))


def _label_facts(metadata: ObjectMeta, workload: Workload | None) -> tuple[str | None, str | None]:
    labels = {**metadata.labels, **(workload.metadata.labels if workload else {})}
    part_of = labels.get("app.kubernetes.io/part-of") or labels.get("app.kubernetes.io/name")
    return (part_of, labels.get("app.kubernetes.io/managed-by"))


TABLE = Table(
    "workloads",
    "Workloads: whatever stands at the top of a pod's owners; bare pods are their own workload.",
    COLUMNS,
    build,
    reads=TEMPLATED,
    optional_reads=("serviceaccounts",),
)
