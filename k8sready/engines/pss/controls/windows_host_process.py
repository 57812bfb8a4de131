"""windowsHostProcess. Level: baseline, since 1.0.

Fields:  securityContext.windowsOptions.hostProcess of the pod and of every container
Allowed: absent, false
"""

from ..control import Control, Found, Subject, setters
from ..policy import Level


def _rule(subject: Subject) -> Found:
    pod = bool(subject.pod_context.windows_options and subject.pod_context.windows_options.host_process)
    bad = [item.name for item, own in subject.contexts() if own.windows_options and own.windows_options.host_process]
    if not pod and not bad:
        return None
    return (
        "hostProcess",
        f"{setters(pod, bad)} must not set securityContext.windowsOptions.hostProcess=true",
        tuple(bad),
        pod,
    )


CONTROL = Control("windowsHostProcess", Level.BASELINE, ((0, _rule),))
