"""Whose the files of a pod's secret volumes are: who can read them once others may not."""

from ..objects.containers import SecurityContext
from ..objects.core import Namespace
from ..objects.pods import PodSecurityContext, PodSpec
from ..snapshot import Snapshot
from .containers import is_windows
from .schema import FORMER, count, flag
from .templates import Template

FILE_OWNER = (
    flag("injected", "put in by admission, see containers"),
    FORMER,
    flag("windows", "of a Windows pod, where file modes and groups mean nothing"),
    count("group", "the pod's fsGroup, which owns the files of its volumes; NA without"),
    flag("root", "every container of the pod says that it runs as user 0, who may read every file"),
    flag("group_assigned", "OpenShift gives the pods of the namespace a group of its range, and refuses others"),
    flag("claims", "the pod mounts persistent volumes, whose files a new fsGroup would change"),
)


NAMESPACES = "namespaces"
_RANGE = "openshift.io/sa.scc.supplemental-groups"


def assigning(snapshot: Snapshot) -> frozenset[str]:
    """Namespaces whose pods get a group from OpenShift's admission."""
    listed = snapshot.of(NAMESPACES, Namespace)
    return frozenset(item.metadata.name for item in listed if _RANGE in item.metadata.annotations)


def file_owner(template: Template, assigned: frozenset[str]) -> tuple[bool, bool, int | None, bool, bool, bool]:
    """The columns of `FILE_OWNER` after the first, which are those of the pod: its containers share its volumes."""
    spec = template.spec
    outer = spec.security_context or PodSecurityContext()
    own = [item.security_context or SecurityContext() for item in (*spec.init_containers, *spec.containers)]
    users = {item.run_as_user if item.run_as_user is not None else outer.run_as_user for item in own}
    given = template.root.namespace in assigned
    return (template.former, is_windows(spec), outer.fs_group, users == {0}, given, _has_claims(spec))


def _has_claims(spec: PodSpec) -> bool:
    """Whether there are persistent volumes; those that a StatefulSet's template mounts are not among its volumes."""
    told = {volume.name for volume in spec.volumes}
    mounted = {mount.name for item in (*spec.init_containers, *spec.containers) for mount in item.volume_mounts}
    return any(volume.persistent_volume_claim or volume.ephemeral for volume in spec.volumes) or not mounted <= told
