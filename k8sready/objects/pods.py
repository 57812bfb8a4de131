"""core/v1 Pod and PodTemplateSpec."""

from msgspec.structs import force_setattr

from .base import Object, Time
from .concealing import conceal_label, conceal_labels
from .containers import Container, Profile, Resources, SeLinuxOptions, WindowsOptions
from .meta import LabelSelector, LocalObjectReference, ObjectMeta, Resource
from .redaction import ImageName, Text
from .volumes import Volume


class Sysctl(Object, frozen=True):
    name: str = ""
    value: Text = Text("")


class PodSecurityContext(Object, frozen=True):
    run_as_non_root: bool | None = None
    run_as_user: int | None = None
    run_as_group: int | None = None
    fs_group: int | None = None
    se_linux_options: SeLinuxOptions | None = None
    seccomp_profile: Profile | None = None
    app_armor_profile: Profile | None = None
    windows_options: WindowsOptions | None = None
    sysctls: tuple[Sysctl, ...] = ()


class PodOS(Object, frozen=True):
    name: str = ""


class Toleration(Object, frozen=True):
    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""

    def __post_init__(self) -> None:
        """The value is replaced as that of a label is."""
        force_setattr(self, "value", conceal_label(self.value))


class TopologySpread(Object, frozen=True):
    max_skew: int = 1
    topology_key: str = ""
    when_unsatisfiable: str = ""
    label_selector: LabelSelector | None = None


class NodeSelectorRequirement(Object, frozen=True):
    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Values are replaced as those of labels are."""
        if any(conceal_label(value) != value for value in self.values):
            force_setattr(self, "values", tuple(map(conceal_label, self.values)))


class NodeSelectorTerm(Object, frozen=True):
    """matchFields is left out: the DaemonSet controller names each pod's node in it, and nothing else uses it."""

    match_expressions: tuple[NodeSelectorRequirement, ...] = ()


class NodeSelector(Object, frozen=True):
    node_selector_terms: tuple[NodeSelectorTerm, ...] = ()


class NodeAffinity(Object, frozen=True):
    required_during_scheduling_ignored_during_execution: NodeSelector | None = None


class PodAffinityTerm(Object, frozen=True):
    label_selector: LabelSelector | None = None
    topology_key: str = ""


class WeightedPodAffinityTerm(Object, frozen=True):
    weight: int = 0
    pod_affinity_term: PodAffinityTerm = PodAffinityTerm()


class PodAntiAffinity(Object, frozen=True):
    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()


class Affinity(Object, frozen=True):
    node_affinity: NodeAffinity | None = None
    pod_anti_affinity: PodAntiAffinity | None = None


class PodSpec(Object, frozen=True):
    """The part of a pod that pods of one template share; nodeName and its like live on `Pod`."""

    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    resources: Resources = Resources()  # of the pod as a whole (KEP-2837)
    security_context: PodSecurityContext | None = None
    service_account_name: str = ""
    automount_service_account_token: bool | None = None
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    host_network: bool = False
    host_pid: bool = False
    host_ipc: bool = False
    host_users: bool | None = None
    os: PodOS | None = None
    node_selector: dict[str, str] = {}
    tolerations: tuple[Toleration, ...] = ()
    affinity: Affinity | None = None
    topology_spread_constraints: tuple[TopologySpread, ...] = ()
    priority_class_name: str = ""
    runtime_class_name: str = ""
    restart_policy: str = ""
    termination_grace_period_seconds: int | None = None

    def __post_init__(self) -> None:
        """Values are replaced as those of labels are."""
        selector = conceal_labels(self.node_selector)
        if selector is not self.node_selector:
            force_setattr(self, "node_selector", selector)


class ContainerStateWaiting(Object, frozen=True):
    reason: Text = Text("")
    message: Text = Text("")


class ContainerStateTerminated(Object, frozen=True):
    """Without its message, which is whatever the container wrote at its end."""

    reason: Text = Text("")
    exit_code: int = 0


class ContainerStateRunning(Object, frozen=True):
    """That a container runs. Since when is left out, so that the containers of a template tell the same."""


class ContainerState(Object, frozen=True):
    waiting: ContainerStateWaiting | None = None
    terminated: ContainerStateTerminated | None = None
    running: ContainerStateRunning | None = None


class ContainerStatus(Object, frozen=True):
    name: str = ""
    image: ImageName = ImageName("")
    image_id: ImageName = ImageName("")
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = ContainerState()


class PodIP(Object, frozen=True):
    ip: str = ""


class PodStatus(Object, frozen=True):
    phase: str = ""
    reason: Text = Text("")
    start_time: Time | None = None
    pod_ip: str = ""
    pod_ips: tuple[PodIP, ...] = ()
    host_ip: str = ""
    host_ips: tuple[PodIP, ...] = ()  # of a node with addresses of both families
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Resource, frozen=True):
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()
    node_name: str = ""  # lifted out of spec while reading, so that pods of one template share one spec


class PodTemplateSpec(Object, frozen=True):
    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()
