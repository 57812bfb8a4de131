"""Judges pods by a policy, each distinct pod once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ...objects.meta import ObjectMeta
from ...objects.pods import PodSpec
from .control import Rule, Subject, Violation
from .controls import CONTROLS
from .policy import NEWEST, Level, Policy

_ANNOTATIONS = ("container.apparmor.security.beta.kubernetes.io/", "container.seccomp.", "seccomp.security.alpha.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed or not, with every violated control in the API server's order."""

    policy: Policy
    violations: tuple[Violation, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the pod meets the policy."""
        return not self.violations

    @property
    def text(self) -> str:
        """The API server's denial; empty where the pod is allowed."""
        if self.allowed:
            return ""
        told = (f"{item.reason} ({item.detail})" if item.detail else item.reason for item in self.violations)
        return f'violates PodSecurity "{self.policy}": {", ".join(told)}'

    @property
    def warning(self) -> str:
        """The reasons alone, as the API server lists them for pods that exist when a label changes."""
        return ", ".join(item.reason for item in self.violations)


@lru_cache(maxsize=256)
def active(level: Level, minor: int) -> tuple[tuple[str, Rule], ...]:
    """The rules of a level at a policy version: (control, rule), overridden controls left out, in reporting order."""
    if level is Level.PRIVILEGED:
        return ()
    wanted = [item for item in CONTROLS if item.level.strictness <= level.strictness]
    rules = [(item, rule) for item in wanted if (rule := item.at(minor)) is not None]
    overridden = {name for item, _ in rules for name in item.overrides}
    return tuple((item.id, rule) for item, rule in rules if item.id not in overridden)


def evaluate(
    metadata: ObjectMeta, spec: PodSpec, policy: Policy, *, server_minor: int = NEWEST, template: bool = False
) -> Verdict:
    """The verdict of the admission plugin of a server of that minor on a pod, defaulted or not.

    With `template` it is what the server warns of when it sees the template in a workload: there it has not copied
    containerPort to hostPort (hostNetwork), nor AppArmor annotations to fields; both happen to pods.
    """
    subject = Subject(metadata.annotations, spec, server_minor, template)
    found = []
    for name, rule in active(policy.level, policy.version.effective(server_minor)):
        violated = rule(subject)
        if violated:
            found.append(Violation(name, *violated))
    return Verdict(policy, tuple(found))


class Judge:
    """Evaluates many pods by one policy; pods that share a spec and the annotations that count are judged once."""

    def __init__(self, policy: Policy, server_minor: int = NEWEST) -> None:
        self._policy, self._server_minor = policy, server_minor
        self._known: dict[tuple[int, tuple[tuple[str, str], ...]], tuple[PodSpec, Verdict]] = {}

    def verdict(self, metadata: ObjectMeta, spec: PodSpec) -> Verdict:
        """The verdict on one pod."""
        key = (id(spec), _counting(metadata.annotations))
        known = self._known.get(key)
        if known is None:  # the spec is kept beside its verdict, so that its id stays its own
            known = (spec, evaluate(metadata, spec, self._policy, server_minor=self._server_minor))
            self._known[key] = known
        return known[1]


def _counting(annotations: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if not annotations:
        return ()
    return tuple((key, value) for key, value in annotations.items() if key.startswith(_ANNOTATIONS))
