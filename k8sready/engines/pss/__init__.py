"""Pod Security Standards as the API server's admission evaluates them, by policy version.

    verdict = evaluate(pod.metadata, pod.spec, Policy(Level.RESTRICTED, Version(30)))
    verdict.allowed, verdict.text, [violation.control for violation in verdict.violations]
    effective_policy(namespace.metadata.labels).enforce
    minimal_patch(template.metadata, template.spec, Policy(Level.RESTRICTED)).template

Sources: KEP-2579, kubernetes/pod-security-admission policy/ and api/helpers.go at 1.37.
"""

from .control import Violation
from .evaluation import Judge, Verdict, evaluate, highest_level
from .patching import Patch, minimal_patch
from .policy import LATEST, Level, NamespacePolicy, Policy, Version, effective_policy, parse_version

__all__ = [
    "LATEST",
    "Judge",
    "Level",
    "NamespacePolicy",
    "Patch",
    "Policy",
    "Verdict",
    "Version",
    "Violation",
    "effective_policy",
    "evaluate",
    "highest_level",
    "minimal_patch",
    "parse_version",
]
