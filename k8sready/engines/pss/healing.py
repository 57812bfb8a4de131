"""What is changed in a pod template, and in each of its containers, to heal what violates a policy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...objects.containers import Capabilities, Container, Handler, Probe, Profile, SecurityContext, SeLinuxOptions
from ...objects.pods import PodSecurityContext, PodSpec
from .applying import Fields
from .controls import app_armor, capabilities, se_linux, seccomp, sysctls

_SECCOMP = ("seccompProfile_baseline", "seccompProfile_restricted")
_RUNTIME_DEFAULT = {"type": "RuntimeDefault"}
_PROFILES = ("RuntimeDefault", "Localhost")


@dataclass(frozen=True, slots=True)
class Ward:
    """A template under treatment: what is to be healed, at which policy version, on which server."""

    spec: PodSpec
    healing: frozenset[str]
    minor: int
    server_minor: int
    within: Collection[str] | None = None

    def heals(self, *controls: str) -> bool:
        """Whether any of the controls is to be healed."""
        return not self.healing.isdisjoint(controls)

    def own(self, items: Sequence[Container]) -> list[Container]:
        """Those that the template names. Debug containers are never among them: they come later."""
        return [item for item in items if self.within is None or item.name in self.within]

    def injected(self) -> frozenset[str]:
        """Names of the others."""
        members = (*self.spec.init_containers, *self.spec.containers)
        return frozenset(item.name for item in members) - {item.name for item in self.own(members)}


def filled(fields: Fields) -> Fields:
    """Without what is empty."""
    return {name: value for name, value in fields.items() if value}


def pod_fields(ward: Ward) -> Fields:
    """Of the pod's securityContext."""
    outer, fields = ward.spec.security_context or PodSecurityContext(), Fields()
    members = (*ward.spec.init_containers, *ward.spec.containers)
    inner = [item.security_context or SecurityContext() for item in members]
    unsaid = outer.run_as_non_root is None and any(own.run_as_non_root is None for own in inner)
    if ward.heals("runAsNonRoot") and (outer.run_as_non_root is False or unsaid):
        fields["runAsNonRoot"] = True
    unset = outer.seccomp_profile is None and any(own.seccomp_profile is None for own in inner)
    if ward.heals("seccompProfile_restricted") and unset:
        fields["seccompProfile"] = dict(_RUNTIME_DEFAULT)
    if ward.heals("sysctls"):
        kept = sysctls.allowed(ward.minor)
        fields["sysctls"] = [{"name": item.name, "value": item.value} for item in outer.sysctls if item.name in kept]
    return fields | _shared_fields(outer, ward)


def _shared_fields(own: PodSecurityContext | SecurityContext, ward: Ward) -> Fields:
    """Fields that pods and containers have alike."""
    fields: Fields = {}
    if ward.heals("runAsUser") and own.run_as_user == 0:
        fields["runAsUser"] = None
    if ward.heals(*_SECCOMP) and ward.minor >= seccomp.FIELD_SINCE and _is_loose(own.seccomp_profile):
        fields["seccompProfile"] = dict(_RUNTIME_DEFAULT)
    if ward.heals("appArmorProfile") and app_armor.reads_fields(ward.server_minor) and _is_loose(own.app_armor_profile):
        fields["appArmorProfile"] = dict(_RUNTIME_DEFAULT)
    if ward.heals("seLinuxOptions") and own.se_linux_options:
        fields["seLinuxOptions"] = _se_linux_fields(own.se_linux_options, ward.minor)
    if ward.heals("windowsHostProcess") and own.windows_options and own.windows_options.host_process:
        fields["windowsOptions"] = {"hostProcess": False}
    return {name: value for name, value in fields.items() if value != {}}


def _is_loose(profile: Profile | None) -> bool:
    return profile is not None and profile.type not in _PROFILES


def _se_linux_fields(options: SeLinuxOptions, minor: int) -> Fields:
    """Only those to take away."""
    set_ones = (("user", options.user), ("role", options.role))
    fields: Fields = {name: None for name, value in set_ones if value}
    return fields | ({} if options.type in se_linux.allowed(minor) else {"type": None})


def container_fields(item: Container, ward: Ward) -> Fields:
    """Of a container, without its name."""
    fields: Fields = {"securityContext": _context_fields(item.security_context or SecurityContext(), ward)}
    if ward.heals("hostPorts"):
        fields["ports"] = _port_fields(item)
    if ward.heals("hostProbesAndHostLifecycle"):
        fields |= _probe_fields(item)
    return filled(fields)


def _context_fields(own: SecurityContext, ward: Ward) -> Fields:
    fields = _shared_fields(own, ward)
    if ward.heals("privileged") and own.privileged:
        fields["privileged"] = False
    if ward.heals("allowPrivilegeEscalation") and own.allow_privilege_escalation is not False:
        fields["allowPrivilegeEscalation"] = False
    if ward.heals("runAsNonRoot") and own.run_as_non_root is False:
        fields["runAsNonRoot"] = True
    if ward.heals("procMount", "procMount_restricted") and own.proc_mount not in (None, "Default"):
        fields["procMount"] = None
    changed = _capability_fields(own.capabilities or Capabilities(), ward)
    return {**fields, "capabilities": changed} if changed else fields


def _capability_fields(held: Capabilities, ward: Ward) -> Fields:
    restricted = ward.heals("capabilities_restricted")
    allowed = capabilities.RESTRICTED_MAY_ADD if restricted else capabilities.HARMLESS
    changed: Fields = {}
    if ward.heals("capabilities_baseline", "capabilities_restricted") and set(held.add) - allowed:
        changed["add"] = [name for name in held.add if name in allowed]
    if restricted and "ALL" not in held.drop:
        changed["drop"] = ["ALL"]
    return changed


def _port_fields(item: Container) -> list[Fields]:
    """Host ports taken away. Ports merge by containerPort alone: where one is there twice (TCP, UDP), all are told."""
    numbers = [port.container_port for port in item.ports]
    held = {port.container_port for port in item.ports if port.host_port}
    if all(numbers.count(number) == 1 for number in held):
        return [{"containerPort": number, "hostPort": None} for number in numbers if number in held]
    kept = (
        filled({"name": port.name, "containerPort": port.container_port, "protocol": port.protocol})
        for port in item.ports
    )
    return [{"$patch": "replace"}, *kept]


def _probe_fields(item: Container) -> Fields:
    probes = {"livenessProbe": item.liveness_probe, "readinessProbe": item.readiness_probe}
    probes["startupProbe"] = item.startup_probe
    fields = {name: cut for name, probe in probes.items() if (cut := _without_host(probe))}
    hooks = item.lifecycle
    handlers = (("postStart", hooks.post_start), ("preStop", hooks.pre_stop)) if hooks else ()
    lifecycle = {name: cut for name, handler in handlers if (cut := _without_host(handler))}
    return fields | ({"lifecycle": lifecycle} if lifecycle else {})


def _without_host(probe: Probe | Handler | None) -> Fields:
    actions = (("httpGet", probe.http_get), ("tcpSocket", probe.tcp_socket)) if probe else ()
    return {name: {"host": None} for name, action in actions if action is not None and action.host}
