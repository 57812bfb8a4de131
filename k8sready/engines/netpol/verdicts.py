"""What a question is answered with: a verdict and its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .rules import Action, Tier


class Note(str, Enum):
    """What else decided, or stands behind, a verdict."""

    SELF = "self"  # a pod reaches itself, whatever policies say
    NODE_LOCAL = "node-local"  # traffic from the pod's own node is always allowed in
    HOST_NETWORK = "host-network"  # policies neither select nor hold such a pod: its traffic is the node's
    NO_ENDPOINT = "no-endpoint"  # a completed pod has no address any more
    OTHER_POLICIES = "other-policies"  # policies of a kind that is not evaluated here apply
    ADDRESS_UNKNOWN = "address-unknown"  # an address block may or may not hold the peer
    EQUAL_PRIORITY = "equal-priority"  # policies of one priority disagree; the API leaves their order open


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule that decided (index counts from 0 in its policy and direction)."""

    policy: str
    tier: Tier
    rule: int
    action: Action


@dataclass(frozen=True, slots=True)
class Side:
    """One direction: None is unknown; `isolated_by` are the NetworkPolicies that isolate; `causes` the deciding rules.

    Allowed with neither: nothing isolates. Not allowed, isolated and without causes: no rule lets it through.
    """

    allowed: bool | None = True
    isolated_by: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a new connection gets through: True, False, or None where it cannot be told."""

    allowed: bool | None
    egress: Side = Side()
    ingress: Side = Side()
    notes: frozenset[Note] = frozenset()


def both(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's and."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def either(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's or."""
    if one is True or other is True:
        return True
    return None if one is None or other is None else False
