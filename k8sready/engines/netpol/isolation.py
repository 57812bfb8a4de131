"""Which pods a NetworkPolicy isolates, and which namespaces deny by default."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ...objects.meta import LabelSelector
from ...objects.network import NetworkPolicy

INGRESS, EGRESS = "Ingress", "Egress"


def types_of(policy: NetworkPolicy) -> tuple[str, ...]:
    """The directions a policy isolates; absent policyTypes mean Ingress, and Egress too if it has egress rules."""
    spec = policy.spec
    return spec.policy_types or ((INGRESS, EGRESS) if spec.egress else (INGRESS,))


@dataclass(frozen=True, slots=True)
class DefaultDeny:
    """Whether every pod of a namespace is isolated per direction by a policy that selects all, and by which."""

    ingress: bool = False
    egress: bool = False
    ingress_policies: tuple[str, ...] = ()
    egress_policies: tuple[str, ...] = ()


def default_denies(policies: Iterable[NetworkPolicy]) -> dict[str, DefaultDeny]:
    """Per namespace: is there a policy that selects every pod, so that only what rules allow gets through?

    A policy that selects every pod and allows everything (a rule without peers and ports) isolates in name only; with
    it the namespace denies nothing, whatever its other policies say, because policies only add.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {INGRESS: [], EGRESS: []})
    opened: set[tuple[str, str]] = set()
    for policy in policies:
        if policy.spec.pod_selector != LabelSelector():
            continue
        for direction in types_of(policy):
            found[policy.metadata.namespace].setdefault(direction, []).append(policy.metadata.name)
            if _allows_everything(policy, direction):
                opened.add((policy.metadata.namespace, direction))
    return {
        namespace: DefaultDeny(
            ingress=bool(names[INGRESS]) and (namespace, INGRESS) not in opened,
            egress=bool(names[EGRESS]) and (namespace, EGRESS) not in opened,
            ingress_policies=tuple(sorted(names[INGRESS])),
            egress_policies=tuple(sorted(names[EGRESS])),
        )
        for namespace, names in found.items()
    }


def _allows_everything(policy: NetworkPolicy, direction: str) -> bool:
    if direction == INGRESS:
        return any(not rule.from_ and not rule.ports for rule in policy.spec.ingress)
    return any(not rule.to and not rule.ports for rule in policy.spec.egress)
