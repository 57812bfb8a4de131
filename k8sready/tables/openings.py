"""Where accounts are and pods can be made: namespaces, nodes, quotas and what admission may refuse, by the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..engines import quantities
from ..engines.platform import Distribution, detect_distribution
from ..engines.pss import Level, effective_policy
from ..objects.admission import AdmissionPolicy, WebhookConfiguration, WebhookRule
from ..objects.core import Namespace, Node, ResourceQuota, ServiceAccount
from ..snapshot import Origin, Reading

if TYPE_CHECKING:
    from . import Tables

_ADMISSION = "admissionregistration.k8s.io"
GUARDS = (f"validatingwebhookconfigurations.{_ADMISSION}", f"validatingadmissionpolicies.{_ADMISSION}")


def accounts_of(tables: Tables) -> list[tuple[str, str]]:
    """The accounts that are listed, and each namespace's `default`, which the API server makes."""
    listed = [item.metadata for item in tables.snapshot.of("serviceaccounts", ServiceAccount)]
    spaces = [item.metadata.name for item in tables.snapshot.of("namespaces", Namespace)]
    return list(
        dict.fromkeys((*((item.namespace, item.name) for item in listed), *((name, "default") for name in spaces)))
    )


def ending(tables: Tables) -> set[str]:
    """Namespaces that are terminating: nothing can be made there any more."""
    listed = tables.snapshot.of("namespaces", Namespace)
    return {item.metadata.name for item in listed if item.status.phase == "Terminating"}


def admitting(tables: Tables, unlisted: bool) -> frozenset[str]:
    """Namespaces whose pod-security level refuses nothing; `unlisted`: those too that only accounts tell of."""
    listed = tables.snapshot.of("namespaces", Namespace)
    levels = {item.metadata.name: effective_policy(item.metadata.labels).enforce.level for item in listed}
    others = {space for space, _ in accounts_of(tables) if space not in levels} if unlisted else set()
    return frozenset(others | {name for name, level in levels.items() if level is Level.PRIVILEGED})


def full(tables: Tables) -> Iterator[str]:
    """Namespaces whose quota for pods of every scope is used up."""
    for quota in tables.snapshot.of("resourcequotas", ResourceQuota):
        for resource in ("pods", "count/pods"):
            hard = quantities.amount(quota.spec.hard.get(resource))
            used = quantities.amount(quota.status.used.get(resource))
            if hard is not None and not quota.spec.scoped and (used or 0) >= hard:
                yield quota.metadata.namespace


def is_guarded(tables: Tables) -> bool:
    """Whether validating webhooks or policies are asked about new pods, or may be (they were not read)."""
    live = tables.snapshot.identity.origin is not Origin.MANIFESTS
    if live and any(tables.coverage(key).reading not in (Reading.COMPLETE, Reading.ABSENT) for key in GUARDS):
        return True
    webhooks = tables.snapshot.of(GUARDS[0], WebhookConfiguration)
    policies = tables.snapshot.of(GUARDS[1], AdmissionPolicy)
    rules = [rule for item in webhooks for webhook in item.webhooks for rule in webhook.rules]
    for policy in policies:
        rules += policy.spec.match_constraints.resource_rules if policy.spec.match_constraints else ()
    return _about_pods(rules)


def _about_pods(rules: Iterable[WebhookRule]) -> bool:
    for rule in rules:
        asked = {"*", "CREATE"} & set(rule.operations) and {"*", ""} & set(rule.api_groups)
        if asked and {"*", "*/*", "pods", "pods/*"} & set(rule.resources):
            return True
    return False


def takes_pods(tables: Tables) -> bool:
    """Whether some node is ready for pods, or may be (nodes were not read, or only manifests tell)."""
    if not tables.complete("nodes"):
        return True
    nodes = tables.snapshot.of("nodes", Node)
    ready = any(item.type == "Ready" and item.status == "True" for node in nodes for item in node.status.conditions)
    return ready or (not nodes and tables.snapshot.identity.origin is Origin.MANIFESTS)


def signs(tables: Tables) -> bool:
    """Whether the controller manager signs client certificates: not on EKS."""
    nodes = tables.snapshot.of("nodes", Node)
    return detect_distribution(tables.snapshot.identity.version, nodes).distribution is not Distribution.EKS
