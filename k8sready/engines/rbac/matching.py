"""Whether a rule allows a request (pkg/apis/rbac/v1/evaluation_helpers.go)."""

from ...objects.rbac import PolicyRule
from .requests import Request

ALL = "*"


def rule_allows(rule: PolicyRule, request: Request) -> bool:
    """RuleAllows of the RBAC authorizer, for resource and for non-resource requests."""
    if not _listed(request.verb, rule.verbs):
        return False
    if request.path:
        return any(_path_matches(pattern, request.path) for pattern in rule.non_resource_urls)
    return (
        _listed(request.group, rule.api_groups)
        and any(_resource_matches(pattern, request) for pattern in rule.resources)
        and (not rule.resource_names or request.name in rule.resource_names)
    )


def _listed(value: str, allowed: tuple[str, ...]) -> bool:
    return ALL in allowed or value in allowed


def _resource_matches(pattern: str, request: Request) -> bool:
    if pattern in (ALL, request.combined):
        return True
    # "*/scale" covers the subresource of every resource; "pods/*" is no wildcard.
    return bool(request.subresource) and pattern == f"*/{request.subresource}"


def _path_matches(pattern: str, path: str) -> bool:
    if pattern in (ALL, path):
        return True
    return pattern.endswith(ALL) and path.startswith(pattern.rstrip(ALL))
