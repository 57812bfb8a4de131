"""The smallest patch of a pod template that makes it meet a policy, and what no patch can decide."""

from dataclasses import dataclass

from ...objects.containers import Capabilities, Container, Handler, Probe, Profile, SecurityContext, SeLinuxOptions
from ...objects.meta import ObjectMeta
from ...objects.pods import PodSecurityContext, PodSpec
from . import evaluation
from .applying import Fields, patched
from .control import Violation
from .controls import app_armor, capabilities, se_linux, seccomp, sysctls
from .policy import NEWEST, Policy

# Taking these away changes what the program can do at all: people decide.
_FOR_PEOPLE = frozenset({"hostNamespaces", "hostPathVolumes", "restrictedVolumes"})
# The API server refuses these fields in pods that declare Windows, whatever an old policy version wants of them.
_NOT_ON_WINDOWS = frozenset({"allowPrivilegeEscalation", "capabilities_restricted", "seccompProfile_restricted"})
_SECCOMP = frozenset({"seccompProfile_baseline", "seccompProfile_restricted"})
_RUNTIME_DEFAULT = {"type": "RuntimeDefault"}
_PROFILES = ("RuntimeDefault", "Localhost")


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


@dataclass(frozen=True, slots=True)
class _Ward:
    """A template under treatment: what is to be healed, at which policy version, on which server."""

    spec: PodSpec
    healing: frozenset[str]
    minor: int
    server_minor: int

    def heals(self, *controls: str) -> bool:
        return not self.healing.isdisjoint(controls)

    def members(self) -> tuple[Container, ...]:
        """The containers that a template has; debug containers come later and are never patched."""
        return (*self.spec.init_containers, *self.spec.containers)


def minimal_patch(metadata: ObjectMeta, spec: PodSpec, policy: Policy, *, server_minor: int = NEWEST) -> Patch:
    """A patch that touches only what violates the policy; proven by evaluating the patched template."""
    verdict = evaluation.evaluate(metadata, spec, policy, server_minor=server_minor)
    if verdict.allowed:
        return Patch({})
    healing = {item.control for item in verdict.violations} - _FOR_PEOPLE
    healing -= {"hostPorts"} if spec.host_network else set()  # with hostNetwork every port is a host port
    healing -= _NOT_ON_WINDOWS if spec.os is not None and spec.os.name == "windows" else set()
    ward = _Ward(spec, frozenset(healing), policy.version.effective(server_minor), server_minor)
    template = _template(metadata, ward)
    after = evaluation.evaluate(*patched(metadata, spec, template), policy, server_minor=server_minor)
    return Patch(template, after.violations)


def _template(metadata: ObjectMeta, ward: _Ward) -> Fields:
    fields: Fields = {"securityContext": _pod_fields(ward)}
    for name, items in (("initContainers", ward.spec.init_containers), ("containers", ward.spec.containers)):
        fields[name] = [{"name": item.name, **own} for item in items if (own := _container_fields(item, ward))]
    notes = dict.fromkeys((*_forbidden(metadata, ward), *_contradicting(metadata, fields)))
    template = {"spec": _filled(fields), "metadata": {"annotations": notes} if notes else {}}
    return _filled(template)


def _filled(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value}


def _pod_fields(ward: _Ward) -> Fields:
    outer, fields = ward.spec.security_context or PodSecurityContext(), Fields()
    inner = [item.security_context or SecurityContext() for item in ward.members()]
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


def _shared_fields(own: PodSecurityContext | SecurityContext, ward: _Ward) -> Fields:
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


def _container_fields(item: Container, ward: _Ward) -> Fields:
    fields: Fields = {"securityContext": _context_fields(item.security_context or SecurityContext(), ward)}
    if ward.heals("hostPorts"):
        fields["ports"] = _port_fields(item)
    if ward.heals("hostProbesAndHostLifecycle"):
        fields |= _probe_fields(item)
    return _filled(fields)


def _context_fields(own: SecurityContext, ward: _Ward) -> Fields:
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


def _capability_fields(held: Capabilities, ward: _Ward) -> Fields:
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
        _filled({"name": port.name, "containerPort": port.container_port, "protocol": port.protocol})
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


def _forbidden(metadata: ObjectMeta, ward: _Ward) -> list[str]:
    """Annotations that violate the policy."""
    bad = app_armor.forbidden(metadata.annotations) if ward.heals("appArmorProfile") else []
    if ward.heals("seccompProfile_baseline") and ward.minor < seccomp.FIELD_SINCE:
        bad += seccomp.forbidden(metadata.annotations, ward.members())
    return bad


def _contradicting(metadata: ObjectMeta, fields: Fields) -> list[str]:
    """Seccomp annotations that say something else than a field of the patch; the API server refuses such a pair."""
    keys = [seccomp.POD] if "seccompProfile" in fields["securityContext"] else []
    for item in (*fields["initContainers"], *fields["containers"]):
        keys += [seccomp.PREFIX + item["name"]] if "seccompProfile" in item.get("securityContext", ()) else []
    return [key for key in keys if metadata.annotations.get(key) not in (None, *seccomp.RUNTIME_DEFAULT)]
