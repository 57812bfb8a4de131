"""One row of the matrix: what a class may exchange with every other in one direction, certainly and possibly."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from itertools import groupby

from ..selectors import ones
from .classes import Classes
from .endpoints import Endpoint
from .isolation import EGRESS, INGRESS
from .ports import ALL
from .region import Region, added, meet, minus, union
from .rules import Action, Policy, Rule, Tier

Row = tuple[Region, Region]


class Rows:
    """Rows by class; classes held by the same policies share one."""

    def __init__(self, classes: Classes, direction: str) -> None:
        self._classes, self._direction = classes, direction
        self._everything: Region = {ALL: classes.full}
        self.rows: list[Row] = []
        self.of_class: list[int] = []
        seen: dict[object, int] = {}
        for end, held in zip(classes.ends, self._holding(), strict=True):
            key = (tuple(map(id, held)), self._names(end))
            if key not in seen:
                seen[key] = len(self.rows)
                self.rows.append(self._row(held, end if direction == INGRESS else None))
            self.of_class.append(seen[key])

    def _names(self, end: Endpoint) -> object:
        if self._direction == EGRESS or not self._classes.used_names:
            return None
        return frozenset(pair for pair in end.named.items() if pair[0] in self._classes.used_names)

    def _holding(self) -> list[list[Policy]]:
        held: list[list[Policy]] = [[] for _ in self._classes.ends]
        for policy in sorted(self._classes.cluster.policies, key=lambda one: (one.tier, one.priority)):
            if self._direction in policy.directions:
                for at in ones(self._classes.peers(policy.subject)[0]):
                    held[at].append(policy)
        return held

    def _row(self, held: list[Policy], destination: Endpoint | None) -> Row:
        tiers: dict[Tier, list[Policy]] = defaultdict(list)
        for policy in held:
            tiers[policy.tier].append(policy)
        if tiers.keys() <= {Tier.NETWORK_POLICY}:
            return self._allowed(held, destination) if held else (self._everything, self._everything)
        accepted, denied, reached = self._tier(({}, {}, self._everything), tiers[Tier.ADMIN], destination)
        if tiers[Tier.NETWORK_POLICY]:
            sure, possible = self._allowed(tiers[Tier.NETWORK_POLICY], destination)
            accepted = union(accepted, meet(reached, possible))
            denied = union(denied, minus(reached, sure))
        else:
            accepted, denied, reached = self._tier((accepted, denied, reached), tiers[Tier.BASELINE], destination)
            accepted = union(accepted, reached)
        return minus(accepted, denied), accepted

    def _match(self, rule: Rule, destination: Endpoint | None) -> Row:
        opened = self._classes.opened(rule.ports, destination)
        sure, possible = (meet(opened, {ALL: bits}) for bits in self._classes.rule_peers(rule))
        return sure, possible

    def _allowed(self, policies: list[Policy], destination: Endpoint | None) -> Row:
        """The union of what NetworkPolicies allow."""
        sure: Region = {}
        possible: Region = {}
        doubtful = False
        for rule in (rule for policy in policies for rule in policy.directions[self._direction]):
            opened = self._classes.opened(rule.ports, destination)
            low, high = self._classes.rule_peers(rule)
            doubtful |= low != high
            for ports, where in opened.items():
                sure, possible = added(sure, where & low, ports), added(possible, where & high, ports)
        return sure, possible if doubtful else sure

    def _tier(
        self, state: tuple[Region, Region, Region], policies: list[Policy], destination: Endpoint | None
    ) -> tuple[Region, Region, Region]:
        """What a tier may accept, may deny, and what may go on beyond it; one priority decides at once."""
        accepted, denied, reached = state
        passed: Region = {}
        for _, group in groupby(policies, key=lambda policy: policy.priority):
            outcomes = [self._outcomes(policy, destination) for policy in group]
            for acts, _ in outcomes:
                accepted = union(accepted, meet(reached, acts[Action.ACCEPT]))
                denied = union(denied, meet(reached, acts[Action.DENY]))
                passed = union(passed, meet(reached, acts[Action.PASS]))
            reached = reduce(meet, (left for _, left in outcomes), reached)
        return accepted, denied, union(reached, passed)

    def _outcomes(self, policy: Policy, destination: Endpoint | None) -> tuple[dict[Action, Region], Region]:
        """What a policy alone may do, and where it may do nothing."""
        left = self._everything
        acts: dict[Action, Region] = {Action.ACCEPT: {}, Action.DENY: {}, Action.PASS: {}}
        for rule in policy.directions[self._direction]:
            sure, possible = self._match(rule, destination)
            for action in acts if rule.action is Action.UNKNOWN else (rule.action,):
                acts[action] = union(acts[action], meet(left, possible))
            left = minus(left, sure)
        return acts, left
