"""Network policies of all tiers: who may talk to whom."""

from .base import Object
from .containers import IntOrString
from .meta import LabelSelector, Resource


class IpBlock(Object, frozen=True):
    cidr: str = ""
    # None and [] are alike
    except_: tuple[str, ...] = ()


class PolicyPeer(Object, frozen=True):
    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IpBlock | None = None


class PolicyPort(Object, frozen=True):
    protocol: str | None = None
    port: IntOrString | None = None
    end_port: int | None = None


class IngressRule(Object, frozen=True):
    from_: tuple[PolicyPeer, ...] = ()
    ports: tuple[PolicyPort, ...] = ()


class EgressRule(Object, frozen=True):
    to: tuple[PolicyPeer, ...] = ()
    ports: tuple[PolicyPort, ...] = ()


class NetworkPolicySpec(Object, frozen=True):
    """An absent podSelector selects all pods; absent and empty rules are alike (deny all, where the type is listed)."""

    pod_selector: LabelSelector = LabelSelector()
    policy_types: tuple[str, ...] = ()
    ingress: tuple[IngressRule, ...] = ()
    egress: tuple[EgressRule, ...] = ()


class NetworkPolicy(Resource, frozen=True):
    spec: NetworkPolicySpec = NetworkPolicySpec()


class RelativeNamespaces(LabelSelector, frozen=True):
    """Namespaces, and the ways to select them that v1alpha1 had at first: API servers of today drop those fields."""

    namespace_selector: LabelSelector | None = None
    same_labels: tuple[str, ...] | None = None
    not_same_labels: tuple[str, ...] | None = None


class SubjectPods(Object, frozen=True):
    namespaces: RelativeNamespaces | None = None  # of v1alpha1 at first
    namespace_selector: LabelSelector = LabelSelector()
    pod_selector: LabelSelector = LabelSelector()


class PolicySubject(Object, frozen=True):
    """Subject or peer of a cluster-wide policy: exactly one field is set; none set is a peer of an unknown kind."""

    namespaces: RelativeNamespaces | None = None
    pods: SubjectPods | None = None
    networks: tuple[str, ...] | None = None
    nodes: LabelSelector | None = None
    domain_names: tuple[str, ...] | None = None


class PortRange(Object, frozen=True):
    start: int = 0
    end: int = 0
    protocol: str = "TCP"  # v1alpha1 only


class DestinationPort(Object, frozen=True):
    number: int | None = None
    range: PortRange | None = None


class ProtocolPort(Object, frozen=True):
    destination_port: DestinationPort | None = None


class PolicyProtocol(Object, frozen=True):
    """policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicyProtocol: exactly one field is set."""

    tcp: ProtocolPort | None = None
    udp: ProtocolPort | None = None
    sctp: ProtocolPort | None = None
    destination_named_port: str | None = None


class PortNumber(Object, frozen=True):
    protocol: str = "TCP"
    port: int = 0


class AdminPort(Object, frozen=True):
    """policy.networking.k8s.io/v1alpha1 AdminNetworkPolicyPort: exactly one field is set."""

    port_number: PortNumber | None = None
    named_port: str | None = None
    port_range: PortRange | None = None


class ClusterPolicyRule(Object, frozen=True):
    name: str = ""
    action: str = ""
    from_: tuple[PolicySubject, ...] = ()
    to: tuple[PolicySubject, ...] = ()
    protocols: tuple[PolicyProtocol, ...] | None = None
    ports: tuple[AdminPort, ...] | None = None


class ClusterPolicySpec(Object, frozen=True):
    """Spec of ClusterNetworkPolicy (v1alpha2) and of AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1)."""

    tier: str = ""
    priority: int = 0
    subject: PolicySubject = PolicySubject()
    ingress: tuple[ClusterPolicyRule, ...] = ()
    egress: tuple[ClusterPolicyRule, ...] = ()


class ClusterNetworkPolicy(Resource, frozen=True):
    spec: ClusterPolicySpec = ClusterPolicySpec()
