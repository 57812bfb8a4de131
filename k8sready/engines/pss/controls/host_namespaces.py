"""hostNamespaces. Level: baseline, since 1.0.

Fields:  hostNetwork, hostPID, hostIPC
Allowed: absent, false
"""

from ..control import Control, Found, Subject
from ..policy import Level


def _rule(subject: Subject) -> Found:
    spec = subject.spec
    shared = (("hostNetwork", spec.host_network), ("hostPID", spec.host_pid), ("hostIPC", spec.host_ipc))
    found = [f"{name}=true" for name, on in shared if on]
    return ("host namespaces", ", ".join(found), (), True) if found else None


CONTROL = Control("hostNamespaces", Level.BASELINE, ((0, _rule),))
