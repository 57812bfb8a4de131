"""core/v1 objects that are not pods: namespaces, nodes, accounts, quotas, events, volumes, secret rows."""

from msgspec.structs import force_setattr

from .base import Object, Time
from .concealing import conceal_label
from .containers import Quantity
from .meta import Condition, LocalObjectReference, ObjectReference, Resource
from .redaction import ImageName, Text
from .volumes import ClaimSpec, EmptySource, HostPath


class NamespaceSpec(Object, frozen=True):
    finalizers: tuple[str, ...] = ()


class NamespaceStatus(Object, frozen=True):
    phase: str = ""
    conditions: tuple[Condition, ...] = ()


class Namespace(Resource, frozen=True):
    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()


class Taint(Object, frozen=True):
    key: str = ""
    value: str = ""
    effect: str = ""

    def __post_init__(self) -> None:
        """The value is replaced as that of a label is."""
        force_setattr(self, "value", conceal_label(self.value))


class NodeSpec(Object, frozen=True):
    provider_id: str = ""
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()
    pod_cidrs: tuple[str, ...] = ()


class NodeImage(Object, frozen=True):
    names: tuple[ImageName, ...] = ()
    size_bytes: int = 0


class NodeInfo(Object, frozen=True):
    kubelet_version: str = ""
    container_runtime_version: str = ""
    os_image: str = ""
    kernel_version: str = ""
    operating_system: str = ""
    architecture: str = ""


class NodeAddress(Object, frozen=True):
    type: str = ""
    address: str = ""


class NodeStatus(Object, frozen=True):
    capacity: dict[str, Quantity] = {}
    allocatable: dict[str, Quantity] = {}
    conditions: tuple[Condition, ...] = ()
    addresses: tuple[NodeAddress, ...] = ()
    images: tuple[NodeImage, ...] = ()
    node_info: NodeInfo = NodeInfo()


class Node(Resource, frozen=True):
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()


class ServiceAccount(Resource, frozen=True):
    secrets: tuple[LocalObjectReference, ...] = ()
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    automount_service_account_token: bool | None = None


class ScopeRequirement(Object, frozen=True):
    scope_name: str = ""


class ScopeSelector(Object, frozen=True):
    match_expressions: tuple[ScopeRequirement, ...] = ()


class ResourceQuotaSpec(Object, frozen=True):
    hard: dict[str, Quantity] = {}
    scopes: tuple[str, ...] = ()
    scope_selector: ScopeSelector = ScopeSelector()

    @property
    def scoped(self) -> bool:
        """Whether it counts only some of the pods, such as those of a priority class."""
        return bool(self.scopes or self.scope_selector.match_expressions)


class ResourceQuotaStatus(Object, frozen=True):
    hard: dict[str, Quantity] = {}
    used: dict[str, Quantity] = {}


class ResourceQuota(Resource, frozen=True):
    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


class LimitRangeItem(Object, frozen=True):
    type: str = ""
    default: dict[str, Quantity] = {}
    default_request: dict[str, Quantity] = {}
    min: dict[str, Quantity] = {}
    max: dict[str, Quantity] = {}


class LimitRangeSpec(Object, frozen=True):
    limits: tuple[LimitRangeItem, ...] = ()


class LimitRange(Resource, frozen=True):
    spec: LimitRangeSpec = LimitRangeSpec()


class EventSeries(Object, frozen=True):
    count: int = 0
    last_observed_time: Time | None = None


class Event(Resource, frozen=True):
    """core/v1 Event (the same storage as events.k8s.io/v1)."""

    involved_object: ObjectReference = ObjectReference()
    reason: Text = Text("")
    message: Text = Text("")
    type: str = ""
    count: int = 0
    first_timestamp: Time | None = None
    last_timestamp: Time | None = None
    event_time: Time | None = None
    series: EventSeries | None = None


class ConfigMapRow(Resource, frozen=True):
    """A ConfigMap as a server-side Table row tells it (no values): name, namespace and the number of keys."""

    data_count: int = 0


class SecretRow(Resource, frozen=True):
    """A Secret as a server-side Table row tells it: name, type, number of keys, coarse age. Never a value."""

    type: str = ""
    data_count: int = 0
    age: str = ""


class PersistentVolumeSpec(Object, frozen=True):
    capacity: dict[str, Quantity] = {}
    storage_class_name: str = ""
    persistent_volume_reclaim_policy: str = ""
    host_path: HostPath | None = None
    local: EmptySource | None = None
    claim_ref: ObjectReference | None = None


class PersistentVolume(Resource, frozen=True):
    spec: PersistentVolumeSpec = PersistentVolumeSpec()


class ClaimStatus(Object, frozen=True):
    phase: str = ""


class PersistentVolumeClaim(Resource, frozen=True):
    spec: ClaimSpec = ClaimSpec()
    status: ClaimStatus = ClaimStatus()
