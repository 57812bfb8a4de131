"""Reads a cluster by a plan: coverage first, then every kind, each failure costing only itself."""

import json
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any, Protocol

from ..errors import K8sReadyError
from ..garbage import not_collected
from ..objects.kinds import Kind
from ..progress import Progress, Step
from ..snapshot.value import Coverage, Identity, Origin, Reading, ServedResource, Snapshot
from . import discovery
from .evidence import encryption_fact
from .gate import REVIEWS
from .listing import Outcome, list_kind
from .paging import Response


class Fetching(Protocol):
    """One request to the API server."""

    def __call__(self, path: str, *, method: str = ..., accept: str = ..., body: bytes | None = ...) -> Response:
        """Status, body; status 0 where the connection failed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read: kinds, namespaces (empty: all), Secrets or not; and under which name."""

    kinds: tuple[Kind, ...]
    namespaces: tuple[str, ...]
    secrets: bool
    context: str
    server: str
    home: str


def read(plan: Plan, fetch: Fetching, progress: Progress, cancel: threading.Event, concurrent: int) -> Snapshot:
    """The snapshot that the plan asks for.

    Raises:
        K8sReadyError: the API server does not answer, or refuses the credentials.
    """
    identity = _identity(plan, fetch)
    wanted = [kind for kind in plan.kinds if plan.secrets or kind.key not in ("secrets", "configmaps")]
    progress.begin(_shown(identity), len(wanted))
    served, answer = discovery.served(lambda path: fetch(path, accept=discovery.ACCEPT))
    if served is None:
        raise K8sReadyError(_refusal(plan.server, "ask what it serves", answer))
    reader = _Reader(plan, fetch, progress, cancel, served)
    with not_collected(), ThreadPoolExecutor(concurrent) as pool, ThreadPoolExecutor(concurrent) as ahead:
        outcomes = reader.all(wanted, pool, ahead)
    progress.end()
    outcomes |= {kind.key: _not_asked(kind) for kind in plan.kinds if kind not in wanted}
    return Snapshot(
        replace(identity, uid=identity.uid or _uid(outcomes)),
        MappingProxyType({key: outcome.objects for key, outcome in sorted(outcomes.items()) if outcome.objects}),
        MappingProxyType({key: outcome.coverage for key, outcome in sorted(outcomes.items())}),
        served,
        MappingProxyType(_facts(fetch)),
    )


def _identity(plan: Plan, fetch: Fetching) -> Identity:
    answer = fetch("/version")
    if answer.status != 200:
        raise K8sReadyError(_refusal(plan.server, "ask its version", answer))
    version = str(_decoded(answer).get("gitVersion", ""))
    system = _decoded(fetch("/api/v1/namespaces/kube-system"))
    uid = str((system.get("metadata") or {}).get("uid", "")) if system.get("kind") == "Namespace" else ""
    return Identity(
        Origin.CLUSTER,
        datetime.now(timezone.utc).replace(microsecond=0),
        uid=uid,
        server=plan.server,
        context=plan.context,
        version=version,
        user=_user(fetch),
        name=plan.context,
    )


def _decoded(answer: Response) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _user(fetch: Fetching) -> str:
    body = json.dumps({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}).encode()
    told = _decoded(fetch(REVIEWS[2], method="POST", body=body))
    return str(((told.get("status") or {}).get("userInfo") or {}).get("username", ""))


def _refusal(server: str, doing: str, answer: Response) -> str:
    if answer.status == 401:
        return f"{server} does not accept the credentials (401). Log in again, or name another context."
    if answer.status == 403:
        return f"{server} forbids to {doing} (403). Ask for a role that may, such as the one printed by: k8sready role"
    why = answer.reason or f"it answered {answer.status}"
    return f"Cannot {doing}: {server}: {why}. Check the address in the kubeconfig, VPN and proxy, then try again."


def _shown(identity: Identity) -> str:
    parts = (identity.context, identity.server, identity.version, identity.uid and f"uid {identity.uid}")
    return "  ".join(part for part in parts if part)


def _not_asked(kind: Kind) -> Outcome:
    reason = "Secrets and ConfigMaps are listed only on request (--secrets)"
    return Outcome((), Coverage(kind.key, Reading.NOT_REQUESTED, reason=reason))


def _uid(outcomes: dict[str, Outcome]) -> str:
    for item in outcomes["namespaces"].objects if "namespaces" in outcomes else ():
        metadata = item.metadata  # type: ignore[attr-defined]
        if metadata.name == "kube-system":
            return str(metadata.uid)
    return ""


