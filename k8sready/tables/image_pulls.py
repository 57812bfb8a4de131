"""Image pulls, as far back as events remember (about an hour)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..objects.core import Event
from .schema import CONTAINER, OBJECT, SYSTEM, Table, number, text

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    CONTAINER,
    SYSTEM,
    text("image", "image reference in the event"),
    number("seconds", "how long the pull took (the slowest, where there were several)"),
    number("wall_seconds", "the same with waiting for other pulls, where told"),
    number("size_bytes", "size, where told"),
)
# The kubelet's wording since 1.19: with duration, waiting time and size as versions added them.
_PULLED = re.compile(
    r"(?:\(combined from similar events\): )?"
    r'Successfully pulled image "(?P<image>[^"]+)"(?: in (?P<took>[0-9.hmsµun]+))?'
    r"(?: \((?P<wall>[0-9.hmsµun]+) including waiting\))?(?:\. Image size: (?P<size>\d+) bytes\.)?"
)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|µs|us|ns)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}
_CONTAINER = re.compile(r"spec\.\w*[cC]ontainers\{(.+)\}")


def seconds(duration: str | None) -> float | None:
    """A Go duration (1m2.5s, 345ms) in seconds; None for none."""
    if not duration:
        return None
    return sum(float(amount) * _UNITS[unit] for amount, unit in _DURATION.findall(duration))


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    slowest: dict[tuple[str, str, str, str], tuple[Any, ...]] = {}
    for event in tables.snapshot.of("events", Event):
        match = _PULLED.fullmatch(event.message) if event.reason == "Pulled" else None
        if not match or not match["took"]:
            continue
        about = event.involved_object
        container = _CONTAINER.fullmatch(about.field_path)
        key = (about.namespace, about.name, container[1] if container else "", match["image"])
        row = (seconds(match["took"]), seconds(match["wall"]), float(match["size"]) if match["size"] else None)
        if key not in slowest or row[0] > slowest[key][0]:
            slowest[key] = row
    for (namespace, name, container_name, image), row in sorted(slowest.items()):
        yield ("Pod", namespace, name, container_name, tables.is_system(namespace), image, *row)


TABLE = Table("image_pulls", "Image pulls that events still remember.", COLUMNS, build, reads=("events",))
