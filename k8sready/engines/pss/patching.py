"""The smallest patch of a pod template that makes it meet a policy, and what no patch can decide."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ...objects.containers import Capabilities, Container, Handler, Probe, Profile, SecurityContext
from ...objects.meta import ObjectMeta
from ...objects.pods import PodSecurityContext, PodSpec
from ...objects.redaction import Annotations
from . import evaluation
from .control import Violation
from .controls import app_armor, capabilities, seccomp, sysctls
from .policy import NEWEST, Level, Policy

Fields = dict[str, Any]
# Taking these away changes what the program can do at all: people decide.
_FOR_PEOPLE = frozenset({"hostNamespaces", "hostPathVolumes", "restrictedVolumes"})
_RUNTIME_DEFAULT = {"type": "RuntimeDefault"}


@dataclass(frozen=True, slots=True)
class Patch:
    """A strategic-merge patch of a pod template ({"metadata": …, "spec": …}); null deletes a field.

    `left` are violations that the patch does not heal, because only people can decide about them.
    """

    template: Fields
    left: tuple[Violation, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the patched template meets the policy."""
        return not self.left


def minimal_patch(metadata: ObjectMeta, spec: PodSpec, policy: Policy, *, server_minor: int = NEWEST) -> Patch:
    """A patch that touches only what violates the policy; proven by evaluating the patched template."""
    verdict = evaluation.evaluate(metadata, spec, policy, server_minor=server_minor)
    healing = {item.control for item in verdict.violations} - _FOR_PEOPLE
    if spec.host_network:
        healing.discard("hostPorts")  # with hostNetwork every port is a host port
    minor = policy.version.effective(server_minor)
    pod = _pod_fields(spec, healing, minor)
    members = {
        name: [fields for item in items if len(fields := _container_fields(item, spec, healing, policy.level)) > 1]
        for name, items in (("initContainers", spec.init_containers), ("containers", spec.containers))
    }
    template: Fields = {
        "spec": {**({"securityContext": pod} if pod else {}), **{k: v for k, v in members.items() if v}}
    }
    notes = _annotations(metadata, healing, minor)
    if notes:
        template["metadata"] = {"annotations": notes}
    after = evaluation.evaluate(*_patched(metadata, spec, template), policy, server_minor=server_minor)
    return Patch({key: value for key, value in template.items() if value}, after.violations)


def _pod_fields(spec: PodSpec, healing: set[str], minor: int) -> Fields:
    outer, fields = spec.security_context or PodSecurityContext(), Fields()
    unset = [item.security_context or SecurityContext() for item in (*spec.init_containers, *spec.containers)]
    unsaid = outer.run_as_non_root is None and any(own.run_as_non_root is None for own in unset)
    if "runAsNonRoot" in healing and (outer.run_as_non_root is False or unsaid):
        fields["runAsNonRoot"] = True
    if "runAsUser" in healing and outer.run_as_user == 0:
        fields["runAsUser"] = None
    if healing & {"seccompProfile_baseline", "seccompProfile_restricted"} and minor >= 19:
        profile = outer.seccomp_profile
        bad = profile is not None and profile.type not in ("RuntimeDefault", "Localhost")
        missing = profile is None and any(own.seccomp_profile is None for own in unset)
        if bad or (missing and "seccompProfile_restricted" in healing):
            fields["seccompProfile"] = dict(_RUNTIME_DEFAULT)
    if "appArmorProfile" in healing and outer.app_armor_profile and outer.app_armor_profile.type not in _PROFILES:
        fields["appArmorProfile"] = dict(_RUNTIME_DEFAULT)
    if "seLinuxOptions" in healing and outer.se_linux_options:
        fields["seLinuxOptions"] = {"user": None, "role": None, "type": None}
    if "sysctls" in healing:
        kept = sysctls.allowed(minor)
        fields["sysctls"] = [{"name": item.name, "value": item.value} for item in outer.sysctls if item.name in kept]
    if "windowsHostProcess" in healing and outer.windows_options and outer.windows_options.host_process:
        fields["windowsOptions"] = {"hostProcess": False}
    return fields


_PROFILES = ("RuntimeDefault", "Localhost")


def _container_fields(item: Container, spec: PodSpec, healing: set[str], level: Level) -> Fields:
    fields: Fields = {"name": item.name}
    context = _context_fields(item.security_context or SecurityContext(), healing, level)
    if context:
        fields["securityContext"] = context
    if "hostPorts" in healing and not spec.host_network:
        ports = [{"containerPort": port.container_port, "hostPort": None} for port in item.ports if port.host_port]
        fields |= {"ports": ports} if ports else {}
    if "hostProbesAndHostLifecycle" in healing:
        fields |= _probe_fields(item)
    return fields


