"""Quotas and how much of them is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines import quantities
from ..objects.core import ResourceQuota
from .schema import OBJECT, SYSTEM, Table, number, text

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    SYSTEM,
    text("resource", "what is limited, as in requests.cpu"),
    number("hard", "the limit (cores, bytes or a count)"),
    number("used", "what is used of it; NA where not told"),
)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for quota in tables.snapshot.of("resourcequotas", ResourceQuota):
        metadata = quota.metadata
        for resource, hard in sorted(quota.spec.hard.items()):
            used = quantities.amount(quota.status.used.get(resource))
            where = ("ResourceQuota", metadata.namespace, metadata.name, tables.is_system(metadata.namespace))
            yield (*where, resource, quantities.amount(hard), used)


TABLE = Table("quotas", "ResourceQuotas: one row per limited resource.", COLUMNS, build, reads=("resourcequotas",))
