"""Services, limit ranges, events, network policies, the served APIs: listed as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines import quantities
from ..engines.netpol.isolation import EGRESS, INGRESS, types_of
from ..objects.core import Event, LimitRange
from ..objects.network import NetworkPolicy
from ..objects.services import Service
from .schema import OBJECT, SYSTEM, Column, Table, Type, count, flag, number, text, time

if TYPE_CHECKING:
    from . import Tables


def build_services(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for item in tables.snapshot.of("services", Service):
        metadata, spec = item.metadata, item.spec
        ports = tuple(f"{port.port}/{port.protocol}" for port in spec.ports)
        where = ("Service", metadata.namespace, metadata.name, tables.is_system(metadata.namespace))
        yield (*where, spec.type or "ClusterIP", bool(spec.selector), ports, len(spec.external_ips))


def build_limit_ranges(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for item in tables.snapshot.of("limitranges", LimitRange):
        metadata = item.metadata
        for limits in item.spec.limits:
            for resource in sorted({*limits.default, *limits.default_request, *limits.min, *limits.max}):
                where = ("LimitRange", metadata.namespace, metadata.name, tables.is_system(metadata.namespace))
                told = (limits.default_request, limits.default, limits.min, limits.max)
                yield (*where, limits.type, resource, *(quantities.amount(values.get(resource)) for values in told))


def build_events(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for item in tables.snapshot.of("events", Event):
        about = item.involved_object
        last = item.last_timestamp or (item.series.last_observed_time if item.series else None) or item.event_time
        times = item.count or (item.series.count if item.series else 1)
        yield (about.kind, about.namespace, about.name, item.type, item.reason, str(item.message), times, last)


def build_policies(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for item in tables.snapshot.of("networkpolicies.networking.k8s.io", NetworkPolicy):
        metadata, types = item.metadata, types_of(item)
        selects_all = not item.spec.pod_selector.match_labels and not item.spec.pod_selector.match_expressions
        where = ("NetworkPolicy", metadata.namespace, metadata.name, tables.is_system(metadata.namespace))
        rules = (len(item.spec.ingress), len(item.spec.egress))
        yield (*where, selects_all, INGRESS in types, EGRESS in types, *rules)


def build_discovery(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for item in tables.snapshot.discovery or ():
        yield (item.group, item.version, item.resource, item.kind, item.namespaced, item.stale)


SERVICES = Table(
    "services",
    "Services: one row each.",
    (
        *OBJECT,
        SYSTEM,
        text("type", "ClusterIP, NodePort, LoadBalancer or ExternalName"),
        flag("selects", "has a selector"),
        Column("ports", Type.LIST, "port/protocol"),
        count("external_ips", "external IPs"),
    ),
    build_services,
    reads=("services",),
)
LIMIT_RANGES = Table(
    "limit_ranges",
    "LimitRanges: one row per type and resource.",
    (
        *OBJECT,
        SYSTEM,
        text("type", "Container, Pod or PersistentVolumeClaim"),
        text("resource", "cpu, memory, …"),
        number("default_request", "default request (cores or bytes)"),
        number("default_limit", "default limit"),
        number("least", "minimum"),
        number("most", "maximum"),
    ),
    build_limit_ranges,
    reads=("limitranges",),
)
EVENTS = Table(
    "events",
    "Events, with messages cleaned of credentials; API servers keep them for about an hour.",
    (
        *OBJECT,
        text("type", "Normal or Warning"),
        text("reason", "machine-readable reason"),
        text("message", "cleaned message"),
        count("times", "how often"),
        time("last", "last time"),
    ),
    build_events,
    reads=("events",),
)
POLICIES = Table(
    "network_policies",
    "NetworkPolicies: one row each.",
    (
        *OBJECT,
        SYSTEM,
        flag("selects_all", "selects every pod of its namespace"),
        flag("ingress", "isolates for ingress"),
        flag("egress", "isolates for egress"),
        count("ingress_rules", "ingress rules"),
        count("egress_rules", "egress rules"),
    ),
    build_policies,
    reads=("networkpolicies.networking.k8s.io",),
)
DISCOVERY = Table(
    "discovery",
    "Resources that the API server serves.",
    (
        text("group", "API group; empty for core"),
        text("version", "version"),
        text("resource", "plural name"),
        text("kind", "kind"),
        flag("namespaced", "namespaced"),
        flag("stale", "its aggregated API server does not answer"),
    ),
    build_discovery,
)
