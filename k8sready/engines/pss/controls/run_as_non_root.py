"""runAsNonRoot. Level: restricted, since 1.0; not for pods with a user namespace of their own since 1.35.

Fields:  securityContext.runAsNonRoot of the pod and of every container
Allowed: true for every container, of its own or by the pod; false nowhere, not even where every container says true
"""

from ..control import Control, Found, Subject, containers_named, in_user_namespace, setters, unless
from ..policy import Level


def _rule(subject: Subject) -> Found:
    outer = subject.pod_context.run_as_non_root
    bad = [item.name for item, own in subject.contexts() if own.run_as_non_root is False]
    if bad or outer is False:
        told = f"{setters(outer is False, bad)} must not set securityContext.runAsNonRoot=false"
        return "runAsNonRoot != true", told, tuple(bad), outer is False
    missing = [item.name for item, own in subject.contexts() if own.run_as_non_root is None and outer is None]
    if not missing:
        return None
    told = f"pod or {containers_named(missing)} must set securityContext.runAsNonRoot=true"
    return "runAsNonRoot != true", told, tuple(missing), True


CONTROL = Control("runAsNonRoot", Level.RESTRICTED, ((0, _rule), (35, unless(in_user_namespace, _rule))))
