"""seLinuxOptions. Level: baseline, since 1.0; container_engine_t since 1.31.

Fields:  securityContext.seLinuxOptions of the pod and of every container
Allowed: type empty or one of those below; user and role empty
"""

from ....objects.containers import SeLinuxOptions
from ..control import Control, Found, Rule, Subject, plural, quoted, setters
from ..policy import Level

_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_SINCE = ((0, _TYPES), (31, _TYPES | {"container_engine_t"}))


def allowed(minor: int) -> frozenset[str]:
    """The types that baseline allows at a policy version."""
    return next(types for since, types in reversed(_SINCE) if since <= minor)


def _rule_of(types: frozenset[str]) -> Rule:
    def is_bad(options: SeLinuxOptions | None) -> bool:
        return options is not None and (options.type not in types or bool(options.user) or bool(options.role))

    def rule(subject: Subject) -> Found:
        outer = subject.pod_context.se_linux_options
        own = [(item.name, context.se_linux_options) for item, context in subject.contexts()]
        bad = [name for name, options in own if is_bad(options)]
        if not bad and not is_bad(outer):
            return None
        every = [options for options in (outer, *(options for _, options in own)) if options]
        return "seLinuxOptions", f"{setters(is_bad(outer), bad)} {_told(every, types)}", tuple(bad), is_bad(outer)

    return rule


def _told(options: list[SeLinuxOptions], types: frozenset[str]) -> str:
    wrong = sorted({item.type for item in options} - types)
    data = [f"{plural(len(wrong), 'type')} {quoted(wrong)}"] if wrong else []
    data += ["user may not be set"] if any(item.user for item in options) else []
    data += ["role may not be set"] if any(item.role for item in options) else []
    return f"set forbidden securityContext.seLinuxOptions: {'; '.join(data)}"


CONTROL = Control("seLinuxOptions", Level.BASELINE, tuple((since, _rule_of(types)) for since, types in _SINCE))
