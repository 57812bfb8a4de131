"""Image pulls, as far back as events remember (about an hour)."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..objects.core import Event, Node
from ..objects.pods import Pod
from .schema import CONTAINER, OBJECT, SYSTEM, TEMPLATED, Table, count, number, text
from .templates import Root

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    CONTAINER,
    SYSTEM,
    text("image", "image reference in the events"),
    count("pulls", "pulls that are counted: those on nodes older than an hour"),
    count("first_pulls", "pulls on nodes younger than an hour, which fetch everything at once"),
    number("seconds", "how long they took, 95th percentile (the slowest of fewer than twenty)"),
    number("wall_seconds", "the slowest with waiting for other pulls, where told"),
    number("size_bytes", "size, where told"),
    text("pod", "the pod whose pull was slowest"),
    number("window_minutes", "how far back the cluster's events reach"),
)
# The kubelet's wording since 1.19: with duration, waiting time and size as versions added them. Anybody may write an
# event: what is longer than a Go duration or an int64 was not said by a kubelet, and may be infinite.
_PULLED = re.compile(
    r"(?:\(combined from similar events\): )?"
    r'Successfully pulled image "(?P<image>[^"]+)"(?: in (?P<took>[0-9.hmsµun]{1,32}))?'
    r"(?: \((?P<wall>[0-9.hmsµun]{1,32}) including waiting\))?(?:\. Image size: (?P<size>[0-9]{1,19}) bytes\.)?"
)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|µs|us|ns)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}
_CONTAINER = re.compile(r"spec\.\w*[cC]ontainers\{(.+)\}")
_NEW = timedelta(hours=1)  # a node's first hour


@dataclass(frozen=True, slots=True)
class _Pull:
    seconds: float
    wall: float | None
    size: float | None
    pod: str
    first: bool  # on a new node


def seconds(duration: str | None) -> float | None:
    """A Go duration (1m2.5s, 345ms) in seconds; None for none."""
    if not duration:
        return None
    return sum(float(amount) * _UNITS[unit] for amount, unit in _DURATION.findall(duration))


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    pods = {(pod.metadata.namespace, pod.metadata.name): pod for pod in tables.snapshot.of("pods", Pod)}
    nodes = {node.metadata.name: node.metadata.creation_timestamp for node in tables.snapshot.of("nodes", Node)}
    window = _window(tables)
    pulls: dict[tuple[Root, str, str], list[_Pull]] = defaultdict(list)
    for event in tables.snapshot.of("events", Event):
        match = _PULLED.fullmatch(event.message) if event.reason == "Pulled" else None
        if match and match["took"]:
            about = event.involved_object
            pod = pods.get((about.namespace, about.name))
            root = tables.root_of(pod) if pod else Root("Pod", about.namespace, about.name)
            container = _CONTAINER.fullmatch(about.field_path)
            pull = _pull(match, about.name, _is_new(nodes.get(pod.node_name) if pod else None, _time(event)))
            pulls[root, container[1] if container else "", match["image"]].append(pull)
    for (root, container_name, image), listed in sorted(pulls.items(), key=_place):
        where = (root.kind, root.namespace, root.name, container_name, tables.is_system(root.namespace), image)
        yield (*where, *_counted(listed), window)


def _place(item: tuple[tuple[Root, str, str], list[_Pull]]) -> tuple[str, ...]:
    root, container, image = item[0]
    return (root.namespace, root.kind, root.name, container, image)


def _pull(match: re.Match[str], pod: str, first: bool) -> _Pull:
    size = float(match["size"]) if match["size"] else None
    return _Pull(seconds(match["took"]) or 0.0, seconds(match["wall"]), size, pod, first)


def _counted(listed: list[_Pull]) -> tuple[Any, ...]:
    counted = sorted((item for item in listed if not item.first), key=lambda item: item.seconds)
    if not counted:
        return (0, len(listed), None, None, listed[0].size, None)
    slowest, nearest = counted[-1], counted[math.ceil(0.95 * len(counted)) - 1]
    wall = max((item.wall for item in counted if item.wall is not None), default=None)
    return (len(counted), len(listed) - len(counted), nearest.seconds, wall, slowest.size, slowest.pod)


def _time(event: Event) -> datetime | None:
    series = event.series.last_observed_time if event.series else None
    return event.last_timestamp or series or event.event_time


def _is_new(created: datetime | None, pulled: datetime | None) -> bool:
    return created is not None and pulled is not None and pulled - created < _NEW


def _window(tables: Tables) -> float | None:
    """Minutes from the oldest event to the capture."""
    times = [_time(item) or item.first_timestamp for item in tables.snapshot.of("events", Event)]
    oldest = min((time for time in times if time), default=None)
    return round((tables.now - oldest).total_seconds() / 60) if oldest else None


TABLE = Table(
    "image_pulls",
    "Image pulls that events still remember: one row per workload, container and image.",
    COLUMNS,
    build,
    reads=("events",),
    optional_reads=("nodes", *TEMPLATED),
)
