"""The smallest patch of a pod template that makes it meet a policy, and what no patch can decide."""

from collections.abc import Collection
from dataclasses import dataclass

from ...objects.meta import ObjectMeta
from ...objects.pods import PodSpec
from . import evaluation
from .applying import Fields, patched
from .control import Violation
from .controls import app_armor, seccomp
from .healing import Ward, container_fields, filled, pod_fields
from .policy import NEWEST, Policy

# Taking these away changes what the program can do at all: people decide.
_FOR_PEOPLE = frozenset({"hostNamespaces", "hostPathVolumes", "restrictedVolumes"})
# The API server refuses these fields in pods that declare Windows, whatever an old policy version wants of them.
_NOT_ON_WINDOWS = frozenset({"allowPrivilegeEscalation", "capabilities_restricted", "seccompProfile_restricted"})


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


def minimal_patch(
    metadata: ObjectMeta,
    spec: PodSpec,
    policy: Policy,
    *,
    server_minor: int = NEWEST,
    within: Collection[str] | None = None,
) -> Patch:
    """A patch that touches only what violates the policy; proven by evaluating the patched template.

    Of a pod that runs, `within` are the containers that its workload's template names: those that admission put in
    besides (a mesh's sidecar) are no part of the template, so that what they violate is left.
    """
    verdict = evaluation.evaluate(metadata, spec, policy, server_minor=server_minor)
    if verdict.allowed:
        return Patch({})
    healing = {item.control for item in verdict.violations} - _FOR_PEOPLE
    healing -= {"hostPorts"} if spec.host_network else set()  # with hostNetwork every port is a host port
    healing -= _NOT_ON_WINDOWS if spec.os is not None and spec.os.name == "windows" else set()
    ward = Ward(spec, frozenset(healing), policy.version.effective(server_minor), server_minor, within)
    template = _template(metadata, ward)
    after = evaluation.evaluate(*patched(metadata, spec, template), policy, server_minor=server_minor)
    return Patch(template, after.violations)


def _template(metadata: ObjectMeta, ward: Ward) -> Fields:
    fields: Fields = {"securityContext": pod_fields(ward)}
    for name, items in (("initContainers", ward.spec.init_containers), ("containers", ward.spec.containers)):
        fields[name] = [{"name": item.name, **own} for item in ward.own(items) if (own := container_fields(item, ward))]
    notes = dict.fromkeys((*_forbidden(metadata, ward), *_contradicting(metadata, fields)))
    template = {"spec": filled(fields), "metadata": {"annotations": notes} if notes else {}}
    return filled(template)


def _forbidden(metadata: ObjectMeta, ward: Ward) -> list[str]:
    """Annotations that violate the policy."""
    bad = app_armor.forbidden(metadata.annotations) if ward.heals("appArmorProfile") else []
    if ward.heals("seccompProfile_baseline") and ward.minor < seccomp.FIELD_SINCE:
        bad += seccomp.forbidden(metadata.annotations, (*ward.spec.init_containers, *ward.spec.containers))
    injected = ward.injected()
    return [key for key in bad if key.partition("/")[2] not in injected]


def _contradicting(metadata: ObjectMeta, fields: Fields) -> list[str]:
    """Seccomp annotations that say something else than a field of the patch; the API server refuses such a pair."""
    keys = [seccomp.POD] if "seccompProfile" in fields["securityContext"] else []
    for item in (*fields["initContainers"], *fields["containers"]):
        keys += [seccomp.PREFIX + item["name"]] if "seccompProfile" in item.get("securityContext", ()) else []
    return [key for key in keys if metadata.annotations.get(key) not in (None, *seccomp.RUNTIME_DEFAULT)]
