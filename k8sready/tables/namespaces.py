"""Namespaces, with the fences that stand on them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.netpol.isolation import DefaultDeny, default_denies
from ..engines.platform import PLATFORM_QUOTAS
from ..engines.pss import Judge, Level, Policy, effective_policy
from ..objects.core import LimitRange, Namespace, ResourceQuota
from ..objects.meta import ObjectMeta
from ..objects.network import NetworkPolicy
from ..objects.workloads import Workload
from ..snapshot import Origin, Reading
from .network import POLICIES
from .schema import OBJECT, SYSTEM, TEMPLATED, Column, Table, Type, count, flag, number, text
from .templates import Template
from .wanted_pods import AUTOSCALERS, wanted_pods

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    SYSTEM,
    text("environment", "production, staging or development, by the words of its name and labels; NA if none"),
    text("phase", "Active or Terminating; NA where no API server has told (manifests)"),
    number("age_days", "days since creation"),
    number("terminating_minutes", "minutes since its deletion began; NA if it did not"),
    Column("finalizers", Type.LIST, "what holds its deletion"),
    count("workloads", "workloads in it"),
    count("pods", "running pods in it"),
    count("wanted_pods", "pods that its workloads may come to: replicas, maxima of autoscalers, Jobs' parallelism"),
    count("part_of", "distinct applications (label app.kubernetes.io/part-of of workloads or pods)"),
    number("share_of_app_workloads", "its share of all application workloads, 0 to 1"),
    count("quotas", "ResourceQuotas that limit something, without those that the platform puts everywhere; NA unread"),
    count("limit_ranges", "LimitRanges"),
    flag("default_requests", "a LimitRange gives containers default CPU and memory requests"),
    flag(
        "default_deny_ingress",
        "a NetworkPolicy isolates every pod for ingress and none that selects all allows all; NA where none does "
        "but policies of a network plugin or of the whole cluster may",
    ),
    flag("default_deny_egress", "the same for egress"),
    text(
        "psa_enforce",
        "pod-security level enforced by label (an invalid value enforces restricted); NA if unlabelled",
    ),
    flag("meets_baseline", "no pod template in it is one that the pod-security level baseline refuses; NA without any"),
    count("rolebindings", "RoleBindings in it; NA where they could not be read"),
)
_TIERS = {
    "production": frozenset(
        {"prod", "prd", "production", "live", "produktion", "produktiv", "produccion", "producao", "produzione"}
    ),
    "staging": frozenset(
        (
            *("stg", "stage", "staging", "uat", "qa", "preprod", "preproduction", "acc", "acceptance"),
            *("int", "integration", "sit", "abnahme", "recette", "homolog", "homologacao", "hml", "homologacion"),
        )
    ),
    "development": frozenset(
        (
            *("dev", "devel", "develop", "development", "sandbox", "test", "testing", "tst", "nonprod", "noprod"),
            *("nonproduction", "entwicklung", "desarrollo", "desenvolvimento", "developpement", "sviluppo"),
        )
    ),
}
_AT_THE_END = frozenset({"live", "int", "integration", "sit"})  # in front they say what something does: live-chat
_APART = re.compile(r"(?<![a-z])(non|no|pre)[-_.](?=prod)")  # non-prod is one word, and does not say production
_PREVIEW = re.compile(r"(?<![a-z])(?:preview|review|ephemeral|(?:pr|mr)[-_.]?\d+)(?![a-z])")
_ENV_LABELS = ("environment", "env", "app.kubernetes.io/environment", "tier", "stage")
_ENFORCE, _PART_OF = "pod-security.kubernetes.io/enforce", "app.kubernetes.io/part-of"
_QUOTAS, _RANGES, _POLICIES = "resourcequotas", "limitranges", "networkpolicies.networking.k8s.io"
OTHER_POLICIES = POLICIES[2:]  # all that are neither namespaces nor NetworkPolicies


def environment(metadata: ObjectMeta) -> str | None:
    """The environment that labels (first) or the words of the name speak of; a preview of a change is none."""
    if _PREVIEW.search(metadata.name.lower()):
        return None
    labelled = (metadata.labels[name] for name in _ENV_LABELS if name in metadata.labels)
    return next(filter(None, map(_tier, (*labelled, metadata.name))), None)


def _tier(text: str) -> str | None:
    """What the first telling word says; numbers count the environments of a tier (uat2) and tell nothing."""
    said = re.findall(r"[a-z]+", _APART.sub(r"\1", text.lower()))
    telling = [word for word in said if word not in _AT_THE_END] + [word for word in said[-1:] if word in _AT_THE_END]
    return next((tier for word in telling for tier, words in _TIERS.items() if word in words), None)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    facts = _Facts(tables)
    for metadata, phase in _namespaces(tables, facts):
        name = metadata.name
        system = tables.is_system(name)
        own = facts.workloads[name]
        deny = facts.denies.get(name, DefaultDeny())
        gone = metadata.deletion_timestamp
        yield (
            *("Namespace", name, name, system, environment(metadata), phase, tables.age_days(metadata)),
            *((tables.now - gone).total_seconds() / 60 if gone else None, facts.finalizers.get(name, ())),
            *(len(own), facts.pods[name], facts.wanted[name], len(facts.parts[name])),
            len(own) / facts.app_workloads if facts.app_workloads and not system else None,
            facts.quotas[name] if facts.quotas is not None else None,
            *((facts.ranges[name], name in facts.defaulted) if facts.ranges is not None else (None, None)),
            *(
                True if denied else None if facts.fenced_otherwise(name) else False
                for denied in (deny.ingress, deny.egress)
            ),
            *(_enforced(metadata.labels), facts.meets_baseline(name)),
            facts.bindings[name] if facts.bindings is not None else None,
        )


class _Facts:
    """What is counted per namespace."""

    def __init__(self, tables: Tables) -> None:
        snapshot = tables.snapshot
        self.workloads: dict[str, set[Any]] = defaultdict(set)
        self.parts: dict[str, set[str]] = defaultdict(set)
        self.pods: Counter[str] = Counter()
        self.wanted = wanted_pods(snapshot)
        self._baseline = Judge(Policy(Level.BASELINE), tables.server_minor)
        self._templates: dict[str, list[Template]] = defaultdict(list)
        for template in tables.templates:
            labels, name = template.metadata.labels, template.root.namespace
            self._templates[name].append(template)
            self.workloads[name].add(template.root)
            self.pods[name] += template.pods
            self.parts[name] |= {labels[_PART_OF]} if _PART_OF in labels else set()
        for key in ("deployments.apps", "statefulsets.apps", "daemonsets.apps"):
            for item in snapshot.of(key, Workload):
                part = item.metadata.labels.get(_PART_OF)
                self.parts[item.metadata.namespace] |= {part} if part else set()
        self.app_workloads = sum(len(own) for name, own in self.workloads.items() if not tables.is_system(name))
        quotas = [item for item in snapshot.of(_QUOTAS, ResourceQuota) if item.spec.hard]
        limiting = (item.metadata.namespace for item in quotas if item.metadata.name not in PLATFORM_QUOTAS)
        self.quotas = Counter(limiting) if tables.read(_QUOTAS) else None
        ranges = snapshot.of(_RANGES, LimitRange)
        self.ranges = Counter(item.metadata.namespace for item in ranges) if tables.read(_RANGES) else None
        self.defaulted = {item.metadata.namespace for item in ranges if _gives_requests(item)}
        self.denies = default_denies(snapshot.of(_POLICIES, NetworkPolicy))
        self.finalizers: dict[str, tuple[str, ...]] = {}
        read = "rolebindings.rbac.authorization.k8s.io"
        listed = snapshot.objects.get(read, ())
        known = tables.complete(read)
        self.bindings = Counter(item.metadata.namespace for item in listed) if known else None
        self._others = frozenset(_other_policies(tables)) | (frozenset() if tables.read(_POLICIES) else {""})

    def fenced_otherwise(self, namespace: str) -> bool:
        """Whether policies that are no NetworkPolicies may deny by default here."""
        return namespace in self._others or "" in self._others

    def meets_baseline(self, namespace: str) -> bool | None:
        """Whether the pod-security level baseline refuses nothing that runs here or would; None where nothing does."""
        own = self._templates.get(namespace)
        return all(self._baseline.verdict(item.metadata, item.spec).allowed for item in own) if own else None


def _other_policies(tables: Tables) -> Iterator[str]:
    """Where policies of plugins or of the whole cluster ("": everywhere) stand, or could not be read."""
    for key in OTHER_POLICIES:
        for item in tables.snapshot.objects.get(key, ()):
            yield item.metadata.namespace
        if tables.coverage(key).reading in (Reading.FORBIDDEN, Reading.FAILED, Reading.PARTIAL):
            yield ""


def _namespaces(tables: Tables, facts: _Facts) -> Iterator[tuple[ObjectMeta, str | None]]:
    """Namespace objects; of manifests also the namespaces that workloads name: folders often lack the objects."""
    seen = set()
    for item in tables.snapshot.of("namespaces", Namespace):
        seen.add(item.metadata.name)
        facts.finalizers[item.metadata.name] = (*item.spec.finalizers, *item.metadata.finalizers)
        yield item.metadata, item.status.phase or None
    if tables.snapshot.identity.origin is not Origin.CLUSTER:
        for name in sorted(set(facts.workloads) - seen):
            yield ObjectMeta(name=name), None


def _gives_requests(item: LimitRange) -> bool:
    given: set[str] = set()
    for limits in item.spec.limits:
        if limits.type == "Container":
            given |= limits.default_request.keys() | limits.default.keys()
    return {"cpu", "memory"} <= given


def _enforced(labels: dict[str, str]) -> str | None:
    """The level that labels enforce; None without one, because the cluster's defaults are not visible."""
    return effective_policy(labels).enforce.level.value if _ENFORCE in labels else None


TABLE = Table(
    "namespaces",
    "Namespaces, with what they hold and which fences stand on them.",
    COLUMNS,
    build,
    reads=("namespaces", *TEMPLATED),
    optional_reads=(_QUOTAS, _RANGES, _POLICIES, "rolebindings.rbac.authorization.k8s.io", *OTHER_POLICIES),
    hints=(AUTOSCALERS,),
)
