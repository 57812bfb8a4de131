"""Ingresses, and the Gateways and routes of the Gateway API: how traffic is let in."""

from .base import Object
from .meta import Resource
from .redaction import Text


class ServiceBackendPort(Object, frozen=True):
    name: str = ""
    number: int = 0


class IngressServiceBackend(Object, frozen=True):
    name: str = ""
    port: ServiceBackendPort = ServiceBackendPort()


class IngressBackend(Object, frozen=True):
    service: IngressServiceBackend | None = None


class IngressPath(Object, frozen=True):
    """Which backend; the path itself may be a secret address, and exposure does not depend on it."""

    backend: IngressBackend = IngressBackend()


class IngressHttp(Object, frozen=True):
    paths: tuple[IngressPath, ...] = ()


class IngressHostRule(Object, frozen=True):
    host: Text = Text("")
    http: IngressHttp | None = None


class IngressTls(Object, frozen=True):
    hosts: tuple[Text, ...] = ()
    secret_name: str = ""


class IngressSpec(Object, frozen=True):
    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    rules: tuple[IngressHostRule, ...] = ()
    tls: tuple[IngressTls, ...] = ()


class Ingress(Resource, frozen=True):
    spec: IngressSpec = IngressSpec()


class IngressClassSpec(Object, frozen=True):
    controller: str = ""


class IngressClass(Resource, frozen=True):
    spec: IngressClassSpec = IngressClassSpec()


class CertificateRef(Object, frozen=True):
    group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


class GatewayTls(Object, frozen=True):
    mode: str = ""
    certificate_refs: tuple[CertificateRef, ...] = ()


class GatewayListener(Object, frozen=True):
    name: str = ""
    hostname: Text = Text("")
    port: int = 0
    protocol: str = ""
    tls: GatewayTls | None = None


class GatewaySpec(Object, frozen=True):
    gateway_class_name: str = ""
    listeners: tuple[GatewayListener, ...] = ()


class Gateway(Resource, frozen=True):
    spec: GatewaySpec = GatewaySpec()


class RouteReference(Object, frozen=True):
    """A parent or a backend of a route; weight defaults to 1."""

    group: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    port: int | None = None
    weight: int = 1


class RouteRule(Object, frozen=True):
    backend_refs: tuple[RouteReference, ...] = ()


class RouteSpec(Object, frozen=True):
    parent_refs: tuple[RouteReference, ...] = ()
    hostnames: tuple[Text, ...] = ()
    rules: tuple[RouteRule, ...] = ()


class Route(Resource, frozen=True):
    """HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute."""

    spec: RouteSpec = RouteSpec()
