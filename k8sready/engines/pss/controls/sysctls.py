"""sysctls. Level: baseline, since 1.0; more names since 1.27, 1.29, 1.32 and 1.37.

Fields:  securityContext.sysctls[].name of the pod
Allowed: the names below
"""

from ..control import Control, Found, Rule, Subject
from ..policy import Level

_SINCE = (
    (
        0,
        (
            *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"),
            *("net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"),
        ),
    ),
    (27, ("net.ipv4.ip_local_reserved_ports",)),
    (
        29,
        (
            *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout"),
            *("net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"),
        ),
    ),
    (32, ("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem")),
    (37, ("net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat")),
)


def allowed(minor: int) -> frozenset[str]:
    """The sysctls that baseline allows at a policy version."""
    return frozenset(name for since, names in _SINCE if since <= minor for name in names)


def _rule_of(names: frozenset[str]) -> Rule:
    def rule(subject: Subject) -> Found:
        bad = [item.name for item in subject.pod_context.sysctls if item.name not in names]
        return ("forbidden sysctls", ", ".join(bad), (), True) if bad else None

    return rule


CONTROL = Control("sysctls", Level.BASELINE, tuple((since, _rule_of(allowed(since))) for since, _ in _SINCE))
