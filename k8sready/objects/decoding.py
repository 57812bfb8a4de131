"""From manifests (dicts) to objects and back; strings that may hold credentials are cut on the way in."""

import re
from typing import Any

import msgspec

from .annotations import clean_annotations
from .concealing import IMAGES, TEXTS, Remembered, clean_address, conceal, is_flag
from .kinds import Kind, kind_of
from .meta import Resource
from .redaction import Annotations, Concealed, ImageName, ServerAddress, Text, ValueKind


def decode_hook(declared: type, value: Any) -> Any:
    """Build the redacting field types; msgspec calls this for every field declared as one of them."""
    known = _KNOWN.get(declared)
    if known is not None:
        return known[str(value)]
    if declared is Concealed:
        return _reopened(value) if isinstance(value, (dict, list)) else conceal(value)
    if declared is Annotations:
        if not isinstance(value, dict):
            raise TypeError("Expected `object`")
        return clean_annotations(value)
    if declared is ServerAddress:
        return clean_address(str(value))
    raise NotImplementedError(declared)


_KNOWN: dict[type, Remembered[Any]] = {Text: TEXTS, ImageName: IMAGES}


def encode_hook(value: Any) -> Any:
    """The saved form of the redacting field types; `decode_hook` reads it back unchanged."""
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Annotations):
        return dict(value)
    if isinstance(value, Concealed):
        saved = {"kind": value.kind.value, "length": value.length, "digest": value.digest}
        return saved | {name: text for name, text in (("flag", value.flag), ("value", value.value)) if text}
    raise NotImplementedError(type(value))


_DIGEST = re.compile(r"[0-9a-f]{16}")


def _reopened(saved: dict[str, Any] | list[Any]) -> Concealed:
    """What `encode_hook` saved. A dict that only looks like it is concealed as any value: it cannot smuggle one in.

    Raises:
        TypeError: it does not even look like it; no string field of the API takes a map or a list.
    """
    if isinstance(saved, list) or not _SAVED.issuperset(saved):
        raise TypeError("Expected `str`, got `object`")
    flag, value, kind = (str(saved.get(name, "")) for name in ("flag", "value", "kind"))
    length, digest = saved.get("length", 0), str(saved.get("digest", ""))
    forged = (
        kind not in _LOOKS or type(length) is not int or not _DIGEST.fullmatch(digest) or (flag and not is_flag(flag))
    )
    if forged:
        return conceal(saved)
    return Concealed(ValueKind(kind), length, digest, flag, conceal(f"{flag}={value}").value if value else "")


_SAVED = frozenset({"kind", "length", "digest", "flag", "value"})
_LOOKS = frozenset(kind.value for kind in ValueKind)


def from_manifest(manifest: dict[str, Any]) -> tuple[Kind, Resource]:
    """The kind and object of one manifest, nulls taken as absent.

    Raises:
        LookupError: the kind is not one that is read.
        msgspec.ValidationError: a field has the wrong type; the message names its path.
    """
    api_version, name = str(manifest.get("apiVersion", "")), str(manifest.get("kind", ""))
    kind = kind_of(api_version, name)
    if kind is None:
        raise LookupError(f"{api_version} {name} is not a kind that is read")
    return kind, from_dict(kind, manifest)


def from_dict(kind: Kind, manifest: dict[str, Any]) -> Resource:
    """The object of a manifest whose kind is known.

    Raises:
        msgspec.ValidationError: a field has the wrong type; the message names its path and quotes no value.
    """
    lifted = lift(kind, without_nulls(manifest))
    try:
        try:
            return msgspec.convert(lifted, kind.struct, dec_hook=decode_hook)
        except msgspec.ValidationError:
            return msgspec.convert(_with_times(lifted), kind.struct, dec_hook=decode_hook)
    except msgspec.ValidationError as error:
        told = _unquoted(str(error))
    raise msgspec.ValidationError(told)


# Go's years begin with 0 and may end beyond 9999; whoever may write a template or an event may write such a time.
_BEYOND = re.compile(r"(?:(0000)|\d{5,9})-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_EARLIEST, _LATEST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"


def _with_times(value: Any) -> Any:
    """The same with the nearest time there is in the place of those that an API server gives and `datetime` lacks."""
    if isinstance(value, dict):
        return {key: _with_times(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_times(item) for item in value]
    beyond = _BEYOND.fullmatch(value) if isinstance(value, str) else None
    return value if beyond is None else _EARLIEST if beyond[1] else _LATEST


# msgspec quotes the value of an enum that it does not know, and repeats what a hook said.
_QUOTED_TYPE = re.compile(r"(?:Expected|Object missing|Invalid RFC3339|Integer|Number) [^'\"]{0,200}?(?= - at |\Z)")
_PATH = re.compile(r" - at `[$.\w\[\]]{1,300}`\Z")


def _unquoted(told: str) -> str:
    what, where = _QUOTED_TYPE.match(told), _PATH.search(told)
    return f"{what[0] if what else 'Invalid value'}{where[0] if where else ''}"


DEEPEST = 200  # maps and lists within each other; what is read of the API lies far above


def without_nulls(value: Any, levels: int = DEEPEST) -> Any:
    """The API treats null as absent; so do we, everywhere. What lies deeper than all that is read is left out."""
    if not isinstance(value, (dict, list)):
        return value
    if not levels:
        return None
    if isinstance(value, dict):
        return {key: without_nulls(item, levels - 1) for key, item in value.items() if item is not None}
    return [without_nulls(item, levels - 1) for item in value if item is not None]


def lift(kind: Kind, manifest: dict[str, Any]) -> dict[str, Any]:
    """Move what the Structs keep elsewhere: pod nodeName, custom-resource conditions, managers out of managedFields."""
    spec, status, metadata = (_map(manifest.get(part)) for part in ("spec", "status", "metadata"))
    lifted = dict(manifest)
    if kind.key == "pods" and "nodeName" in spec:
        lifted["nodeName"] = spec["nodeName"]
    if kind.custom and "conditions" in status:
        lifted["conditions"] = status["conditions"]
    if "managedFields" in metadata:
        listed = metadata["managedFields"]
        managers = [_manager(item) for item in listed] if isinstance(listed, list) else listed
        lifted["metadata"] = metadata | {"fieldManagers": managers}
    if kind.key in ("secrets", "configmaps"):
        lifted["dataCount"] = sum(len(_map(manifest.get(part))) for part in ("data", "stringData", "binaryData"))
    return lifted


def _map(value: Any) -> dict[str, Any]:
    """A part of a manifest; empty for what is none: where the part is kept, the decoder tells its path."""
    return value if isinstance(value, dict) else {}


def _manager(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    spec = _map(entry.get("fieldsV1")).get("f:spec")
    kept = {name: entry[name] for name in ("manager", "operation", "time", "subresource") if entry.get(name)}
    return kept | {"wroteSpec": spec is not None, "wroteTemplate": "f:template" in _map(spec)}


def to_manifest(kind: Kind, item: Resource) -> dict[str, Any]:
    """The object as a manifest again (what was not kept stays away); `from_dict` of it is the same object."""
    body: dict[str, Any] = msgspec.to_builtins(item, enc_hook=encode_hook)
    return {"apiVersion": kind.api_version, "kind": kind.name, **body}
