"""appArmorProfile. Level: baseline, since 1.0.

Fields:  securityContext.appArmorProfile.type of the pod and of every container (where the API server's binary is
         1.30 or newer); annotations container.apparmor.security.beta.kubernetes.io/*
Allowed: absent, RuntimeDefault, Localhost; annotations empty, runtime/default, localhost/*
"""

import json
from collections.abc import Mapping

from ....objects.containers import Container, Profile, SecurityContext
from ..control import Control, Found, Subject, containers_named, is_windows, plural, quoted
from ..policy import Level

PREFIX = "container.apparmor.security.beta.kubernetes.io/"
_TYPES = frozenset({"RuntimeDefault", "Localhost"})
_FIELD_SINCE = 30
_UNCONFINED = Profile(type="Unconfined")


def allowed_annotation(value: str) -> bool:
    """Whether an AppArmor annotation is within baseline."""
    return value in ("", "runtime/default") or value.startswith("localhost/")


def forbidden(annotations: Mapping[str, str]) -> list[str]:
    """The AppArmor annotations that are not within baseline, of containers that exist or not."""
    return [key for key, value in annotations.items() if key.startswith(PREFIX) and not allowed_annotation(value)]


def reads_fields(server_minor: int) -> bool:
    """Whether a server looks at the fields, whatever the policy version."""
    return server_minor >= _FIELD_SINCE


def _profile(subject: Subject, item: Container, own: SecurityContext) -> Profile | None:
    """A container's profile; without one the API server copies an unconfined annotation into the field of a pod."""
    outer = subject.pod_context.app_armor_profile
    if own.app_armor_profile is not None or subject.template or is_windows(subject) or outer == _UNCONFINED:
        return own.app_armor_profile
    return _UNCONFINED if subject.annotations.get(PREFIX + item.name) == "unconfined" else None


def _rule(subject: Subject) -> Found:
    fields = reads_fields(subject.server_minor)
    outer = subject.pod_context.app_armor_profile if fields else None
    pod = outer is not None and outer.type not in _TYPES
    profiles = [(item.name, _profile(subject, item, own)) for item, own in subject.contexts() if fields]
    bad = [name for name, profile in profiles if profile and profile.type not in _TYPES]
    values = {profile.type for _, profile in profiles if profile and profile.type not in _TYPES}
    values |= {outer.type} if outer is not None and pod else set()
    notes = sorted(
        f"{key}={json.dumps(subject.annotations[key], ensure_ascii=False)}" for key in forbidden(subject.annotations)
    )
    who = (["pod"] if pod else []) + ([containers_named(bad)] if bad else [])
    who += [plural(len(notes), "annotation")] if notes else []
    if not who:
        return None
    listed = [*sorted(values), *notes]
    told = f"{' and '.join(who)} must not set AppArmor profile type to {quoted(listed)}"
    return plural(len(listed), "forbidden AppArmor profile"), told, tuple(bad), pod or bool(notes)


CONTROL = Control("appArmorProfile", Level.BASELINE, ((0, _rule),))
