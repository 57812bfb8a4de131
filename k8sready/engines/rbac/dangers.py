"""Dangerous permissions as data, and which of them a set of grants holds, where, and through which grants.

Sources: the RBAC good practices of the Kubernetes documentation, KEP-4006 (exec over WebSocket), CVE-2020-8554.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from ...objects.rbac import PolicyRule
from .authorizer import Grant
from .danger_table import CONSTRAINED, CONSTRAINED_SINCE, TABLE
from .needs import Need, NeedIndex, meets, parse_need

# Before 1.35 the WebSocket handshake of these is a GET and needs no create
# (feature gate AuthorizePodWebsocketUpgradeCreatePermission).
_BEFORE_1_35 = "get pods/exec,pods/attach,pods/portforward"
WEBSOCKET_GATE = 35
NEWEST = 37


class Severity(str, Enum):
    """How bad a permission is where it is held."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


_ORDER = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Danger:
    """A line of the table. `severities`: cluster-wide, in kube-system, elsewhere (None: inert there)."""

    id: str
    name: str
    severities: tuple[Severity | None, ...]
    alternatives: tuple[tuple[Need, ...], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A danger that is held: scope "" is the whole cluster; `limited`: only for the resources that rules name."""

    danger: Danger
    scope: str
    severity: Severity
    limited: bool
    grants: tuple[Grant, ...]


Index = Mapping[tuple[Need, bool], list[Grant]]


@cache
def table(minor: int = NEWEST) -> tuple[Danger, ...]:
    """The dangers for a server of version 1.`minor`."""
    lines = [line for line in TABLE.splitlines() if line]
    return tuple(_danger(line, minor) for line in lines)


def _danger(line: str, minor: int) -> Danger:
    head, severities, needs = line.split("; ")
    number, name = head.split()
    if number == "R07" and minor < WEBSOCKET_GATE:
        needs = f"{needs} | {_BEFORE_1_35}"
    if number == "R04" and minor >= CONSTRAINED_SINCE:
        needs = f"{needs} | {CONSTRAINED}"
    levels = tuple(None if word == "-" else Severity(word) for word in severities.split())
    alternatives = tuple(tuple(parse_need(text) for text in part.split(" & ")) for part in needs.split(" | "))
    return Danger(number, name, levels, alternatives)


def held(grants: Iterable[Grant], minor: int = NEWEST) -> tuple[Held, ...]:
    """The dangers in these grants, one per danger and scope; none is repeated below the cluster."""
    scopes: dict[str, list[Grant]] = {}
    for grant in grants:
        scopes.setdefault(grant.binding_namespace, []).append(grant)
    wide = scopes.pop("", [])
    index = _index(wide, minor)
    found = [item for danger in table(minor) if (item := _held(danger, "", index))]
    everywhere = {item.danger.id for item in found if not item.limited}
    for scope, local in sorted(scopes.items()):
        index = _index([*wide, *local], minor)
        for danger in table(minor):
            item = None if danger.id in everywhere else _held(danger, scope, index)
            if item and any(grant.binding_namespace for grant in item.grants):
                found.append(item)
    return tuple(found)


def _held(danger: Danger, scope: str, by_need: Index) -> Held | None:
    severity = danger.severities[0 if not scope else 1 if scope == "kube-system" else 2]
    if severity is None:
        return None
    for limited in (False, True):
        for needs in danger.alternatives:
            through = [by_need.get((need, limited), ()) for need in needs]
            if all(through):
                used = tuple(dict.fromkeys(grant for part in through for grant in part))
                return Held(danger, scope, _lowered(severity) if limited else severity, limited, used)
    return None


def _lowered(severity: Severity) -> Severity:
    """Named resources only: at most medium."""
    return max(severity, Severity.MEDIUM, key=_ORDER.index)


def _index(grants: Iterable[Grant], minor: int) -> Index:
    found: dict[tuple[Need, bool], list[Grant]] = {}
    for grant in grants:
        for key in _met(grant.rule, minor, bool(grant.binding_namespace)):
            found.setdefault(key, []).append(grant)
    return found


@cache
def _needs(minor: int) -> NeedIndex:
    return NeedIndex(need for danger in table(minor) for part in danger.alternatives for need in part)


@lru_cache(maxsize=65536)
def _met(rule: PolicyRule, minor: int, local: bool) -> tuple[tuple[Need, bool], ...]:
    """The needs that a rule meets, whatever the name (False) or for the names that it lists at least (True)."""
    near = list(_needs(minor).near(rule))
    return tuple((need, limited) for need in near for limited in (False, True) if meets(rule, need, limited, local))
