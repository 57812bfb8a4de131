"""What a principal holds, looked up by need: the grants that meet it, where, and for which objects."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from ...objects.rbac import PolicyRule
from .authorizer import Grant
from .moves import NEEDS
from .needs import Need, meets

Names = tuple[str, ...] | None  # the only objects it holds for; None: all


class Holder:
    """The grants of one principal, by the needs of moves that they meet."""

    def __init__(self, grants: Iterable[Grant]) -> None:
        self._met: dict[Need, list[tuple[Grant, Names]]] = defaultdict(list)
        spaces = set()
        for grant in grants:
            for need, names in _met(grant.rule, bool(grant.binding_namespace)):
                self._met[need].append((grant, names))
                spaces.add(grant.binding_namespace)
        self.scopes = tuple(sorted(spaces | {""}))

    def __contains__(self, need: Need) -> bool:
        """Whether some grant meets the need, for some object somewhere."""
        return need in self._met

    def allowing(self, need: Need, namespace: str, name: str | None = None, some: bool = False) -> tuple[Grant, ...]:
        """Grants that meet a need in a namespace (""; everywhere), one a binding.

        For every object; with `name` for that object; with `some` for at least one.
        """
        found = {
            (grant.binding_namespace, grant.binding): grant
            for grant, names in self._met.get(need, ())
            if grant.binding_namespace in ("", namespace) and (names is None or some or name in names)
        }
        return tuple(found.values())

    def named(self, need: Need, namespace: str) -> list[tuple[Grant, tuple[str, ...]]]:
        """Grants of exactly this scope that meet a need for the objects they list."""
        met = self._met.get(need, ())
        return [(grant, names) for grant, names in met if names is not None and grant.binding_namespace == namespace]


@lru_cache(maxsize=65536)
def _met(rule: PolicyRule, local: bool) -> tuple[tuple[Need, Names], ...]:
    """The needs that a rule meets, with the names that it is limited to."""
    found: list[tuple[Need, Names]] = []
    for need in NEEDS.near(rule):
        if meets(rule, need, local=local):
            found.append((need, None))
        elif rule.resource_names and meets(rule, need, limited=True, local=local):
            found.append((need, rule.resource_names))
    return tuple(found)
