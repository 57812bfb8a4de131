"""runAsUser. Level: restricted, since 1.23; not for pods with a user namespace of their own since 1.35.

Fields:  securityContext.runAsUser of the pod and of every container
Allowed: absent, anything but 0
"""

from ..control import Control, Found, Subject, in_user_namespace, setters, unless
from ..policy import Level


def _rule(subject: Subject) -> Found:
    pod = subject.pod_context.run_as_user == 0
    bad = [item.name for item, own in subject.contexts() if own.run_as_user == 0]
    if not pod and not bad:
        return None
    return "runAsUser=0", f"{setters(pod, bad)} must not set runAsUser=0", tuple(bad), pod


CONTROL = Control("runAsUser", Level.RESTRICTED, ((23, _rule), (35, unless(in_user_namespace, _rule))))
