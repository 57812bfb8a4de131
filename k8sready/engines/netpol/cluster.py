"""A cluster's pods and policies, frozen, and the answer to one question: may this reach that, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ...objects.core import Namespace
from ...objects.network import ClusterNetworkPolicy, NetworkPolicy
from ...objects.pods import Pod
from ..selectors import Labels
from .addresses import Address, family, place
from .cluster_policies import of_cluster_policy
from .endpoints import NAME_LABEL, Endpoint, is_peer, of_address, of_pod, own_ips
from .network_policies import of_network_policy
from .ports import FIRST, LAST, PROTOCOLS
from .question import Question
from .rules import Policy, Tier
from .verdicts import Verdict


@dataclass(frozen=True, eq=False)
class Cluster:
    """Pods, namespaces' labels and policies in one form. Make it with `Cluster.of`."""

    pods: tuple[Pod, ...]
    namespaces: Mapping[str, Labels]
    policies: Mapping[str, tuple[Policy, ...]]  # NetworkPolicies by namespace
    cluster_policies: tuple[Policy, ...]  # by tier, then priority
    unknown: frozenset[str] = frozenset()
    ipblock_matches_pods: bool | None = True

    @staticmethod
    def of(
        pods: Iterable[Pod],
        namespaces: Iterable[Namespace] = (),
        policies: Iterable[NetworkPolicy] = (),
        *,
        cluster_policies: Iterable[ClusterNetworkPolicy] = (),
        admin_policies: Iterable[ClusterNetworkPolicy] = (),
        baseline_policies: Iterable[ClusterNetworkPolicy] = (),
        unknown: Iterable[str] = (),
        ipblock_matches_pods: bool | None = True,
    ) -> Cluster:
        """Freeze a state.

        Args:
            pods: pods, or the templates of workloads as pods (they have no address).
            namespaces: a missing one has the label kubernetes.io/metadata.name alone.
            policies: networking.k8s.io/v1 NetworkPolicies.
            cluster_policies: policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicies.
            admin_policies, baseline_policies: v1alpha1 AdminNetworkPolicies, BaselineAdminNetworkPolicies.
            unknown: namespaces with policies of other kinds (Cilium, Calico); "*" for cluster-wide ones.
            ipblock_matches_pods: does this CNI compare ipBlocks with pod addresses; None: not known.
        """
        spaces: dict[str, list[Policy]] = defaultdict(list)
        for policy in policies:
            spaces[policy.metadata.namespace].append(of_network_policy(policy))
        wide = [
            *(of_cluster_policy(policy) for policy in cluster_policies),
            *(of_cluster_policy(policy, Tier.ADMIN) for policy in admin_policies),
            *(of_cluster_policy(policy, Tier.BASELINE) for policy in baseline_policies),
        ]
        named = {item.metadata.name: {**item.metadata.labels, NAME_LABEL: item.metadata.name} for item in namespaces}
        return Cluster(
            tuple(pods),
            named,
            {name: tuple(sorted(own, key=lambda policy: policy.name)) for name, own in spaces.items()},
            tuple(sorted(wide, key=lambda policy: (policy.tier, policy.priority, policy.name))),
            frozenset(unknown),
            ipblock_matches_pods,
        )

    def endpoint(self, item: Pod | Address) -> Endpoint:
        """A pod or an address as policies see it."""
        if isinstance(item, Address):
            return of_address(item)
        end = of_pod(item, self.namespaces)
        return end if end.places else replace(end, families=self.families)

    @cached_property
    def families(self) -> frozenset[int]:
        """The families (4, 6) of addresses that every pod with a known address has; none where none is known."""
        found: frozenset[int] | None = None
        for pod in self.pods:
            if own := {family(where) for ip in own_ips(pod) if (where := place(ip)) is not None}:
                found = frozenset(own) if found is None else found & own
        return found or frozenset()

    def allowed(self, source: Pod | Address, destination: Pod | Address, port: int, protocol: str = "TCP") -> Verdict:
        """May a new connection be opened? `port` is the destination pod's own (a Service's targetPort).

        Raises:
            ValueError: no such port or protocol.
        """
        if protocol not in PROTOCOLS or not FIRST <= port <= LAST:
            raise ValueError(f"not a port of TCP, UDP or SCTP: {port}/{protocol}")
        return Question(self, self.endpoint(source), self.endpoint(destination), port, protocol).verdict()

    def is_unknown(self, end: Endpoint) -> bool:
        """Whether policies of kinds that are not evaluated apply to a pod."""
        return end.selectable and bool(self.unknown) and ("*" in self.unknown or end.namespace in self.unknown)

    def holding(self, end: Endpoint, direction: str) -> list[Policy]:
        """The policies that hold an endpoint in a direction, in the order of evaluation."""
        if not end.selectable:
            return []
        own = [policy for policy in self.policies.get(end.namespace, ()) if is_peer(policy.subject, end, False)]
        wide = [policy for policy in self.cluster_policies if is_peer(policy.subject, end, False)]
        found = [policy for policy in (*own, *wide) if direction in policy.directions]
        return sorted(found, key=lambda policy: (policy.tier, policy.priority))
