"""Pages of lists into objects: typed and fast; item by item where an object does not fit; pods by distinct template."""

import re
from collections.abc import Callable
from datetime import datetime
from types import GenericAlias
from typing import Any

import msgspec

from ..objects.base import Object, api_name
from ..objects.decoding import decode_hook, from_dict
from ..objects.kinds import Kind
from ..objects.meta import FieldManager, ObjectMeta, OwnerReference
from ..objects.pods import Pod, PodSpec, PodStatus
from ..objects.redaction import Annotations

Decode = Callable[[bytes], tuple[list[Object], list[str]]]
_MANAGED = frozenset({"deployments.apps", "statefulsets.apps", "daemonsets.apps", "cronjobs.batch"})


def decoder(kind: Kind) -> Decode:
    """The decoder of a kind's pages: bytes → objects, and "namespace/name: why" of objects that do not fit."""
    if kind.key == "pods":
        return PodPages(kind).decode
    return _Pages(kind).decode


class _RawPage(msgspec.Struct):
    items: list[msgspec.Raw] = []


class _FieldsV1(msgspec.Struct):
    spec: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="f:spec")


class _Entry(msgspec.Struct, rename="camel"):
    manager: str = ""
    operation: str = ""
    time: datetime | None = None
    subresource: str = ""
    fields_v1: _FieldsV1 = msgspec.field(default_factory=_FieldsV1, name="fieldsV1")


class _ManagedMeta(msgspec.Struct, rename="camel"):
    managed_fields: list[_Entry] | None = None


class _Managed(msgspec.Struct):
    metadata: _ManagedMeta = msgspec.field(default_factory=_ManagedMeta)


class _ManagedPage(msgspec.Struct):
    items: list[_Managed] = []


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
        page: Any = msgspec.defstruct("Page", [("items", GenericAlias(list, (kind.struct,)))])
        self._typed = msgspec.json.Decoder(page, dec_hook=decode_hook)

    def decode(self, body: bytes) -> tuple[list[Object], list[str]]:
        """A page's objects and its broken ones."""
        if self._lifted:
            return self._one_by_one(body)
        try:
            items: list[Object] = self._typed.decode(body).items
        except msgspec.ValidationError:
            return self._one_by_one(body)
        return (_with_managers(items, body) if self._kind.key in _MANAGED else items), []

    def _one_by_one(self, body: bytes) -> tuple[list[Object], list[str]]:
        good: list[Object] = []
        broken: list[str] = []
        for raw in msgspec.json.decode(body, type=_RawPage).items:
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


def _with_managers(items: list[Any], body: bytes) -> list[Object]:
    entries = msgspec.json.decode(body, type=_ManagedPage).items
    return [_managed(item, _managers(managed)) for item, managed in zip(items, entries, strict=True)]


def _managed(item: Any, managers: tuple[FieldManager, ...] | None) -> Object:
    metadata = msgspec.structs.replace(item.metadata, field_managers=managers)
    changed: Object = msgspec.structs.replace(item, metadata=metadata)
    return changed


class _MetaShell(msgspec.Struct, rename=api_name, gc=False):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    labels: msgspec.Raw = msgspec.Raw(b"{}")
    annotations: msgspec.Raw = msgspec.Raw(b"{}")
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    finalizers: tuple[str, ...] = ()
    owner_references: msgspec.Raw = msgspec.Raw(b"[]")
    generation: int = 0


_SpecShell: Any = msgspec.defstruct(
    "_SpecShell",
    [
        ("node_name", str, ""),
        *((field.name, msgspec.Raw, msgspec.Raw()) for field in msgspec.structs.fields(PodSpec)),
    ],
    rename=api_name,
    gc=False,
)
_SPEC_FIELDS = tuple(field.name for field in msgspec.structs.fields(PodSpec))
_PodShell: Any = msgspec.defstruct(
    "_PodShell", [("metadata", _MetaShell), ("spec", msgspec.Raw), ("status", PodStatus, PodStatus())], gc=False
)
_PodPage: Any = msgspec.defstruct("_PodPage", [("items", GenericAlias(list, (_PodShell,)))])
# The volume that the ServiceAccount admission plugin adds has a random name; without it pods of a template are equal.
_TOKEN_VOLUME = re.compile(rb'"name"\s*:\s*"(kube-api-access-[a-z0-9]{5})"')
_TOKEN_NAME = b"kube-api-access"
_TOKEN_START = b'"kube-api-access-'
_TOKEN = re.compile(rb'"kube-api-access-[a-z0-9]{5}"')
_TOKEN_LENGTH = len(b'"kube-api-access-12345')
_NODE = b'"nodeName":"'
# The DaemonSet controller names the pod's node in its affinity; objects do not keep that field.
_NODE_FIELD = re.compile(rb'"matchFields":\[\{"key":"metadata\.name","operator":"In","values":\["[^"\\]*"\]\}\]')


