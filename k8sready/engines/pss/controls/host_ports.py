"""hostPorts. Level: baseline, since 1.0.

Fields:  ports[].hostPort of every container
Allowed: absent, 0. With hostNetwork the API server sets it to containerPort, in pods only.
"""

from ....objects.containers import Container
from ..control import Control, Found, Subject, containers_named, plural
from ..policy import Level


def host_ports(container: Container, defaulted: bool) -> list[int]:
    """The host ports of a container; `defaulted` as the API server does it to pods in the host's network."""
    wanted = (port.host_port or (port.container_port if defaulted else 0) for port in container.ports)
    return [port for port in wanted if port]


def _rule(subject: Subject) -> Found:
    # Defaulting reaches init and main containers; ephemeral ones may not have ports.
    defaulted = subject.spec.host_network and not subject.template
    used = [(item.name, host_ports(item, defaulted)) for item in subject.containers()]
    bad = [name for name, ports in used if ports]
    if not bad:
        return None
    ports = sorted({str(port) for _, own in used for port in own})
    told = f"{plural(len(bad), 'uses', 'use')} {plural(len(ports), 'hostPort')} {', '.join(ports)}"
    return "hostPort", f"{containers_named(bad)} {told}", tuple(bad), False


CONTROL = Control("hostPorts", Level.BASELINE, ((0, _rule),))
