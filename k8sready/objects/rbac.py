"""rbac.authorization.k8s.io/v1."""

from .base import Object
from .meta import LabelSelector, Resource


class PolicyRule(Object, frozen=True):
    verbs: tuple[str, ...] = ()
    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    non_resource_urls: tuple[str, ...] = ()


class AggregationRule(Object, frozen=True):
    cluster_role_selectors: tuple[LabelSelector, ...] = ()


class Role(Resource, frozen=True):
    """A Role, or a ClusterRole (then without namespace, possibly aggregated)."""

    rules: tuple[PolicyRule, ...] = ()
    aggregation_rule: AggregationRule | None = None


class Subject(Object, frozen=True):
    kind: str = ""
    name: str = ""
    namespace: str = ""
    api_group: str = ""


class RoleRef(Object, frozen=True):
    api_group: str = ""
    kind: str = ""
    name: str = ""


class RoleBinding(Resource, frozen=True):
    """A RoleBinding, or a ClusterRoleBinding (then without namespace)."""

    subjects: tuple[Subject, ...] = ()
    role_ref: RoleRef = RoleRef()
