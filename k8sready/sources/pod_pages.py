"""Pages of pods into objects: each distinct template, label set and annotation set is decoded once."""

import re
from types import GenericAlias
from typing import Any

import msgspec
from msgspec.structs import force_setattr

from ..objects.base import Time, api_name
from ..objects.concealing import conceal
from ..objects.decoding import decode_hook
from ..objects.meta import ObjectMeta, OwnerReference, Resource
from ..objects.pods import ContainerStatus, Pod, PodSpec, PodStatus
from ..objects.redaction import Annotations, Concealed
from .moulds import NODE, TOKEN_NAME, Mould, PlainNames, around_node, mould


class _MetaShell(msgspec.Struct, rename=api_name, gc=False):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    labels: msgspec.Raw = msgspec.Raw(b"{}")
    annotations: msgspec.Raw = msgspec.Raw(b"{}")
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
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
_PodPage: Any = msgspec.defstruct("_PodPage", [("items", GenericAlias(list, (_PodShell,)) | None)])
# The volume that the ServiceAccount admission plugin adds has a random name; without it pods of a template are equal.
_TOKEN_VOLUME = re.compile(rb'"name"\s*:\s*"(kube-api-access-[a-z0-9]{5})"')
_TOKEN_START = b'"kube-api-access-'
_TOKEN = re.compile(rb'"(kube-api-access-[a-z0-9]{5})"')
# The DaemonSet controller names the pod's node in its affinity; objects do not keep that field.
_NODE_FIELD = re.compile(rb'"matchFields":\[\{"key":"metadata\.name","operator":"In","values":\["[^"\\]*"\]\}\]')


class PodPages:
    """Decodes pods, each distinct template, label set and annotation set once."""

    def __init__(self) -> None:
        self._pages = msgspec.json.Decoder(_PodPage, dec_hook=decode_hook)
        self._shells = msgspec.json.Decoder(_SpecShell)
        self._specs = msgspec.json.Decoder(PodSpec, dec_hook=self._hook)
        self._concealed: dict[str, Concealed] = {}  # of one page
        self._last: Mould | None = None
        self._by_text: dict[bytes, tuple[PodSpec, Mould | None]] = {}
        self._by_fields: dict[bytes, PodSpec] = {}
        self._labels, self._annotations = _Once(dict[str, str]), _Once(Annotations)
        self._owners = _Once(tuple[OwnerReference, ...])
        self._nodes = PlainNames()
        self._statuses: dict[tuple[ContainerStatus, ...], tuple[ContainerStatus, ...]] = {}

    def decode(self, body: bytes) -> list[Resource]:
        """A page's pods.

        Raises:
            msgspec.ValidationError: one of them does not fit its kind.
        """
        try:
            return [self._pod(shell) for shell in self._pages.decode(body).items or ()]
        finally:
            self._concealed.clear()  # by what they were, which is kept no longer than the page itself

    def _hook(self, declared: type, value: Any) -> Any:
        """As `decode_hook`; values that repeat on a page are concealed once."""
        if declared is not Concealed or type(value) is not str:
            return decode_hook(declared, value)
        known = self._concealed.get(value)
        if known is None:
            known = self._concealed[value] = conceal(value)
        return known

    def _pod(self, shell: Any) -> Pod:
        text = bytes(shell.spec)
        last = self._last  # lists are sorted, so the pods of a template mostly follow each other
        placed = last.node(text) if last is not None else None
        node = self._nodes[placed] if placed is not None else None
        spec, node = (last.spec, node) if last is not None and node is not None else self._spec(text)
        status = shell.status
        told = status.container_statuses
        force_setattr(status, "container_statuses", self._statuses.setdefault(told, told))
        return Pod(metadata=self._metadata(shell.metadata), spec=spec, status=status, node_name=node)

    def _spec(self, text: bytes) -> tuple[PodSpec, str]:
        """The spec and the node. Specs whose text differs in node and token volume only are found by that text."""
        at = text.find(_TOKEN_START)
        found = _TOKEN.match(text, at) if at >= 0 else None
        token = found[1] if found else b""
        before, node, tail = around_node(text.replace(token, TOKEN_NAME) if token else text)
        key = before + tail
        known, name = self._by_text.get(key), self._nodes[node]
        if known is not None and name is not None:
            self._last = known[1]
            return known[0], name
        shell = self._shells.decode(text)
        volume = _TOKEN_VOLUME.search(bytes(shell.volumes))
        spec = self._by_content(text, shell, volume)
        # What was cut has to be the pod's node and its token volume, not some other field with such a value.
        same_node = shell.node_name.encode() == node and text.count(NODE) == bool(node)
        if same_node and token == (volume[1] if volume else b""):
            self._last = mould(text, token, spec)
            self._by_text[key] = spec, self._last
        return spec, shell.node_name

    def _by_content(self, text: bytes, shell: Any, token: re.Match[bytes] | None) -> PodSpec:
        """The spec, decoded once for all pods that agree in the fields that are kept."""
        key = b"\0".join([bytes(getattr(shell, name)) for name in _SPEC_FIELDS])
        if token:
            key = key.replace(token[1], TOKEN_NAME)
        if b'"matchFields"' in bytes(shell.affinity):
            key = _NODE_FIELD.sub(b"", key)
        spec = self._by_fields.get(key)
        if spec is None:
            spec = self._by_fields[key] = self._specs.decode(text.replace(token[1], TOKEN_NAME) if token else text)
        return spec

    def _metadata(self, shell: _MetaShell) -> ObjectMeta:
        labels, annotations, owners = bytes(shell.labels), bytes(shell.annotations), bytes(shell.owner_references)
        return ObjectMeta(
            name=shell.name,
            namespace=shell.namespace,
            uid=shell.uid,
            labels=self._labels[labels],
            annotations=self._annotations[annotations],
            creation_timestamp=shell.creation_timestamp,
            deletion_timestamp=shell.deletion_timestamp,
            finalizers=shell.finalizers,
            owner_references=self._owners[owners],
            generation=shell.generation,
        )


class _Once(dict[bytes, Any]):
    """Values by their text, each decoded once and shared."""

    def __init__(self, declared: Any) -> None:
        super().__init__()
        self._decode = msgspec.json.Decoder(declared, dec_hook=decode_hook).decode

    def __missing__(self, text: bytes) -> Any:
        value = self[text] = self._decode(text)
        return value
