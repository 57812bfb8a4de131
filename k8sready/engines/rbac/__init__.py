"""RBAC as the API server evaluates it: who may do what, through which binding and rule, and what that leads to.

    rbac = Rbac(roles, cluster_roles, bindings, cluster_bindings)       # aggregate=True for manifests
    ci = service_account("shop", "ci")
    decision = rbac.authorize(ci, Request("list", resource="secrets", namespace="shop"))
    decision.allowed, decision.grants[0].binding, decision.grants[0].rule_index
    rbac.who_can(Request("create", resource="pods", subresource="exec", namespace="shop"))     # grants, with subjects
    [(item.danger.name, item.scope, item.severity) for item in held(rbac.grants_of(ci))]       # dangerous permissions

    scene = Scene(accounts=(("shop", "ci"), ("kube-system", "cni")), pods=(RunningPod("kube-system", "cni-1", "cni"),))
    graph = Escalation(rbac, scene)
    graph.path(account("shop", "ci"))        # steps up to CLUSTER, each with the grants that allow it; None: no path
    cut(graph, account("shop", "ci"))        # the fewest bindings to remove
    additions([*cluster_roles, *roles], [*cluster_bindings, *bindings], minor=37)   # what the defaults did not have

Sources: plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go,
pkg/apis/rbac/v1/evaluation_helpers.go.
"""

from .authorizer import Dangling, Decision, Grant, Rbac, reaches
from .builtin import Addition, Defaults, additions, defaults, is_default_binding, is_default_role
from .covering import uncovered
from .cutting import Cut, cut
from .dangers import Danger, Held, Severity, held
from .escalation import Escalation
from .requests import Request, User, service_account
from .scene import RunningPod, Scene, TokenSecret, Workload
from .steps import CLUSTER, BindingKey, Node, Step, account

__all__ = [
    "CLUSTER",
    "Addition",
    "BindingKey",
    "Cut",
    "Danger",
    "Dangling",
    "Decision",
    "Defaults",
    "Escalation",
    "Grant",
    "Held",
    "Node",
    "Rbac",
    "Request",
    "RunningPod",
    "Scene",
    "Severity",
    "Step",
    "TokenSecret",
    "User",
    "Workload",
    "account",
    "additions",
    "cut",
    "defaults",
    "held",
    "is_default_binding",
    "is_default_role",
    "reaches",
    "service_account",
    "uncovered",
]
