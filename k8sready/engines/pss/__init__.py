"""Pod Security Standards as the API server's admission evaluates them, by policy version.

    verdict = evaluate(pod.metadata, pod.spec, Policy(Level.RESTRICTED, Version(30)))
    verdict.allowed, verdict.text, [violation.control for violation in verdict.violations]
    effective_policy(namespace.metadata.labels).enforce
    minimal_patch(template.metadata, template.spec, Policy(Level.RESTRICTED)).template
    found = standing((("Deployment", "web"), template.metadata, template.spec) for template in ...)
    found.level, [(obstacle.who, obstacle.verdict.text, obstacle.patch.template) for obstacle in found.obstacles]

Sources: KEP-2579, kubernetes/pod-security-admission policy/ and api/helpers.go at 1.37.
"""

from .control import Violation
from .evaluation import Judge, Verdict, evaluate
from .patching import Patch, minimal_patch
from .policy import LATEST, Level, NamespacePolicy, Policy, Version, effective_policy, parse_version
from .standing import Obstacle, Standing, existing_pod_warnings, highest_level, standing

__all__ = [
    "LATEST",
    "Judge",
    "Level",
    "NamespacePolicy",
    "Obstacle",
    "Patch",
    "Policy",
    "Standing",
    "Verdict",
    "Version",
    "Violation",
    "effective_policy",
    "evaluate",
    "existing_pod_warnings",
    "highest_level",
    "minimal_patch",
    "parse_version",
    "standing",
]
