"""What a step of escalation can act on, as a snapshot tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines.pss import Judge, Level, NamespacePolicy, effective_policy
from ..engines.rbac import RunningPod, Scene, TokenSecret, Workload
from ..objects.core import Namespace, SecretRow, ServiceAccount
from ..objects.meta import ObjectMeta
from ..objects.pods import Pod
from ..objects.workloads import CronJob, ReplicationController
from ..objects.workloads import Workload as Controller
from .openings import accounts_of, admitting, ending, full, is_guarded, signs, takes_pods
from .templates import controller

if TYPE_CHECKING:
    from . import Tables

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
    over = ending(tables)
    return Scene(
        accounts=tuple(item for item in accounts_of(tables) if item[0] not in over),
        pods=tuple(item for item in _pods(tables) if item.namespace not in over),
        workloads=tuple(item for item in _workloads(tables, owned=possible) if item.namespace not in over),
        token_secrets=tuple(_perhaps_secrets(tables) if possible else _token_secrets(tables)),
        full=frozenset() if possible else frozenset(full(tables)),
        privileged=admitting(tables, unlisted=possible),
        guarded=not possible and is_guarded(tables),
        takes_pods=possible or takes_pods(tables),
        signs=possible or signs(tables),
        minor=tables.server_minor,
        possible=possible,
    )


# -- pods and workloads -----------------------------------------------------------------------------------------------


def _pods(tables: Tables) -> Iterator[RunningPod]:
    admitted, accounts = _Admitted(tables), set(accounts_of(tables))
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
    for space, name in accounts_of(tables):
        if space in spaces or not tables.complete("secrets"):
            yield TokenSecret(space, None, name)
