"""privileged. Level: baseline, since 1.0.

Fields:  securityContext.privileged of every container
Allowed: absent, false
"""

from ..control import Control, Found, Subject, containers_named
from ..policy import Level


def _rule(subject: Subject) -> Found:
    bad = [item.name for item, own in subject.contexts() if own.privileged]
    if not bad:
        return None
    return "privileged", f"{containers_named(bad)} must not set securityContext.privileged=true", tuple(bad), False


CONTROL = Control("privileged", Level.BASELINE, ((0, _rule),))
