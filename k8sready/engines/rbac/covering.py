"""Which parts of a rule other rules do not cover (auth/rbac/validation/policy_comparator.go)."""

from collections.abc import Iterable, Iterator

from ...objects.rbac import PolicyRule
from .matching import ALL


def uncovered(rule: PolicyRule, owners: Iterable[PolicyRule]) -> tuple[PolicyRule, ...]:
    """The single-verb, single-resource parts of a rule that no one owner rule covers."""
    listed = tuple(owners)
    return tuple(part for part in parts(rule) if not any(_covers(owner, part) for owner in listed))


def parts(rule: PolicyRule) -> Iterator[PolicyRule]:
    """A rule as rules of one verb, one group, one resource and one name (or one URL) each."""
    for verb in rule.verbs:
        for group in rule.api_groups:
            for resource in rule.resources:
                named: list[tuple[str, ...]] = [(name,) for name in rule.resource_names] or [()]
                for names in named:
                    yield PolicyRule(verbs=(verb,), api_groups=(group,), resources=(resource,), resource_names=names)
        for url in rule.non_resource_urls:
            yield PolicyRule(verbs=(verb,), non_resource_urls=(url,))


def _covers(owner: PolicyRule, part: PolicyRule) -> bool:
    if not _has(owner.verbs, part.verbs[0]):
        return False
    if part.non_resource_urls:
        return any(_url_covers(url, part.non_resource_urls[0]) for url in owner.non_resource_urls)
    named = not owner.resource_names or (bool(part.resource_names) and part.resource_names[0] in owner.resource_names)
    return named and _has(owner.api_groups, part.api_groups[0]) and _resource(owner.resources, part.resources[0])


def _has(owned: tuple[str, ...], wanted: str) -> bool:
    return ALL in owned or wanted in owned


def _resource(owned: tuple[str, ...], wanted: str) -> bool:
    _, slash, subresource = wanted.partition("/")
    return _has(owned, wanted) or (bool(slash) and f"*/{subresource}" in owned)


def _url_covers(owned: str, wanted: str) -> bool:
    if owned in (ALL, wanted):
        return True
    return owned.endswith(ALL) and wanted.startswith(owned.rstrip(ALL))
