"""apps/v1, batch/v1, autoscaling/v2 and policy/v1: what runs pods, and what scales and protects them."""

from msgspec.structs import force_setattr

from .base import Object, Time
from .concealing import conceal_labels
from .containers import IntOrString
from .meta import Condition, LabelSelector, ObjectMeta, Resource
from .pods import PodTemplateSpec
from .volumes import ClaimSpec


class RollingUpdate(Object, frozen=True):
    max_surge: IntOrString | None = None
    max_unavailable: IntOrString | None = None
    partition: int | None = None


class Strategy(Object, frozen=True):
    type: str = ""
    rolling_update: RollingUpdate | None = None


class VolumeClaimTemplate(Object, frozen=True):
    metadata: ObjectMeta = ObjectMeta()
    spec: ClaimSpec = ClaimSpec()


class WorkloadSpec(Object, frozen=True):
    """Union of the specs of Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplateSpec = PodTemplateSpec()
    strategy: Strategy | None = None
    update_strategy: Strategy | None = None
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None
    progress_deadline_seconds: int | None = None
    service_name: str = ""
    volume_claim_templates: tuple[VolumeClaimTemplate, ...] = ()


class WorkloadStatus(Object, frozen=True):
    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    updated_replicas: int = 0
    desired_number_scheduled: int = 0
    number_ready: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()


class Workload(Resource, frozen=True):
    """A Deployment, StatefulSet, DaemonSet or ReplicaSet; the kind is known by the collection it lies in."""

    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class ReplicationControllerSpec(Object, frozen=True):
    replicas: int | None = None
    selector: dict[str, str] = {}
    template: PodTemplateSpec = PodTemplateSpec()

    def __post_init__(self) -> None:
        """Values are replaced as those of labels are."""
        selector = conceal_labels(self.selector)
        if selector is not self.selector:
            force_setattr(self, "selector", selector)


class ReplicationController(Resource, frozen=True):
    spec: ReplicationControllerSpec = ReplicationControllerSpec()
    status: WorkloadStatus = WorkloadStatus()


class JobSpec(Object, frozen=True):
    template: PodTemplateSpec = PodTemplateSpec()
    suspend: bool = False
    parallelism: int | None = None
    backoff_limit: int | None = None
    ttl_seconds_after_finished: int | None = None


class JobStatus(Object, frozen=True):
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    completion_time: Time | None = None
    conditions: tuple[Condition, ...] = ()


class Job(Resource, frozen=True):
    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


class JobTemplate(Object, frozen=True):
    metadata: ObjectMeta = ObjectMeta()
    spec: JobSpec = JobSpec()


class CronJobSpec(Object, frozen=True):
    schedule: str = ""
    suspend: bool = False
    concurrency_policy: str = ""
    job_template: JobTemplate = JobTemplate()


class CronJobStatus(Object, frozen=True):
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None


class CronJob(Resource, frozen=True):
    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()


class PodTemplate(Resource, frozen=True):
    template: PodTemplateSpec = PodTemplateSpec()


class ControllerRevision(Resource, frozen=True):
    revision: int = 0


class ScaleTarget(Object, frozen=True):
    api_version: str = ""
    kind: str = ""
    name: str = ""


class AutoscalerSpec(Object, frozen=True):
    scale_target_ref: ScaleTarget = ScaleTarget()
    min_replicas: int | None = None
    max_replicas: int = 0


class HorizontalPodAutoscaler(Resource, frozen=True):
    spec: AutoscalerSpec = AutoscalerSpec()


class DisruptionBudgetSpec(Object, frozen=True):
    min_available: IntOrString | None = None
    max_unavailable: IntOrString | None = None
    selector: LabelSelector | None = None


class DisruptionBudgetStatus(Object, frozen=True):
    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0


class PodDisruptionBudget(Resource, frozen=True):
    spec: DisruptionBudgetSpec = DisruptionBudgetSpec()
    status: DisruptionBudgetStatus = DisruptionBudgetStatus()
