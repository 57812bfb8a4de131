"""seccompProfile_baseline. Level: baseline, since 1.0. Replaced at level restricted since 1.19.

Fields:  until 1.18 the annotations seccomp.security.alpha.kubernetes.io/pod and container.seccomp.…/<container>; since
         1.19 securityContext.seccompProfile.type of the pod and of every container
Allowed: absent, RuntimeDefault, Localhost; annotations runtime/default, docker/default, localhost/* (not empty)

seccompProfile_restricted. Level: restricted, since 1.19; not for Windows pods since 1.25.

Allowed: every container has a valid type, of its own or by the pod
"""

import json
from collections.abc import Iterable, Mapping

from ....objects.containers import Container
from ..control import Control, Found, Subject, containers_named, is_windows, plural, quoted, setters, unless
from ..policy import Level

POD = "seccomp.security.alpha.kubernetes.io/pod"
PREFIX = "container.seccomp.security.alpha.kubernetes.io/"
RUNTIME_DEFAULT = ("runtime/default", "docker/default")
FIELD_SINCE = 19
_TYPES = frozenset({"RuntimeDefault", "Localhost"})


def allowed_annotation(value: str) -> bool:
    """Whether a seccomp annotation is within baseline until 1.18."""
    return value in RUNTIME_DEFAULT or value.startswith("localhost/")


def forbidden(annotations: Mapping[str, str], containers: Iterable[Container]) -> list[str]:
    """The seccomp annotations that are not within baseline until 1.18; those of other containers do not count."""
    keys = (POD, *(PREFIX + item.name for item in containers))
    return [key for key in keys if key in annotations and not allowed_annotation(annotations[key])]


def _annotated(subject: Subject) -> Found:
    found = forbidden(subject.annotations, subject.containers())
    bad = sorted(f"{key}={json.dumps(subject.annotations[key], ensure_ascii=False)}" for key in found)
    return ("seccompProfile", f"forbidden {plural(len(bad), 'annotation')} {', '.join(bad)}", (), True) if bad else None


def _explicit(subject: Subject) -> Found:
    outer = subject.pod_context.seccomp_profile
    pod = outer is not None and outer.type not in _TYPES
    own = [(item.name, context.seccomp_profile) for item, context in subject.contexts()]
    bad = [name for name, profile in own if profile is not None and profile.type not in _TYPES]
    if not pod and not bad:
        return None
    values = {profile.type for _, profile in own if profile is not None and profile.type not in _TYPES}
    values |= {outer.type} if outer is not None and pod else set()
    told = f"{setters(pod, bad)} must not set securityContext.seccompProfile.type to {quoted(sorted(values))}"
    return "seccompProfile", told, tuple(bad), pod


def _required(subject: Subject) -> Found:
    found = _explicit(subject)
    if found:
        return found
    if subject.pod_context.seccomp_profile is not None:
        return None
    missing = [item.name for item, own in subject.contexts() if own.seccomp_profile is None]
    if not missing:
        return None
    wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return "seccompProfile", f"pod or {containers_named(missing)} {wanted}", tuple(missing), True


BASELINE = Control("seccompProfile_baseline", Level.BASELINE, ((0, _annotated), (FIELD_SINCE, _explicit)))
RESTRICTED = Control(
    "seccompProfile_restricted",
    Level.RESTRICTED,
    ((FIELD_SINCE, _required), (25, unless(is_windows, _required))),
    overrides=("seccompProfile_baseline",),
)
