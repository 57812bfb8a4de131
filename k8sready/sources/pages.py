"""Pages of lists into objects: typed and fast; item by item where an object does not fit."""

from collections.abc import Callable
from functools import partial
from types import GenericAlias
from typing import Any

import msgspec

from ..objects.base import Time
from ..objects.decoding import decode_hook, from_dict
from ..objects.kinds import Kind
from ..objects.meta import FieldManager, Resource
from .nesting import decoded
from .pod_pages import PodPages

Decode = Callable[[bytes], tuple[list[Resource], list[str]]]
_MANAGED = frozenset({"deployments.apps", "statefulsets.apps", "daemonsets.apps", "cronjobs.batch"})


def decoder(kind: Kind) -> Decode:
    """The decoder of a kind's pages: bytes → objects, and "namespace/name: why" of objects that do not fit."""
    pages = _Pages(kind)
    if kind.key != "pods":
        return partial(decoded, pages.decode)
    pods = PodPages()

    def decode(body: bytes) -> tuple[list[Resource], list[str]]:
        try:
            return pods.decode(body), []
        except msgspec.ValidationError:
            return pages.one_by_one(body)

    return partial(decoded, decode)


class _RawPage(msgspec.Struct):
    # Null is how some aggregated servers write an empty list; without items the answer is something else than a list.
    items: list[msgspec.Raw] | None


class _FieldsV1(msgspec.Struct):
    spec: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="f:spec")


class _Entry(msgspec.Struct, rename="camel"):
    manager: str = ""
    operation: str = ""
    time: Time | None = None
    subresource: str = ""
    fields_v1: _FieldsV1 = msgspec.field(default_factory=_FieldsV1, name="fieldsV1")


class _ManagedMeta(msgspec.Struct, rename="camel"):
    managed_fields: list[_Entry] | None = None


class _Managed(msgspec.Struct):
    metadata: _ManagedMeta = msgspec.field(default_factory=_ManagedMeta)


class _ManagedPage(msgspec.Struct):
    items: list[_Managed] | None = None


def _managers(managed: _Managed) -> tuple[FieldManager, ...] | None:
    entries = managed.metadata.managed_fields
    if entries is None:
        return None
    return tuple(
        FieldManager(
            manager=entry.manager,
            operation=entry.operation,
            time=entry.time,
            subresource=entry.subresource,
            wrote_spec=bool(bytes(entry.fields_v1.spec)),
            wrote_template=b'"f:template"' in bytes(entry.fields_v1.spec),
        )
        for entry in entries
    )


class _Pages:
    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        fields = {field.name for field in msgspec.structs.fields(kind.struct)}
        self._lifted = kind.custom and "conditions" in fields  # conditions are moved while reading
        page: Any = msgspec.defstruct("Page", [("items", GenericAlias(list, (kind.struct,)) | None)])
        self._typed = msgspec.json.Decoder(page, dec_hook=decode_hook)

    def decode(self, body: bytes) -> tuple[list[Resource], list[str]]:
        """A page's objects and its broken ones."""
        if self._lifted:
            return self.one_by_one(body)
        try:
            items: list[Resource] = self._typed.decode(body).items or []
            return (_with_managers(items, body) if self._kind.key in _MANAGED else items), []
        except msgspec.ValidationError:
            return self.one_by_one(body)

    def one_by_one(self, body: bytes) -> tuple[list[Resource], list[str]]:
        """The same, where not every object fits: slower, and only the broken ones are lost."""
        good: list[Resource] = []
        broken: list[str] = []
        for raw in msgspec.json.decode(body, type=_RawPage).items or ():
            manifest = msgspec.json.decode(raw)
            try:
                good.append(from_dict(self._kind, manifest))
            except Exception as error:  # a broken object costs only itself (promise 10)
                broken.append(f"{_name(manifest)}: {reason(error)}")
        return good, broken


def reason(error: Exception) -> str:
    """Why an object does not fit: msgspec's own words (types and paths, no values); of other errors only the type."""
    return str(error) if isinstance(error, msgspec.ValidationError) else type(error).__name__


def _name(manifest: Any) -> str:
    metadata = manifest.get("metadata") if isinstance(manifest, dict) else None
    metadata = metadata if isinstance(metadata, dict) else {}
    told = (metadata.get("namespace", ""), metadata.get("name", "?"))
    return "/".join(part if isinstance(part, str) else "?" for part in told).lstrip("/")


def _with_managers(items: list[Any], body: bytes) -> list[Resource]:
    entries = msgspec.json.decode(body, type=_ManagedPage).items or []
    return [_managed(item, _managers(managed)) for item, managed in zip(items, entries, strict=True)]


def _managed(item: Any, managers: tuple[FieldManager, ...] | None) -> Resource:
    metadata = msgspec.structs.replace(item.metadata, field_managers=managers)
    changed: Resource = msgspec.structs.replace(item, metadata=metadata)
    return changed