def _facts(fetch: Fetching) -> dict[str, str]:
    """What reviews and metrics prove: whether RBAC decides, and whether Secrets are encrypted."""
    asked = {"resourceAttributes": {"verb": "list", "resource": "namespaces"}}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": asked}
    told = _decoded(fetch(REVIEWS[0], method="POST", body=json.dumps(review).encode())).get("status") or {}
    facts = {"rbac": str(told["reason"]).partition(":")[0]} if told.get("reason") else {}
    encryption = encryption_fact(fetch)
    return facts | ({"encryption": encryption} if encryption else {})


class _Reader:
    """Lists every kind, a few at a time."""

    def __init__(
        self,
        plan: Plan,
        fetch: Fetching,
        progress: Progress,
        cancel: threading.Event,
        served: tuple[ServedResource, ...],
    ) -> None:
        self._plan, self._fetch, self._progress, self._cancel = plan, fetch, progress, cancel
        self._served: dict[str, list[ServedResource]] = {}
        for item in served:
            key = f"{item.resource}.{item.group}" if item.group else item.resource
            self._served.setdefault(key, []).append(item)
        self._stale = {item.group for item in served if item.stale}

    def all(self, kinds: list[Kind], pool: ThreadPoolExecutor, ahead: ThreadPoolExecutor) -> dict[str, Outcome]:
        """Outcomes by key. Namespaces come first (others are listed per namespace where needed), events last."""
        first = [kind for kind in kinds if kind.key == "namespaces"]
        outcomes = {kind.key: self._one(kind, self._plan.namespaces, ahead) for kind in first}
        names = self._names(outcomes)
        rest = sorted((kind for kind in kinds if kind not in first), key=lambda kind: kind.key == "events")
        jobs = {pool.submit(self._one, kind, names, ahead): kind for kind in rest}
        return outcomes | self._gathered(jobs)

    def _gathered(self, jobs: dict[Future[Outcome], Kind]) -> dict[str, Outcome]:
        waiting = set(jobs)
        while waiting:
            try:
                _, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                self._cancel.set()
        return {kind.key: job.result() for job, kind in jobs.items()}

    def _names(self, outcomes: dict[str, Outcome]) -> tuple[str, ...]:
        if self._plan.namespaces:
            return self._plan.namespaces
        listed = outcomes["namespaces"].objects if "namespaces" in outcomes else ()
        return tuple(item.metadata.name for item in listed) or ((self._plan.home,) if self._plan.home else ())  # type: ignore[attr-defined]

    def _one(self, kind: Kind, namespaces: tuple[str, ...], ahead: ThreadPoolExecutor) -> Outcome:
        if self._cancel.is_set():
            return Outcome((), Coverage(kind.key, Reading.NOT_REQUESTED, reason="cancelled before it was read"))
        try:
            outcome = self._listed(kind, namespaces, ahead)
        except Exception as error:  # a broken kind costs only itself
            outcome = Outcome(
                (), Coverage(kind.key, Reading.FAILED, reason=f"reading it failed ({type(error).__name__})")
            )
        covered = outcome.coverage
        told = "" if covered.reading in (Reading.COMPLETE, Reading.ABSENT) else _told(covered)
        self._progress.step(Step(kind.key, len(outcome.objects), done=True, told=told))
        return outcome

    def _listed(self, kind: Kind, namespaces: tuple[str, ...], ahead: ThreadPoolExecutor) -> Outcome:
        served = self._served.get(kind.key)
        if not served:
            stale = kind.group in self._stale
            why = "its aggregated API server does not answer" if stale else "the API server does not serve it"
            return Outcome((), Coverage(kind.key, Reading.FAILED if stale else Reading.ABSENT, reason=why))
        version = kind.version if any(item.version == kind.version for item in served) else served[-1].version
        return list_kind(
            replace(kind, version=version),
            self._fetch,
            self._allowed,
            namespaces,
            chosen=bool(self._plan.namespaces),
            cancel=self._cancel,
            ahead=ahead,
            step=self._progress.step,
        )

    def _allowed(self, kind: Kind, namespace: str) -> bool | None:
        """Whether the caller may list a kind (None: the review itself was not answered)."""
        asked = {"verb": "list", "group": kind.group, "resource": kind.resource, "namespace": namespace}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        status = _decoded(self._fetch(REVIEWS[0], method="POST", body=json.dumps(review).encode())).get("status")
        return bool(status.get("allowed")) if isinstance(status, dict) else None


def _told(covered: Coverage) -> str:
    what = f"Cannot list {covered.key}" if not covered.count else f"Read {covered.key} only in part"
    return (
        f"{what}: {covered.reason}. Checks that need them will be UNKNOWN. "
        "To include them apply the ClusterRole printed by: k8sready role"
    )
