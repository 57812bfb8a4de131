"""Pod templates with a patch of `patching` applied, for the fields that such patches touch."""

from typing import Any

import msgspec

from ...objects.containers import Capabilities, Container, Profile, SecurityContext, SeLinuxOptions, WindowsOptions
from ...objects.meta import ObjectMeta
from ...objects.pods import PodSecurityContext, PodSpec
from ...objects.redaction import Annotations

Fields = dict[str, Any]


def patched(metadata: ObjectMeta, spec: PodSpec, template: Fields) -> tuple[ObjectMeta, PodSpec]:
    """The template with the patch applied."""
    notes = template.get("metadata", {}).get("annotations", {})
    kept = Annotations({key: value for key, value in metadata.annotations.items() if key not in notes})
    changed = template.get("spec", {})
    replaced: Fields = {}
    for name, member in (("init_containers", "initContainers"), ("containers", "containers")):
        by_name = {fields["name"]: fields for fields in changed.get(member, ())}
        replaced[name] = tuple(_patched_container(item, by_name.get(item.name, {})) for item in getattr(spec, name))
    if "securityContext" in changed:
        replaced["security_context"] = _overlaid(
            spec.security_context or PodSecurityContext(), changed["securityContext"]
        )
    return msgspec.structs.replace(metadata, annotations=kept), msgspec.structs.replace(spec, **replaced)


def _patched_container(item: Container, fields: Fields) -> Container:
    replaced: Fields = {}
    if "securityContext" in fields:
        replaced["security_context"] = _overlaid(item.security_context or SecurityContext(), fields["securityContext"])
    if "ports" in fields:
        replaced["ports"] = tuple(msgspec.structs.replace(port, host_port=0) for port in item.ports)
    for name, attribute in (
        ("livenessProbe", "liveness_probe"),
        ("readinessProbe", "readiness_probe"),
        ("startupProbe", "startup_probe"),
    ):
        if name in fields:
            replaced[attribute] = _hostless(getattr(item, attribute))
    if "lifecycle" in fields and item.lifecycle:
        handlers = {"post_start": _hostless(item.lifecycle.post_start), "pre_stop": _hostless(item.lifecycle.pre_stop)}
        replaced["lifecycle"] = msgspec.structs.replace(item.lifecycle, **handlers)
    return msgspec.structs.replace(item, **replaced)


def _hostless(probe: Any) -> Any:
    if probe is None:
        return None
    actions = {name: getattr(probe, name) for name in ("http_get", "tcp_socket")}
    return msgspec.structs.replace(
        probe,
        **{name: msgspec.structs.replace(action, host="") for name, action in actions.items() if action is not None},
    )


def _overlaid(context: Any, fields: Fields) -> Any:
    """A security context with a patch's fields, which are plain values in the API's names."""
    names = {field.encode_name: field.name for field in msgspec.structs.fields(context)}
    replaced: Fields = {}
    for name, value in fields.items():
        old = getattr(context, names[name])
        if name in ("seccompProfile", "appArmorProfile"):
            replaced[names[name]] = Profile(type=value["type"])
        elif isinstance(value, dict):
            replaced[names[name]] = _nested(name, old, value)
        elif isinstance(value, list):
            replaced[names[name]] = tuple(item for item in old if item.name in {kept["name"] for kept in value})
        else:
            replaced[names[name]] = value
    return msgspec.structs.replace(context, **replaced)


def _nested(name: str, old: Any, value: Fields) -> Any:
    if name == "capabilities":
        return msgspec.structs.replace(old or Capabilities(), **{key: tuple(items) for key, items in value.items()})
    if name == "seLinuxOptions":
        return msgspec.structs.replace(old or SeLinuxOptions(), **dict.fromkeys(value, ""))
    return msgspec.structs.replace(old or WindowsOptions(), host_process=False)
