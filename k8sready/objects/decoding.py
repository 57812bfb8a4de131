"""From manifests (dicts) to objects and back; strings that may hold credentials are cut on the way in."""

from typing import Any

import msgspec

from .base import Object
from .concealing import clean_annotations, clean_image, clean_text, conceal
from .kinds import Kind, kind_of
from .redaction import Annotations, Concealed, ImageName, Text, ValueKind


def decode_hook(declared: type, value: Any) -> Any:
    """Build the redacting field types; msgspec calls this for every field declared as one of them."""
    if declared is Text:
        return clean_text(str(value))
    if declared is ImageName:
        return clean_image(str(value))
    if declared is Concealed:
        return _reopened(value) if isinstance(value, dict) else conceal(value)
    if declared is Annotations:
        return clean_annotations(value)
    raise NotImplementedError(declared)


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


def _reopened(saved: dict[str, Any]) -> Concealed:
    flag, value = str(saved.get("flag", "")), str(saved.get("value", ""))
    kept = conceal(f"{flag}={value}").value if value else ""  # a forged file cannot smuggle a value in
    return Concealed(ValueKind(saved["kind"]), int(saved["length"]), str(saved["digest"])[:32], flag, kept)


def from_manifest(manifest: dict[str, Any]) -> tuple[Kind, Object]:
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


def from_dict(kind: Kind, manifest: dict[str, Any]) -> Object:
    """The object of a manifest whose kind is known."""
    return msgspec.convert(lift(kind, without_nulls(manifest)), kind.struct, dec_hook=decode_hook, strict=False)


def without_nulls(value: Any) -> Any:
    """The API treats null as absent; so do we, everywhere."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value


def lift(kind: Kind, manifest: dict[str, Any]) -> dict[str, Any]:
    """Move what the Structs keep elsewhere: pod nodeName, custom-resource conditions, managers out of managedFields."""
    spec, status, metadata = (manifest.get(part) or {} for part in ("spec", "status", "metadata"))
    lifted = dict(manifest)
    if kind.key == "pods" and "nodeName" in spec:
        lifted["nodeName"] = spec["nodeName"]
    if kind.custom and isinstance(status, dict) and "conditions" in status:
        lifted["conditions"] = status["conditions"]
    if "managedFields" in metadata:
        lifted["metadata"] = metadata | {"fieldManagers": [_manager(entry) for entry in metadata["managedFields"]]}
    if kind.key in ("secrets", "configmaps"):
        lifted["dataCount"] = sum(len(manifest.get(part) or ()) for part in ("data", "stringData", "binaryData"))
    return lifted


def _manager(entry: dict[str, Any]) -> dict[str, Any]:
    spec = (entry.get("fieldsV1") or {}).get("f:spec")
    kept = {name: entry[name] for name in ("manager", "operation", "time", "subresource") if entry.get(name)}
    return kept | {"wroteSpec": spec is not None, "wroteTemplate": "f:template" in (spec or {})}


def to_manifest(kind: Kind, item: Object) -> dict[str, Any]:
    """The object as a manifest again (what was not kept stays away); `from_dict` of it is the same object."""
    body: dict[str, Any] = msgspec.to_builtins(item, enc_hook=encode_hook)
    return {"apiVersion": kind.api_version, "kind": kind.name, **body}