def _context_fields(own: SecurityContext, healing: set[str], level: Level) -> Fields:
    fields: Fields = {}
    if "privileged" in healing and own.privileged:
        fields["privileged"] = False
    if "allowPrivilegeEscalation" in healing and own.allow_privilege_escalation is not False:
        fields["allowPrivilegeEscalation"] = False
    if own.privileged and fields.get("allowPrivilegeEscalation") is False:
        fields["privileged"] = False  # the API server refuses privileged containers that may not escalate
    if "runAsNonRoot" in healing and own.run_as_non_root is False:
        fields["runAsNonRoot"] = True
    if "runAsUser" in healing and own.run_as_user == 0:
        fields["runAsUser"] = None
    if "procMount" in healing or "procMount_restricted" in healing:
        fields |= {"procMount": None} if own.proc_mount not in (None, "Default") else {}
    if healing & {"seccompProfile_baseline", "seccompProfile_restricted"}:
        bad = own.seccomp_profile is not None and own.seccomp_profile.type not in _PROFILES
        fields |= {"seccompProfile": dict(_RUNTIME_DEFAULT)} if bad else {}
    if "appArmorProfile" in healing and own.app_armor_profile and own.app_armor_profile.type not in _PROFILES:
        fields["appArmorProfile"] = dict(_RUNTIME_DEFAULT)
    if "seLinuxOptions" in healing and own.se_linux_options:
        fields["seLinuxOptions"] = {"user": None, "role": None, "type": None}
    if "windowsHostProcess" in healing and own.windows_options and own.windows_options.host_process:
        fields["windowsOptions"] = {"hostProcess": False}
    return fields | _capability_fields(own, healing, level)


def _capability_fields(own: SecurityContext, healing: set[str], level: Level) -> Fields:
    held = own.capabilities or Capabilities()
    allowed = capabilities.RESTRICTED_MAY_ADD if level is Level.RESTRICTED else capabilities.HARMLESS
    changed: Fields = {}
    if healing & {"capabilities_baseline", "capabilities_restricted"} and set(held.add) - allowed:
        changed["add"] = [name for name in held.add if name in allowed]
    if "capabilities_restricted" in healing and "ALL" not in held.drop:
        changed["drop"] = ["ALL"]
    return {"capabilities": changed} if changed else {}


def _probe_fields(item: Container) -> Fields:
    probes = (
        ("livenessProbe", item.liveness_probe),
        ("readinessProbe", item.readiness_probe),
        ("startupProbe", item.startup_probe),
    )
    fields = {name: cut for name, probe in probes if (cut := _without_host(probe))}
    handlers = (
        (("postStart", item.lifecycle.post_start), ("preStop", item.lifecycle.pre_stop)) if item.lifecycle else ()
    )
    lifecycle = {name: cut for name, handler in handlers if (cut := _without_host(handler))}
    return fields | ({"lifecycle": lifecycle} if lifecycle else {})


def _without_host(probe: Probe | Handler | None) -> Fields:
    actions = (("httpGet", probe.http_get), ("tcpSocket", probe.tcp_socket)) if probe else ()
    return {name: {"host": None} for name, action in actions if action is not None and action.host}


def _annotations(metadata: ObjectMeta, healing: set[str], minor: int) -> Fields:
    """Annotations to take away."""
    notes = metadata.annotations
    bad = [
        key
        for key, value in notes.items()
        if key.startswith(app_armor.PREFIX) and not app_armor.allowed_annotation(value)
    ]
    bad = bad if "appArmorProfile" in healing else []
    if "seccompProfile_baseline" in healing and minor < 19:
        prefixes = (seccomp.POD, seccomp.PREFIX)
        bad += [
            key for key, value in notes.items() if key.startswith(prefixes) and not seccomp.allowed_annotation(value)
        ]
    return dict.fromkeys(bad)


def _patched(metadata: ObjectMeta, spec: PodSpec, template: Fields) -> tuple[ObjectMeta, PodSpec]:
    """The template with the patch applied, for the fields that patches of this module touch."""
    notes = template.get("metadata", {}).get("annotations", {})
    kept = Annotations({key: value for key, value in metadata.annotations.items() if key not in notes})
    changed = template["spec"]
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
        return msgspec.structs.replace(old, user="", role="", type="")
    return msgspec.structs.replace(old, host_process=False)
