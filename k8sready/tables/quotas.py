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
    text("hard_written", "the limit as it is written, as in 24Gi"),
    text("used_written", "what is used, as the API server writes it; NA where not told"),
)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for quota in tables.snapshot.of("resourcequotas", ResourceQuota):
        metadata = quota.metadata
        for resource, hard in sorted(quota.spec.hard.items()):
            used = quota.status.used.get(resource)
            where = ("ResourceQuota", metadata.namespace, metadata.name, tables.is_system(metadata.namespace))
            amounts = (quantities.amount(hard), quantities.amount(used))
            yield (*where, resource, *amounts, str(hard), None if used is None else str(used))


TABLE = Table("quotas", "ResourceQuotas: one row per limited resource.", COLUMNS, build, reads=("resourcequotas",))
