"""allowPrivilegeEscalation. Level: restricted, since 1.8; not for Windows pods since 1.25.

Fields:  securityContext.allowPrivilegeEscalation of every container
Allowed: false
"""

from ..control import Control, Found, Subject, containers_named, is_windows, unless
from ..policy import Level


def _rule(subject: Subject) -> Found:
    bad = [item.name for item, own in subject.contexts() if own.allow_privilege_escalation is not False]
    if not bad:
        return None
    told = f"{containers_named(bad)} must set securityContext.allowPrivilegeEscalation=false"
    return "allowPrivilegeEscalation != false", told, tuple(bad), False


CONTROL = Control("allowPrivilegeEscalation", Level.RESTRICTED, ((8, _rule), (25, unless(is_windows, _rule))))
