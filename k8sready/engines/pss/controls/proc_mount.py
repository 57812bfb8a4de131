"""procMount. Level: baseline, since 1.0; not for pods with a user namespace of their own since 1.35.

Fields:  securityContext.procMount of every container
Allowed: absent, Default

procMount_restricted. Level: restricted, since 1.35: the same for every pod.
"""

from ..control import Control, Found, Subject, containers_named, in_user_namespace, quoted, unless
from ..policy import Level


def _rule(subject: Subject) -> Found:
    set_ones = [(item.name, own.proc_mount) for item, own in subject.contexts() if own.proc_mount is not None]
    bad = [name for name, value in set_ones if value != "Default"]
    if not bad:
        return None
    values = sorted({str(value) for _, value in set_ones if value != "Default"})
    told = f"{containers_named(bad)} must not set securityContext.procMount to {quoted(values)}"
    return "procMount", told, tuple(bad), False


BASELINE = Control("procMount", Level.BASELINE, ((0, _rule), (35, unless(in_user_namespace, _rule))))
RESTRICTED = Control("procMount_restricted", Level.RESTRICTED, ((35, _rule),), overrides=("procMount",))
