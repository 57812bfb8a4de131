"""Reads a cluster by a plan: coverage first, then every kind, each failure costing only itself."""

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from types import MappingProxyType

from ..errors import K8sReadyError
from ..garbage import not_collected
from ..objects.kinds import Kind
from ..progress import Progress, Step
from ..snapshot.value import Coverage, Reading, ServedResource, Snapshot
from . import discovery
from .identity import Fetching, facts, identify, refusal, shown
from .listing import Spaces, list_kind
from .rights import Rights
from .tally import Outcome


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
    identity = identify(fetch, plan.server, plan.context)
    wanted = [kind for kind in plan.kinds if plan.secrets or kind.key not in ("secrets", "configmaps")]
    progress.begin(shown(identity), len(wanted))
    try:
        served, answer = discovery.served(lambda path: fetch(path, accept=discovery.ACCEPT))
        if served is None:
            raise K8sReadyError(refusal(plan.server, "ask what it serves", answer))
        reader = _Reader(plan, fetch, progress, cancel, served)
        with not_collected(), ThreadPoolExecutor(concurrent) as pool, ThreadPoolExecutor(concurrent) as ahead:
            proven = ahead.submit(facts, fetch)
            outcomes = reader.all(wanted, pool, ahead)
    finally:
        progress.end()
    outcomes |= {kind.key: _not_asked(kind) for kind in plan.kinds if kind not in wanted}
    return Snapshot(
        replace(identity, uid=identity.uid or _uid(outcomes)),
        MappingProxyType({key: outcome.objects for key, outcome in sorted(outcomes.items()) if outcome.objects}),
        MappingProxyType({key: outcome.coverage for key, outcome in sorted(outcomes.items())}),
        served,
        MappingProxyType(proven.result()),
    )


def _not_asked(kind: Kind) -> Outcome:
    reason = "Secrets and ConfigMaps are listed only on request (--secrets)"
    return Outcome((), Coverage(kind.key, Reading.NOT_REQUESTED, reason=reason))


def _uid(outcomes: dict[str, Outcome]) -> str:
    for item in outcomes["namespaces"].objects if "namespaces" in outcomes else ():
        metadata = item.metadata
        if metadata.name == "kube-system":
            return str(metadata.uid)
    return ""


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
        self._rights = Rights(fetch)
        self._served: dict[str, list[ServedResource]] = {}
        for item in served:
            key = f"{item.resource}.{item.group}" if item.group else item.resource
            self._served.setdefault(key, []).append(item)
        self._stale = {item.group for item in served if item.stale}

    def all(self, kinds: list[Kind], pool: ThreadPoolExecutor, ahead: ThreadPoolExecutor) -> dict[str, Outcome]:
        """Outcomes by key. Namespaces come first (others are listed per namespace where needed), events last."""
        first = [kind for kind in kinds if kind.key == "namespaces"]
        chosen = Spaces(self._plan.namespaces, chosen=bool(self._plan.namespaces))
        outcomes = {kind.key: self._one(kind, chosen, ahead) for kind in first}
        self._check_chosen(outcomes)
        spaces = chosen if chosen.chosen else self._known(outcomes)
        rest = sorted((kind for kind in kinds if kind not in first), key=lambda kind: kind.key == "events")
        jobs = {pool.submit(self._one, kind, spaces, ahead): kind for kind in rest}
        return outcomes | self._gathered(jobs)

    def _gathered(self, jobs: dict[Future[Outcome], Kind]) -> dict[str, Outcome]:
        waiting = set(jobs)
        while waiting:
            try:
                _, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                self._cancel.set()
        return {kind.key: job.result() for job, kind in jobs.items()}

    def _check_chosen(self, outcomes: dict[str, Outcome]) -> None:
        """A namespace that was asked for and is not there is a mistake in its name, not an empty namespace.

        Raises:
            K8sReadyError: a namespace does not exist.
        """
        for name in self._plan.namespaces if "namespaces" in outcomes and not self._cancel.is_set() else ():
            known = any(item.metadata.name == name for item in outcomes["namespaces"].objects)
            if not known and self._fetch(f"/api/v1/namespaces/{name}").status == 404:
                raise K8sReadyError(f"There is no namespace {name!r:.80} in this cluster. See: kubectl get namespaces")

    def _known(self, outcomes: dict[str, Outcome]) -> Spaces:
        """The namespaces that could be listed; else that of the context, to which credentials often belong."""
        if "namespaces" not in outcomes:
            return Spaces((self._plan.home,), all_known=False)
        listed = outcomes["namespaces"]
        names = tuple(item.metadata.name for item in listed.objects)
        whole = listed.coverage.reading is Reading.COMPLETE
        return Spaces(names or (self._plan.home,), all_known=whole)

    def _one(self, kind: Kind, spaces: Spaces, ahead: ThreadPoolExecutor) -> Outcome:
        if self._cancel.is_set():
            return Outcome((), Coverage(kind.key, Reading.NOT_REQUESTED, reason="cancelled before it was read"))
        self._progress.step(Step(kind.key))
        try:
            outcome = self._listed(kind, spaces, ahead)
        except Exception as error:  # a broken kind costs only itself
            outcome = Outcome(
                (), Coverage(kind.key, Reading.FAILED, reason=f"reading it failed ({type(error).__name__})")
            )
        covered = outcome.coverage
        told = "" if covered.reading in (Reading.COMPLETE, Reading.ABSENT) else _told(covered)
        self._progress.step(Step(kind.key, len(outcome.objects), done=True, told=told))
        return outcome

    def _listed(self, kind: Kind, spaces: Spaces, ahead: ThreadPoolExecutor) -> Outcome:
        served = self._served.get(kind.key)
        if not served:
            stale = kind.group in self._stale
            why = "its aggregated API server does not answer" if stale else "the API server does not serve it"
            return Outcome((), Coverage(kind.key, Reading.FAILED if stale else Reading.ABSENT, reason=why))
        version = kind.version if any(item.version == kind.version for item in served) else served[-1].version
        return list_kind(
            replace(kind, version=version),
            self._fetch,
            self._rights,
            spaces,
            cancel=self._cancel,
            ahead=ahead,
            step=self._progress.step,
        )


def _told(covered: Coverage) -> str:
    what = f"Cannot list {covered.key}" if not covered.count else f"Read {covered.key} only in part"
    hint = " To include them apply the ClusterRole printed by: k8sready role" if "(403)" in covered.reason else ""
    return f"{what}: {covered.reason}. Checks that need them will be UNKNOWN.{hint}"
