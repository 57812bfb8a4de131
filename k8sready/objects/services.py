"""Services, and the endpoints behind them."""

from msgspec.structs import force_setattr

from .base import Object
from .concealing import conceal_labels
from .containers import IntOrString
from .meta import ObjectReference, Resource
from .redaction import Text


class ServicePort(Object, frozen=True):
    name: str = ""
    protocol: str = "TCP"
    port: int = 0
    target_port: IntOrString | None = None
    node_port: int = 0
    app_protocol: str = ""


class ServiceSpec(Object, frozen=True):
    type: str = ""
    selector: dict[str, str] = {}
    cluster_ip: str = ""
    external_name: Text = Text("")
    external_ips: tuple[str, ...] = ()
    load_balancer_source_ranges: tuple[str, ...] = ()
    load_balancer_ip: str = ""
    publish_not_ready_addresses: bool = False
    ports: tuple[ServicePort, ...] = ()

    def __post_init__(self) -> None:
        """Values are replaced as those of labels are."""
        selector = conceal_labels(self.selector)
        if selector is not self.selector:
            force_setattr(self, "selector", selector)


class LoadBalancerIngress(Object, frozen=True):
    ip: str = ""
    hostname: Text = Text("")


class LoadBalancerStatus(Object, frozen=True):
    ingress: tuple[LoadBalancerIngress, ...] = ()


class ServiceStatus(Object, frozen=True):
    load_balancer: LoadBalancerStatus = LoadBalancerStatus()


class Service(Resource, frozen=True):
    spec: ServiceSpec = ServiceSpec()
    status: ServiceStatus = ServiceStatus()


class EndpointConditions(Object, frozen=True):
    ready: bool | None = None
    serving: bool | None = None


class SliceEndpoint(Object, frozen=True):
    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()
    target_ref: ObjectReference | None = None


class SlicePort(Object, frozen=True):
    name: str | None = None
    port: int | None = None
    protocol: str | None = None


class EndpointSlice(Resource, frozen=True):
    """discovery.k8s.io/v1."""

    address_type: str = ""
    endpoints: tuple[SliceEndpoint, ...] = ()
    ports: tuple[SlicePort, ...] = ()
