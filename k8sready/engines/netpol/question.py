"""One question: may this endpoint open a connection to that one, and which rules say so."""

from collections import defaultdict

from .endpoints import Endpoint, is_peer
from .isolation import EGRESS, INGRESS
from .rules import Action, Policy, Rule, Tier
from .standing import Policies
from .verdicts import Cause, Note, Side, Verdict, both

_DECISIVE = (Action.ACCEPT, Action.DENY, Action.PASS)


class Question:
    """From one endpoint to another's port."""

    def __init__(self, policies: Policies, source: Endpoint, destination: Endpoint, port: int, protocol: str) -> None:
        self.policies, self.source, self.destination = policies, source, destination
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
        if self.policies.is_unknown(source) or self.policies.is_unknown(destination):
            self.notes.add(Note.OTHER_POLICIES)
            allowed = None
        return Verdict(allowed, egress, ingress, frozenset(self.notes))

    def _is_node_local(self) -> bool:
        """Whether the destination's own node speaks: by its name, or by one of its addresses."""
        source, destination = self.source, self.destination
        if source.selectable or not destination.selectable:
            return False
        named = source.node != "" and source.node == destination.node
        return named or not set(source.places).isdisjoint(destination.host)

    def _side(self, subject: Endpoint, peer: Endpoint, direction: str) -> Side:
        """Tier after tier; what is possible is collected, since a rule may or may not match an unknown address."""
        possible: set[bool] = set()
        causes: list[Cause] = []
        isolating: tuple[str, ...] = ()
        tiers: dict[Tier, list[Policy]] = defaultdict(list)
        for policy in self.policies.holding(subject, direction):
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
        mode = self.policies.ipblock_matches_pods
        answers = {is_peer(one, peer, mode) for one in rule.peers}
        if True in answers:
            return True
        if None in answers:
            self.notes.add(Note.ADDRESS_UNKNOWN)
            return None
        return False
