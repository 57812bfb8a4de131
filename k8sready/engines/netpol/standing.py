"""The policies that stand in a cluster, in one form: which of them hold an endpoint, and where that cannot be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...objects.network import ClusterNetworkPolicy, NetworkPolicy
from .cluster_policies import of_cluster_policy
from .endpoints import Endpoint, is_peer
from .network_policies import of_network_policy
from .rules import Policy, Tier


@dataclass(frozen=True, eq=False)
class Policies:
    """What stands, frozen. `unknown`: namespaces with policies of kinds that are not evaluated; "*" for all of them."""

    by_namespace: Mapping[str, tuple[Policy, ...]]
    cluster_wide: tuple[Policy, ...]  # by tier, then priority
    unknown: frozenset[str]
    ipblock_matches_pods: bool | None

    def __iter__(self) -> Iterator[Policy]:
        for own in self.by_namespace.values():
            yield from own
        yield from self.cluster_wide

    def holding(self, end: Endpoint, direction: str) -> list[Policy]:
        """The policies that hold an endpoint in a direction, in the order of evaluation."""
        if not end.selectable:
            return []
        near = (*self.by_namespace.get(end.namespace, ()), *self.cluster_wide)
        found = [policy for policy in near if direction in policy.directions and is_peer(policy.subject, end, False)]
        return sorted(found, key=lambda policy: (policy.tier, policy.priority))

    def is_unknown(self, end: Endpoint) -> bool:
        """Whether policies of kinds that are not evaluated apply to a pod."""
        return end.selectable and bool(self.unknown) and ("*" in self.unknown or end.namespace in self.unknown)


def by_namespace(policies: Iterable[NetworkPolicy]) -> dict[str, tuple[Policy, ...]]:
    """NetworkPolicies by their namespaces, each namespace's by name."""
    found: dict[str, list[Policy]] = defaultdict(list)
    for policy in policies:
        found[policy.metadata.namespace].append(of_network_policy(policy))
    return {name: tuple(sorted(own, key=lambda policy: policy.name)) for name, own in found.items()}


def cluster_wide(
    policies: Iterable[ClusterNetworkPolicy],
    admin: Iterable[ClusterNetworkPolicy],
    baseline: Iterable[ClusterNetworkPolicy],
) -> tuple[Policy, ...]:
    """ClusterNetworkPolicies, and the older pair of kinds, by tier, priority and name."""
    found = [
        *(of_cluster_policy(policy) for policy in policies),
        *(of_cluster_policy(policy, Tier.ADMIN) for policy in admin),
        *(of_cluster_policy(policy, Tier.BASELINE) for policy in baseline),
    ]
    return tuple(sorted(found, key=lambda policy: (policy.tier, policy.priority, policy.name)))