class PodPages:
    """Decodes pods, each distinct template, label set and annotation set once."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._pages = msgspec.json.Decoder(_PodPage, dec_hook=decode_hook)
        self._shells = msgspec.json.Decoder(_SpecShell)
        self._specs = msgspec.json.Decoder(PodSpec, dec_hook=decode_hook)
        self._by_text: dict[bytes, PodSpec] = {}
        self._last: tuple[bytes, PodSpec | None] = b"", None
        self._by_fields: dict[bytes, PodSpec] = {}
        self._labels: dict[bytes, dict[str, str]] = {}
        self._annotations: dict[bytes, Annotations] = {}
        self._owners: dict[bytes, tuple[OwnerReference, ...]] = {}

    def decode(self, body: bytes) -> tuple[list[Object], list[str]]:
        """A page's pods and its broken ones."""
        try:
            return [self._pod(shell) for shell in self._pages.decode(body).items], []
        except msgspec.ValidationError:
            return _Pages(self._kind)._one_by_one(body)

    def _pod(self, shell: Any) -> Pod:
        spec, node = self._spec(bytes(shell.spec))
        return Pod(metadata=self._metadata(shell.metadata), spec=spec, status=shell.status, node_name=node)

    def _spec(self, text: bytes) -> tuple[PodSpec, str]:
        """The spec and the node. Specs whose text differs in node and token volume only are found by that text."""
        at = text.find(_TOKEN_START)
        token = text[at + 1 : at + _TOKEN_LENGTH] if at >= 0 and _TOKEN.match(text, at) else b""
        key, node = _without_node(text.replace(token, _TOKEN_NAME) if token else text)
        if key != self._last[0]:  # lists are sorted, so the pods of a template mostly follow each other
            self._last = key, self._by_text.get(key)
        spec = self._last[1]
        if spec is not None and b"\\" not in node and _TOKEN_NAME not in node:
            return spec, node.decode()
        shell = self._shells.decode(text)
        volume = _TOKEN_VOLUME.search(bytes(shell.volumes))
        spec = self._by_content(text, shell, volume)
        # What was cut has to be the pod's node and its token volume, not some other field with such a value.
        same_node = shell.node_name.encode() == node and text.count(_NODE) <= 1
        if same_node and token == (volume[1] if volume else b""):
            self._by_text[key] = spec
            self._last = key, spec
        return spec, shell.node_name

    def _by_content(self, text: bytes, shell: Any, token: re.Match[bytes] | None) -> PodSpec:
        """The spec, decoded once for all pods that agree in the fields that are kept."""
        key = b"\0".join([bytes(getattr(shell, name)) for name in _SPEC_FIELDS])
        if token:
            key = key.replace(token[1], _TOKEN_NAME)
        if b'"matchFields"' in bytes(shell.affinity):
            key = _NODE_FIELD.sub(b"", key)
        spec = self._by_fields.get(key)
        if spec is None:
            spec = self._by_fields[key] = self._specs.decode(text.replace(token[1], _TOKEN_NAME) if token else text)
        return spec

    def _metadata(self, shell: _MetaShell) -> ObjectMeta:
        return ObjectMeta(
            name=shell.name,
            namespace=shell.namespace,
            uid=shell.uid,
            labels=_once(self._labels, shell.labels, dict[str, str]),
            annotations=_once(self._annotations, shell.annotations, Annotations),
            creation_timestamp=shell.creation_timestamp,
            deletion_timestamp=shell.deletion_timestamp,
            finalizers=shell.finalizers,
            owner_references=_once(self._owners, shell.owner_references, tuple[OwnerReference, ...]),
            generation=shell.generation,
        )


def _without_node(text: bytes) -> tuple[bytes, bytes]:
    """A spec's text without the name of its node, and that name; the API server writes it near the end."""
    start = text.rfind(_NODE) + len(_NODE)
    if start < len(_NODE):
        return text, b""
    end = text.find(b'"', start)
    return text[:start] + text[end:], text[start:end]


def _once(known: dict[bytes, Any], raw: msgspec.Raw, declared: Any) -> Any:
    body = bytes(raw)
    value = known.get(body)
    if value is None:
        value = known[body] = msgspec.json.decode(body, type=declared, dec_hook=decode_hook)
    return value
