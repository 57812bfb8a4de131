"""hostProbesAndHostLifecycle. Level: baseline, since 1.34.

Fields:  httpGet.host and tcpSocket.host of probes and of lifecycle handlers of every container
Allowed: absent, empty
"""

from collections.abc import Iterator

from ....objects.containers import Container
from ..control import Control, Found, Subject, containers_named, plural, quoted
from ..policy import Level


def hosts(container: Container) -> Iterator[str]:
    """Hosts that probes and lifecycle handlers of a container connect to."""
    lifecycle = container.lifecycle
    handlers = (lifecycle.post_start, lifecycle.pre_stop) if lifecycle else ()
    for probe in (container.liveness_probe, container.readiness_probe, container.startup_probe, *handlers):
        for action in (probe.http_get, probe.tcp_socket) if probe else ():
            if action is not None and action.host:
                yield action.host


def _rule(subject: Subject) -> Found:
    found = [(item.name, set(hosts(item))) for item in subject.containers()]
    bad = sorted({name for name, own in found if own})
    if not bad:
        return None
    named = sorted({host for _, own in found for host in own})
    told = f"{plural(len(bad), 'uses', 'use')} {plural(len(named), 'probe or lifecycle host')} {quoted(named)}"
    return "probe or lifecycle host", f"{containers_named(bad)} {told}", tuple(bad), False


CONTROL = Control("hostProbesAndHostLifecycle", Level.BASELINE, ((34, _rule),))
