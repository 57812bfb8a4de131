"""Whether a rule allows a request, and whether a subject is a user (pkg/apis/rbac/v1/evaluation_helpers.go)."""

from ...objects.rbac import PolicyRule, Subject
from .requests import Request, User

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


def is_subject(user: User, subject: Subject, namespace: str) -> bool:
    """appliesToUser of the RBAC authorizer; `namespace` is that of the binding."""
    if subject.kind == "User":
        return user.name == subject.name
    if subject.kind == "Group":
        return subject.name in user.groups
    if subject.kind != "ServiceAccount":
        return False
    home = subject.namespace or namespace
    return bool(home) and user.name == f"system:serviceaccount:{home}:{subject.name}"
