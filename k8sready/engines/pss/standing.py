"""What a namespace could enforce today, what is in the way of more, and what the API server would say of it."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ...objects.meta import ObjectMeta
from ...objects.pods import Pod, PodSpec
from .evaluation import Judge, Verdict
from .patching import Patch, minimal_patch
from .policy import LATEST, NEWEST, Level, Policy, Version

Who = TypeVar("Who", bound=Hashable)
_CHECKED = 3_000  # the admission plugin looks at no more pods when the labels of a namespace change


@dataclass(frozen=True, slots=True)
class Obstacle(Generic[Who]):
    """A template that is in the way of a level, and the least change that takes it out of the way."""

    who: Who
    verdict: Verdict
    patch: Patch


@dataclass(frozen=True, slots=True)
class Standing(Generic[Who]):
    """The strictest level that all templates meet at a policy version, and who is in the way of the next."""

    level: Level
    version: Version = LATEST
    obstacles: tuple[Obstacle[Who], ...] = ()

    @property
    def next(self) -> Policy | None:
        """The policy that the obstacles are in the way of; None at the strictest level."""
        return Policy(_STRICTER[self.level], self.version) if self.level in _STRICTER else None


_STRICTER = {Level.PRIVILEGED: Level.BASELINE, Level.BASELINE: Level.RESTRICTED}


def standing(
    templates: Iterable[tuple[Who, ObjectMeta, PodSpec]],
    version: Version = LATEST,
    *,
    server_minor: int = NEWEST,
    within: Mapping[Who, Collection[str]] | None = None,
) -> Standing[Who]:
    """The standing of a namespace's templates, each given with whom it belongs to. An empty one meets everything.

    `within` are the containers that each owner's template names, where it is known (see `minimal_patch`).
    """
    written = within or {}
    listed = list(templates)
    for level in (Level.BASELINE, Level.RESTRICTED):
        policy = Policy(level, version)
        judge = Judge(policy, server_minor)
        denied = [
            (who, metadata, spec, verdict)
            for who, metadata, spec in listed
            if not (verdict := judge.verdict(metadata, spec)).allowed
        ]
        if denied:
            below = next(lower for lower, stricter in _STRICTER.items() if stricter is level)
            patches = (
                minimal_patch(metadata, spec, policy, server_minor=server_minor, within=written.get(who))
                for who, metadata, spec, _ in denied
            )
            obstacles = (
                Obstacle(who, verdict, patch) for (who, *_, verdict), patch in zip(denied, patches, strict=True)
            )
            return Standing(below, version, tuple(obstacles))
    return Standing(Level.RESTRICTED, version)


def highest_level(pods: Iterable[Pod], version: Version = LATEST, *, server_minor: int = NEWEST) -> Level:
    """The strictest level that every pod meets already."""
    return standing(((None, pod.metadata, pod.spec) for pod in pods), version, server_minor=server_minor).level


def existing_pod_warnings(
    namespace: str, pods: Iterable[Pod], policy: Policy, *, server_minor: int = NEWEST
) -> tuple[str, ...]:
    """What the API server warns of when a namespace's enforce label becomes `policy`: pods alike share one warning.

    Which of them it names is the server's choice; here it is the first by name. It looks at 3,000 pods at most, one
    of each controller first.
    """
    ordered = _one_of_each_controller_first(sorted(pods, key=lambda pod: pod.metadata.name))
    judge = Judge(policy, server_minor)
    names: dict[str, list[str]] = {}
    for pod in ordered[:_CHECKED]:
        verdict = judge.verdict(pod.metadata, pod.spec)
        if not verdict.allowed:
            names.setdefault(verdict.warning, []).append(pod.metadata.name)
    few = f"new PodSecurity enforce level only checked against the first {_CHECKED} of {len(ordered)} existing pods"
    head = f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{policy}"'
    lines = sorted(f"{_named(own)}: {warning}" for warning, own in names.items())
    return (*([few] if len(ordered) > _CHECKED else []), *([head] if lines else []), *lines)


def _one_of_each_controller_first(pods: list[Pod]) -> list[Pod]:
    first: list[Pod] = []
    others: list[Pod] = []
    seen: set[str] = set()
    for pod in pods:
        controller = next((owner.uid for owner in pod.metadata.owner_references if owner.controller), None)
        (others if controller in seen else first).append(pod)
        seen |= {controller} if controller is not None else set()
    return first + others


def _named(names: list[str]) -> str:
    """As the API server writes it: NAME, NAME (and 1 other pod), NAME (and 2 other pods)."""
    more = len(names) - 1
    first = min(names)
    return f"{first} (and {more} other pod{'s' if more > 1 else ''})" if more else first
