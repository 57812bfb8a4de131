"""What a step of escalation can act on, as a snapshot tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..engines import quantities
from ..engines.platform import Distribution, detect_distribution
from ..engines.pss import Judge, Level, NamespacePolicy, effective_policy
from ..engines.rbac import RunningPod, Scene, TokenSecret, Workload
from ..objects.admission import AdmissionPolicy, WebhookConfiguration, WebhookRule
from ..objects.core import Namespace, Node, ResourceQuota, SecretRow, ServiceAccount
from ..objects.meta import ObjectMeta
from ..objects.pods import Pod
from ..objects.workloads import CronJob, ReplicationController
from ..objects.workloads import Workload as Controller
from ..snapshot import Origin, Reading
from .templates import controller

if TYPE_CHECKING:
    from . import Tables

_ADMISSION = "admissionregistration.k8s.io"
GUARDS = (f"validatingwebhookconfigurations.{_ADMISSION}", f"validatingadmissionpolicies.{_ADMISSION}")
_MIRROR = "kubernetes.io/config.mirror"
_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - a type of Secrets
_TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
_CONTROLLERS: tuple[tuple[str, type[Any]], ...] = (
    *((f"{name}.apps", Controller) for name in ("deployments", "daemonsets", "statefulsets", "replicasets")),
    ("replicationcontrollers", ReplicationController),
    ("cronjobs.batch", CronJob),
)


def scene_of(tables: Tables, *, possible: bool = False) -> Scene:
    """What is there. Where something is not told, it is taken as what leads nowhere, or if `possible`, anywhere.

    An unlabelled namespace is taken to admit privileged pods, which is the API server's default, unless validating
    webhooks or policies are asked about pods: what they refuse is not known. Other admission is taken to let through
    pods that are like those that run. Manifests show no nodes; that they will run on some is taken for granted.
    """
    ending = _ending(tables)
    return Scene(
        accounts=tuple(item for item in _accounts(tables) if item[0] not in ending),
        pods=tuple(item for item in _pods(tables) if item.namespace not in ending),
        workloads=tuple(item for item in _workloads(tables, owned=possible) if item.namespace not in ending),
        token_secrets=tuple(_perhaps_secrets(tables) if possible else _token_secrets(tables)),
        full=frozenset() if possible else frozenset(_full(tables)),
        privileged=_admitting(tables, unlisted=possible),
        guarded=not possible and _is_guarded(tables),
        takes_pods=possible or _takes_pods(tables),
        signs=possible or _signs(tables),
        minor=tables.server_minor,
        possible=possible,
    )


def _accounts(tables: Tables) -> list[tuple[str, str]]:
    """The accounts that are listed, and each namespace's `default`, which the API server makes."""
    listed = [item.metadata for item in tables.snapshot.of("serviceaccounts", ServiceAccount)]
    spaces = [item.metadata.name for item in tables.snapshot.of("namespaces", Namespace)]
    return list(
        dict.fromkeys((*((item.namespace, item.name) for item in listed), *((name, "default") for name in spaces)))
    )


def _ending(tables: Tables) -> set[str]:
    """Namespaces that are terminating: nothing can be made there any more."""
    listed = tables.snapshot.of("namespaces", Namespace)
    return {item.metadata.name for item in listed if item.status.phase == "Terminating"}


# -- pods and workloads -----------------------------------------------------------------------------------------------


def _pods(tables: Tables) -> Iterator[RunningPod]:
    admitted, accounts = _Admitted(tables), set(_accounts(tables))
    for pod in tables.snapshot.of("pods", Pod):
        if pod.status.phase == "Running":
            own, name, server = pod.metadata, pod.spec.service_account_name or "default", _is_server(pod)
            # the token of an account that is gone is void
            account = name if _has_token(pod) and (own.namespace, name) in accounts else ""
            if account or server:
                changeable = bool(account) and admitted(pod)
                yield RunningPod(own.namespace, own.name, account, pod.node_name, changeable, server)


def _has_token(pod: Pod) -> bool:
    """Whether a container that runs mounts a token that the API server takes."""
    spec, running = pod.spec, {item.name for item in pod.status.container_statuses if item.state.running}
    volumes = {
        volume.name
        for volume in spec.volumes
        for source in (volume.projected.sources if volume.projected else ())
        if source.service_account_token and not source.service_account_token.audience
    }
    mounts = (mount for item in spec.containers if item.name in running for mount in item.volume_mounts)
    return any(mount.name in volumes or mount.mount_path == _TOKEN_MOUNT for mount in mounts)


