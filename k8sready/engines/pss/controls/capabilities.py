"""capabilities_baseline. Level: baseline, since 1.0. Replaced at level restricted since 1.22.

Fields:  securityContext.capabilities.add of every container
Allowed: absent, or any of the thirteen below, written exactly so

capabilities_restricted. Level: restricted, since 1.22; not for Windows pods since 1.25.

Fields:  securityContext.capabilities.drop and .add of every container
Allowed: drop holds ALL; add holds NET_BIND_SERVICE at most
"""

from ..control import Control, Found, Subject, containers_named, is_windows, quoted, unless
from ..policy import Level

HARMLESS = frozenset(
    (
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
        *("NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    )
)
RESTRICTED_MAY_ADD = frozenset({"NET_BIND_SERVICE"})


def _adding(subject: Subject, allowed: frozenset[str]) -> tuple[list[str], set[str]]:
    """Containers that add more than is allowed, and what they add."""
    extra = [(item.name, set(own.capabilities.add) - allowed) for item, own in subject.contexts() if own.capabilities]
    return [name for name, added in extra if added], {name for _, added in extra for name in added}


def _baseline(subject: Subject) -> Found:
    bad, added = _adding(subject, HARMLESS)
    if not bad:
        return None
    return "non-default capabilities", _must_not_add(bad, added), tuple(bad), False


def _must_not_add(bad: list[str], added: set[str]) -> str:
    return f"{containers_named(bad)} must not include {quoted(sorted(added))} in securityContext.capabilities.add"


def _restricted(subject: Subject) -> Found:
    keeping = [
        item.name for item, own in subject.contexts() if own.capabilities is None or "ALL" not in own.capabilities.drop
    ]
    bad, added = _adding(subject, RESTRICTED_MAY_ADD)
    told = [f'{containers_named(keeping)} must set securityContext.capabilities.drop=["ALL"]'] if keeping else []
    told += [_must_not_add(bad, added)] if bad else []
    if not told:
        return None
    return "unrestricted capabilities", "; ".join(told), tuple(dict.fromkeys((*keeping, *bad))), False


BASELINE = Control("capabilities_baseline", Level.BASELINE, ((0, _baseline),))
RESTRICTED = Control(
    "capabilities_restricted",
    Level.RESTRICTED,
    ((22, _restricted), (25, unless(is_windows, _restricted))),
    overrides=("capabilities_baseline",),
)
