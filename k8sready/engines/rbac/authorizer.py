"""The RBAC authorizer over a snapshot's roles and bindings, with the reason of every decision."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...objects.rbac import PolicyRule, Role, RoleBinding, Subject
from .aggregation import expanded
from .matching import rule_allows
from .requests import MASTERS, Request, User


@dataclass(frozen=True, slots=True)
class Grant:
    """A rule as it reaches a subject: which binding, which role, the rule's place in it. Namespace "" is everywhere."""

    binding: str
    binding_namespace: str
    role_kind: str
    role: str
    rule_index: int
    rule: PolicyRule
    subject: Subject

    @property
    def binding_kind(self) -> str:
        """RoleBinding, or ClusterRoleBinding."""
        return "RoleBinding" if self.binding_namespace else "ClusterRoleBinding"


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not; with every grant that allows. `superuser`: the group system:masters, which RBAC does not see."""

    allowed: bool
    grants: tuple[Grant, ...] = ()
    superuser: bool = False


@dataclass(frozen=True, slots=True)
class Dangling:
    """A binding whose role does not exist; it grants nothing."""

    binding: str
    namespace: str
    role_kind: str
    role: str


class Rbac:
    """Roles and bindings, indexed by subject; immutable after construction."""

    def __init__(
        self,
        roles: Iterable[Role],
        cluster_roles: Iterable[Role],
        bindings: Iterable[RoleBinding],
        cluster_bindings: Iterable[RoleBinding],
        *,
        aggregate: bool = False,
    ) -> None:
        """`aggregate` expands aggregated ClusterRoles, for manifests that no controller has filled."""
        clustered = expanded(cluster_roles) if aggregate else tuple(cluster_roles)
        self._rules: dict[tuple[str, str, str], tuple[PolicyRule, ...]] = {
            ("ClusterRole", "", role.metadata.name): role.rules for role in clustered
        }
        self._rules |= {("Role", role.metadata.namespace, role.metadata.name): role.rules for role in roles}
        self._by_name: dict[tuple[str, str], list[tuple[RoleBinding, Subject]]] = defaultdict(list)
        self.bindings = (*cluster_bindings, *bindings)
        for binding in self.bindings:
            for subject in binding.subjects:
                self._by_name[_subject_key(subject, binding.metadata.namespace)].append((binding, subject))

    def rules_of(self, binding: RoleBinding) -> tuple[PolicyRule, ...] | None:
        """The rules a binding refers to; None where the role does not exist."""
        kind, home = binding.role_ref.kind, binding.metadata.namespace
        if kind == "ClusterRole":
            return self._rules.get((kind, "", binding.role_ref.name))
        return self._rules.get((kind, home, binding.role_ref.name)) if kind == "Role" and home else None

    def roles(self) -> Mapping[tuple[str, str, str], tuple[PolicyRule, ...]]:
        """The rules of every role by (kind, namespace, name); a ClusterRole's namespace is ""."""
        return self._rules

    def subjects(self) -> tuple[tuple[str, str], ...]:
        """Every subject that a binding names: (User | Group, name); ServiceAccounts by their user name. Sorted."""
        return tuple(sorted(self._by_name))

    def grants_of(self, user: User) -> Iterator[Grant]:
        """Every rule that reaches a user, directly or through a group."""
        for binding, subject in self._bound(user):
            for index, rule in enumerate(self.rules_of(binding) or ()):
                yield _grant(binding, subject, index, rule)

    def bindings_of(self, user: User) -> Iterator[RoleBinding]:
        """Every binding that names a user or one of its groups, also those whose role is empty or missing."""
        yield from (binding for binding, _ in self._bound(user))

    def _bound(self, user: User) -> Iterator[tuple[RoleBinding, Subject]]:
        for key in (("User", user.name), *(("Group", group) for group in dict.fromkeys(user.groups))):
            yield from self._by_name.get(key, ())

    def authorize(self, user: User, request: Request) -> Decision:
        """What the API server's SubjectAccessReview answers, and why."""
        allowing = tuple(grant for grant in self.grants_of(user) if reaches(grant, request))
        superuser = MASTERS in user.groups
        return Decision(bool(allowing) or superuser, allowing, superuser)

    def who_can(self, request: Request) -> tuple[Grant, ...]:
        """Every grant that allows the request, whoever its subject is."""
        found = []
        for binding in self.bindings:
            for index, rule in enumerate(self.rules_of(binding) or ()):
                grants = (_grant(binding, subject, index, rule) for subject in binding.subjects)
                found += [grant for grant in grants if reaches(grant, request)]
        return tuple(found)

    def dangling(self) -> tuple[Dangling, ...]:
        """Bindings to roles that do not exist."""
        return tuple(
            Dangling(item.metadata.name, item.metadata.namespace, item.role_ref.kind, item.role_ref.name)
            for item in self.bindings
            if self.rules_of(item) is None
        )


def reaches(grant: Grant, request: Request) -> bool:
    """Whether a grant allows a request: a RoleBinding reaches resources of its own namespace and nothing else."""
    if grant.binding_namespace and (request.path or request.namespace != grant.binding_namespace):
        return False
    return rule_allows(grant.rule, request)


def _subject_key(subject: Subject, namespace: str) -> tuple[str, str]:
    """The key under which `grants_of` finds a subject; ServiceAccounts are users to the authorizer."""
    if subject.kind != "ServiceAccount":
        return (subject.kind, subject.name)
    home = subject.namespace or namespace
    return ("User", f"system:serviceaccount:{home}:{subject.name}") if home else ("", "")


def _grant(binding: RoleBinding, subject: Subject, index: int, rule: PolicyRule) -> Grant:
    metadata, reference = binding.metadata, binding.role_ref
    return Grant(metadata.name, metadata.namespace, reference.kind, reference.name, index, rule, subject)
