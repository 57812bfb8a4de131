"""Custom resources of tools that the checklist knows: only what its checks read of them."""

from .base import Object, Time
from .meta import Condition, Resource
from .redaction import ImageName, Text


class CustomResource(Resource, frozen=True):
    """Any custom resource: its metadata and its status conditions."""

    conditions: tuple[Condition, ...] = ()  # lifted out of status while reading


class ReportOS(Object, frozen=True):
    family: str = ""
    name: str = ""
    eosl: bool | None = None


class ReportRegistry(Object, frozen=True):
    server: Text = Text("")


class ReportArtifact(Object, frozen=True):
    repository: ImageName = ImageName("")
    digest: str = ""
    tag: str = ""


class ReportScanner(Object, frozen=True):
    name: str = ""
    vendor: str = ""
    version: str = ""


class ReportSummary(Object, frozen=True):
    critical_count: int = 0
    high_count: int = 0
    medium_count: int = 0
    low_count: int = 0
    unknown_count: int = 0


class Vulnerability(Object, frozen=True):
    vulnerability_id: str = ""
    resource: str = ""
    installed_version: str = ""
    fixed_version: str = ""
    severity: str = ""
    score: float | None = None


class Report(Object, frozen=True):
    update_timestamp: Time | None = None
    scanner: ReportScanner = ReportScanner()
    registry: ReportRegistry = ReportRegistry()
    artifact: ReportArtifact = ReportArtifact()
    os: ReportOS = ReportOS()
    summary: ReportSummary = ReportSummary()
    vulnerabilities: tuple[Vulnerability, ...] = ()


class VulnerabilityReport(Resource, frozen=True):
    """aquasecurity.github.io/v1alpha1 (trivy-operator)."""

    report: Report = Report()


class StoreRef(Object, frozen=True):
    name: str = ""
    kind: str = ""


class ExternalSecretTarget(Object, frozen=True):
    name: str = ""


class ExternalSecretSpec(Object, frozen=True):
    refresh_interval: str = ""
    secret_store_ref: StoreRef = StoreRef()
    target: ExternalSecretTarget = ExternalSecretTarget()


class ExternalSecretStatus(Object, frozen=True):
    conditions: tuple[Condition, ...] = ()
    refresh_time: Time | None = None


class ExternalSecret(Resource, frozen=True):
    """external-secrets.io."""

    spec: ExternalSecretSpec = ExternalSecretSpec()
    status: ExternalSecretStatus = ExternalSecretStatus()


class SecretObject(Object, frozen=True):
    """A Secret that the driver makes of what it fetched, while a pod mounts the class."""

    secret_name: str = ""


class SecretProviderClassSpec(Object, frozen=True):
    provider: str = ""
    secret_objects: tuple[SecretObject, ...] = ()


class SecretProviderClass(Resource, frozen=True):
    """secrets-store.csi.x-k8s.io."""

    spec: SecretProviderClassSpec = SecretProviderClassSpec()


class SyncPolicyAutomated(Object, frozen=True):
    prune: bool = False
    self_heal: bool = False
    enabled: bool = True


class SyncPolicy(Object, frozen=True):
    automated: SyncPolicyAutomated | None = None


class ApplicationSource(Object, frozen=True):
    repo_url: Text = Text("")
    target_revision: Text = Text("")


class ApplicationSpec(Object, frozen=True):
    project: str = ""
    source: ApplicationSource | None = None
    sources: tuple[ApplicationSource, ...] = ()
    sync_policy: SyncPolicy | None = None


class ApplicationSync(Object, frozen=True):
    status: str = ""
    revision: str = ""


class ApplicationHealth(Object, frozen=True):
    status: str = ""


class ApplicationStatus(Object, frozen=True):
    sync: ApplicationSync = ApplicationSync()
    health: ApplicationHealth = ApplicationHealth()
    reconciled_at: Time | None = None


class Application(Resource, frozen=True):
    """argoproj.io/v1alpha1 (Argo CD)."""

    spec: ApplicationSpec = ApplicationSpec()
    status: ApplicationStatus = ApplicationStatus()
