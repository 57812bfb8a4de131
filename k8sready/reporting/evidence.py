"""Evidence as a reader wants it: what is told, short, and not said by the object's name already."""

from typing import Any

from ..assessment.results import Finding
from ..legible import legible

_DULL = frozenset(
    (
        *("system", "static", "injected", "pod", "role", "registry", "repository", "privileged", "read_only_root"),
        *("allow_privilege_escalation", "capabilities_added", "capabilities_dropped", "liveness", "readiness"),
        *("run_as_non_root", "run_as_user", "seccomp", "apparmor", "cpu_limit", "memory_limit", "digest"),
        *("cpu_request", "memory_request", "pull_policy", "phase", "finalizers", "templates", "platform"),
    )
)


def evidence(finding: Finding) -> list[tuple[str, str]]:
    """Name and text of each piece of evidence worth a reader's time."""
    told = ((key, value) for key, value in finding.evidence.items() if value not in (None, "", [], False))
    return [(key.replace("_", " "), _short(value)) for key, value in told if key not in _DULL]


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    text = legible(", ".join(map(str, value)) if isinstance(value, list) else value)
    return text if len(text) <= 160 else f"{text[:159]}…"