def _is_server(pod: Pod) -> bool:
    """Whether it is a kube-apiserver that its node made from a file there."""
    named = any(item.name == "kube-apiserver" for item in pod.spec.containers)
    return named and pod.metadata.namespace == "kube-system" and _MIRROR in pod.metadata.annotations


class _Admitted:
    """Whether pod security would admit a running pod again; what runs may be older than its namespace's level."""

    def __init__(self, tables: Tables) -> None:
        self._minor = tables.server_minor
        self._policies = {
            item.metadata.name: effective_policy(item.metadata.labels)
            for item in tables.snapshot.of("namespaces", Namespace)
        }
        self._known: dict[tuple[str, int], bool] = {}

    def __call__(self, pod: Pod) -> bool:
        key = (pod.metadata.namespace, id(pod.spec))
        if key not in self._known:
            policy = self._policies.get(pod.metadata.namespace)
            self._known[key] = policy is not None and self._judged(pod, policy)
        return self._known[key] and _MIRROR not in pod.metadata.annotations

    def _judged(self, pod: Pod, policy: NamespacePolicy) -> bool:
        if policy.enforce.level is Level.PRIVILEGED:
            return True
        return Judge(policy.enforce, self._minor).verdict(pod.metadata, pod.spec).allowed


def _workloads(tables: Tables, owned: bool) -> Iterator[Workload]:
    for key, kind in _CONTROLLERS:
        for item in tables.snapshot.of(key, kind):
            metadata: ObjectMeta = item.metadata
            if owned or controller(metadata) is None:
                yield Workload(key, metadata.namespace, metadata.name)


# -- token Secrets ----------------------------------------------------------------------------------------------------


def _token_secrets(tables: Tables) -> Iterator[TokenSecret]:
    """Those that the controller made and an account lists (until 1.24); no other Secret tells whose token it holds."""
    rows = tables.snapshot.of("secrets", SecretRow)
    tokens = {(item.metadata.namespace, item.metadata.name) for item in rows if item.type == _TOKEN}
    for account in tables.snapshot.of("serviceaccounts", ServiceAccount):
        space, name = account.metadata.namespace, account.metadata.name
        for secret in account.secrets:
            if (space, secret.name) in tokens and secret.name.startswith(f"{name}-token-"):
                yield TokenSecret(space, secret.name, name)


def _perhaps_secrets(tables: Tables) -> Iterator[TokenSecret]:
    """Any account of a namespace that holds a token Secret, as far as that is known."""
    rows = tables.snapshot.of("secrets", SecretRow)
    spaces = {item.metadata.namespace for item in rows if item.type == _TOKEN}
    for space, name in _accounts(tables):
        if space in spaces or not tables.complete("secrets"):
            yield TokenSecret(space, None, name)


# -- what lets pods in ------------------------------------------------------------------------------------------------


def _admitting(tables: Tables, unlisted: bool) -> frozenset[str]:
    listed = tables.snapshot.of("namespaces", Namespace)
    levels = {item.metadata.name: effective_policy(item.metadata.labels).enforce.level for item in listed}
    others = {space for space, _ in _accounts(tables) if space not in levels} if unlisted else set()
    return frozenset(others | {name for name, level in levels.items() if level is Level.PRIVILEGED})


def _full(tables: Tables) -> Iterator[str]:
    """Namespaces whose quota for pods is used up."""
    for quota in tables.snapshot.of("resourcequotas", ResourceQuota):
        for resource in ("pods", "count/pods"):
            hard = quantities.amount(quota.spec.hard.get(resource))
            used = quantities.amount(quota.status.used.get(resource))
            if hard is not None and not quota.spec.scopes and (used or 0) >= hard:
                yield quota.metadata.namespace


def _is_guarded(tables: Tables) -> bool:
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


def _takes_pods(tables: Tables) -> bool:
    if not tables.complete("nodes"):
        return True
    nodes = tables.snapshot.of("nodes", Node)
    ready = any(item.type == "Ready" and item.status == "True" for node in nodes for item in node.status.conditions)
    return ready or (not nodes and tables.snapshot.identity.origin is Origin.MANIFESTS)


def _signs(tables: Tables) -> bool:
    nodes = tables.snapshot.of("nodes", Node)
    return detect_distribution(tables.snapshot.identity.version, nodes).distribution is not Distribution.EKS
