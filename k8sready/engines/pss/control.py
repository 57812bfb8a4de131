"""What a control is, and the words that all of them share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...objects.containers import Container, SecurityContext
from ...objects.pods import PodSecurityContext, PodSpec
from .policy import Level


@dataclass(frozen=True, slots=True)
class Subject:
    """What a control looks at: a pod's annotations and spec, and how new the API server's binary is.

    `template`: as it stands in a workload, where the API server has not completed it as it completes pods.
    """

    annotations: Mapping[str, str]
    spec: PodSpec
    server_minor: int
    template: bool = False

    @property
    def pod_context(self) -> PodSecurityContext:
        """The pod's securityContext, empty where it has none."""
        return self.spec.security_context or PodSecurityContext()

    def containers(self) -> Iterator[Container]:
        """Init, main and ephemeral containers, in the order in which the API server visits them."""
        yield from self.spec.init_containers
        yield from self.spec.containers
        yield from self.spec.ephemeral_containers

    def contexts(self) -> Iterator[tuple[Container, SecurityContext]]:
        """Every container with its securityContext, empty where it has none."""
        for container in self.containers():
            yield container, container.security_context or SecurityContext()


@dataclass(frozen=True, slots=True)
class Violation:
    """A control that a pod violates: the API server's reason and detail, and the containers concerned."""

    control: str
    reason: str
    detail: str
    containers: tuple[str, ...] = ()
    pod: bool = False  # the pod's own fields are concerned


Found = tuple[str, str, tuple[str, ...], bool] | None  # reason, detail, containers, pod
Rule = Callable[[Subject], Found]


@dataclass(frozen=True, slots=True)
class Control:
    """One control: from which policy version which rule holds, and which controls it replaces."""

    id: str
    level: Level
    rules: tuple[tuple[int, Rule], ...]  # (first minor, rule), ascending
    overrides: tuple[str, ...] = ()

    def at(self, minor: int) -> Rule | None:
        """The rule at a policy version; None before the control existed."""
        return next((rule for first, rule in reversed(self.rules) if first <= minor), None)


def quoted(names: Iterable[str]) -> str:
    """Names as the API server lists them: "a", "b"."""
    return ", ".join(f'"{name}"' for name in names)


def plural(count: int, one: str, many: str = "") -> str:
    """one, or its plural where there is not exactly one."""
    return one if count == 1 else many or f"{one}s"


def containers_named(names: list[str]) -> str:
    """container "a", or containers "a", "b"."""
    return f"{plural(len(names), 'container')} {quoted(names)}"


def setters(pod: bool, names: list[str]) -> str:
    """Who set something: pod, container "a", or both."""
    return " and ".join((["pod"] if pod else []) + ([containers_named(names)] if names else []))


def is_windows(subject: Subject) -> bool:
    """Whether the pod declares Windows (spec.os.name, since 1.25)."""
    return subject.spec.os is not None and subject.spec.os.name == "windows"


def in_user_namespace(subject: Subject) -> bool:
    """Whether the pod has a user namespace of its own (KEP-127)."""
    return subject.spec.host_users is False


def unless(exempt: Callable[[Subject], bool], rule: Rule) -> Rule:
    """The rule, for pods that are not exempt."""
    return lambda subject: None if exempt(subject) else rule(subject)
