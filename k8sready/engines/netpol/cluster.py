"""A cluster's pods and policies, frozen, and the answer to one question: may this reach that, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ...objects.core import Namespace
from ...objects.network import ClusterNetworkPolicy, NetworkPolicy
from ...objects.pods import Pod
from ..selectors import Labels
from .addresses import Address, family, place
from .endpoints import NAME_LABEL, Endpoint, of_address, of_pod, own_ips
from .ports import FIRST, LAST, PROTOCOLS
from .question import Question
from .standing import Policies, by_namespace, cluster_wide
from .verdicts import Verdict


@dataclass(frozen=True, eq=False)
class Cluster:
    """Pods, namespaces' labels and policies in one form. Make it with `Cluster.of`."""

    pods: tuple[Pod, ...]
    namespaces: Mapping[str, Labels]
    policies: Policies

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
        named = {item.metadata.name: {**item.metadata.labels, NAME_LABEL: item.metadata.name} for item in namespaces}
        wide = cluster_wide(cluster_policies, admin_policies, baseline_policies)
        standing = Policies(by_namespace(policies), wide, frozenset(unknown), ipblock_matches_pods)
        return Cluster(tuple(pods), named, standing)

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
        return Question(self.policies, self.endpoint(source), self.endpoint(destination), port, protocol).verdict()
