"""A cluster's pods and policies, frozen, and the answer to one question: may this reach that, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...objects.core import Namespace
from ...objects.network import ClusterNetworkPolicy, NetworkPolicy
from ...objects.pods import Pod
from ..selectors import Labels
from .addresses import Address
from .endpoints import NAME_LABEL, Endpoint, is_peer, of_address, of_pod
from .isolation import EGRESS, INGRESS
from .ports import FIRST, LAST, PROTOCOLS
from .rules import Action, Policy, Rule, Tier, of_cluster_policy, of_network_policy
from .verdicts import Cause, Note, Side, Verdict, both

EVERYWHERE = frozenset({"*"})
_DECISIVE = (Action.ACCEPT, Action.DENY, Action.PASS)


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
        return of_address(item) if isinstance(item, Address) else of_pod(item, self.namespaces)

    def allowed(self, source: Pod | Address, destination: Pod | Address, port: int, protocol: str = "TCP") -> Verdict:
        """May a new connection be opened? `port` is the destination pod's own (a Service's targetPort).

        Raises:
            ValueError: no such port or protocol.
        """
        if protocol not in PROTOCOLS or not FIRST <= port <= LAST:
            raise ValueError(f"not a port of TCP, UDP or SCTP: {port}/{protocol}")
        return _Question(self, self.endpoint(source), self.endpoint(destination), port, protocol).verdict()

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


class _Question:
    def __init__(self, cluster: Cluster, source: Endpoint, destination: Endpoint, port: int, protocol: str) -> None:
        self.cluster, self.source, self.destination = cluster, source, destination
        self.port, self.protocol = port, protocol
        self.notes: set[Note] = set()

    def verdict(self) -> Verdict:
        """The special cases first; then both directions must allow."""
        source, destination = self.source, self.destination
        if source.completed or destination.completed:
            return Verdict(False, notes=frozenset({Note.NO_ENDPOINT}))
        if source.is_pod and (source.namespace, source.name) == (destination.namespace, destination.name):
            return Verdict(True, notes=frozenset({Note.SELF}))
        egress = self._side(source, destination, EGRESS)
        ingress = self._side(destination, source, INGRESS)
        if any(end.is_pod and not end.selectable for end in (source, destination)):
            self.notes.add(Note.HOST_NETWORK)
        if self._is_node_local():
            self.notes.add(Note.NODE_LOCAL)
            ingress = Side()
        allowed = both(egress.allowed, ingress.allowed)
        if self.cluster.is_unknown(source) or self.cluster.is_unknown(destination):
            self.notes.add(Note.OTHER_POLICIES)
            allowed = None
        return Verdict(allowed, egress, ingress, frozenset(self.notes))

    def _is_node_local(self) -> bool:
        source, destination = self.source, self.destination
        from_node = source.is_pod and not source.selectable and source.node != ""
        return from_node and destination.selectable and source.node == destination.node

    def _side(self, subject: Endpoint, peer: Endpoint, direction: str) -> Side:
        """Tier after tier; what is possible is collected, since a rule may or may not match an unknown address."""
        possible: set[bool] = set()
        causes: list[Cause] = []
        isolating: tuple[str, ...] = ()
        tiers: dict[Tier, list[Policy]] = defaultdict(list)
        for policy in self.cluster.holding(subject, direction):
            tiers[policy.tier].append(policy)
        for tier in Tier:
            if tier is Tier.NETWORK_POLICY and tiers[tier]:
                isolating = tuple(policy.name for policy in tiers[tier])
                allowed = self._network_policies(tiers[tier], peer, direction, causes)
                possible |= {True, False} if allowed is None else {allowed}
                break
            if tier is not Tier.NETWORK_POLICY and not self._tier(tiers[tier], peer, direction, possible, causes):
                break
        else:
            possible.add(True)
        return Side(None if len(possible) > 1 else possible.pop(), isolating, tuple(causes))

    def _network_policies(
        self, policies: list[Policy], peer: Endpoint, direction: str, causes: list[Cause]
    ) -> bool | None:
        answers = set()
        for policy in policies:
            for rule in policy.directions[direction]:
                found = self._applies(rule, peer)
                if found is not False:
                    causes.append(Cause(policy.name, policy.tier, rule.index, rule.action))
                answers.add(found)
        return True if True in answers else None if None in answers else False

    def _tier(
        self, policies: list[Policy], peer: Endpoint, direction: str, possible: set[bool], causes: list[Cause]
    ) -> bool:
        """Whether evaluation may go on beyond this tier."""
        passes = False
        for priority in sorted({policy.priority for policy in policies}):
            outcomes = [
                self._outcomes(policy, peer, direction, causes) for policy in policies if policy.priority == priority
            ]
            acts = {act for found in outcomes for act in found if act is not None}
            sure = [found for found in outcomes if None not in found]
            if len(sure) > 1 and len(acts) > 1:
                self.notes.add(Note.EQUAL_PRIORITY)
            possible |= {act is Action.ACCEPT for act in acts if act is not Action.PASS}
            passes |= Action.PASS in acts
            if sure:
                return passes
        return True

    def _outcomes(self, policy: Policy, peer: Endpoint, direction: str, causes: list[Cause]) -> set[Action | None]:
        """What a policy alone may decide: the first rule that matches; None where none may match."""
        found: set[Action | None] = set()
        for rule in policy.directions[direction]:
            applies = self._applies(rule, peer)
            if applies is not False:
                found |= set(_DECISIVE) if rule.action is Action.UNKNOWN else {rule.action}
                causes.append(Cause(policy.name, policy.tier, rule.index, rule.action))
            if applies:
                return found
        return found | {None}

    def _applies(self, rule: Rule, peer: Endpoint) -> bool | None:
        ports = self.destination.opened(rule.ports)
        if ports is not None and not ports.has(self.port, self.protocol):
            return False
        if rule.peers is None:
            return True
        mode = self.cluster.ipblock_matches_pods
        answers = {is_peer(one, peer, mode) for one in rule.peers}
        if True in answers:
            return True
        if None in answers:
            self.notes.add(Note.ADDRESS_UNKNOWN)
            return None
        return False
