"""The one form that policies of every API are turned into: subject, tier, ordered rules with action, peers, ports."""

from dataclasses import dataclass
from enum import Enum, IntEnum

from ...objects.meta import LabelSelector
from .addresses import Block
from .ports import NONE, PortSet


class Tier(IntEnum):
    """In the order of evaluation."""

    ADMIN = 0
    NETWORK_POLICY = 1
    BASELINE = 2


class Action(Enum):
    """What a rule does with what it matches; UNKNOWN where its action cannot be told."""

    ACCEPT = "Accept"
    DENY = "Deny"
    PASS = "Pass"  # noqa: S105 - the API's word
    UNKNOWN = "unknown"


class Outside(Enum):
    """Peers that cannot be told from what is read: which addresses they may be."""

    NO = 0
    NAMES = 1  # domainNames: any address that is no pod
    NODES = 2  # nodes: any address that is no pod, and pods in the host's network


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer: pods by selectors (in `namespace`, or in the namespaces selected), or addresses; else nothing."""

    namespace: str = ""
    namespaces: LabelSelector | None = None
    pods: LabelSelector | None = None
    blocks: tuple[Block, ...] = ()
    blocks_hold_pods: bool = False  # ClusterNetworkPolicy networks match pod IPs, says their API
    outside: Outside = Outside.NO


@dataclass(frozen=True, slots=True)
class Ports:
    """What a rule's ports say: numbers, and names that each destination pod resolves; protocol "" is any."""

    numbers: PortSet = NONE
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """peers None: anyone; ports None: any port."""

    index: int
    action: Action
    peers: tuple[Peer, ...] | None
    ports: Ports | None


@dataclass(frozen=True, slots=True)
class Policy:
    """`directions` holds the rules of each direction that the policy speaks of (an empty tuple: isolates, no rule)."""

    name: str
    tier: Tier
    priority: int
    subject: Peer
    directions: dict[str, tuple[Rule, ...]]
