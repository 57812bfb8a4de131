"""RBAC as the API server evaluates it: who may do what, and through which binding and rule.

    rbac = Rbac(roles, cluster_roles, bindings, cluster_bindings)
    decision = rbac.authorize(service_account("shop", "web"), Request("list", resource="secrets", namespace="shop"))
    decision.allowed, decision.grants[0].binding

Sources: plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go,
pkg/apis/rbac/v1/evaluation_helpers.go.
"""

from .authorizer import Dangling, Decision, Grant, Rbac, reaches
from .requests import Request, User, service_account

__all__ = ["Dangling", "Decision", "Grant", "Rbac", "Request", "User", "reaches", "service_account"]
