"""core/v1 Container: the fields of init, main and ephemeral containers that checks and engines read."""

from .base import Object
from .redaction import Concealed, ImageName, Text

IntOrString = int | str
Quantity = int | float | str


class KeySelector(Object, frozen=True):
    name: str = ""
    key: str = ""
    optional: bool = False


class FieldRef(Object, frozen=True):
    field_path: str = ""


class EnvVarSource(Object, frozen=True):
    secret_key_ref: KeySelector | None = None
    config_map_key_ref: KeySelector | None = None
    field_ref: FieldRef | None = None


class EnvVar(Object, frozen=True):
    name: Text = Text("")  # people write PASSWORD=hunter2 there, and API servers of today take "PASSWORD: hunter2"
    value: Concealed | None = None
    value_from: EnvVarSource | None = None


class EnvSource(Object, frozen=True):
    name: str = ""
    optional: bool = False


class EnvFrom(Object, frozen=True):
    prefix: str = ""
    secret_ref: EnvSource | None = None
    config_map_ref: EnvSource | None = None


class ContainerPort(Object, frozen=True):
    name: str = ""
    container_port: int = 0
    host_port: int = 0
    protocol: str = "TCP"


class VolumeMount(Object, frozen=True):
    name: str = ""
    mount_path: str = ""
    read_only: bool = False


class ResourceClaimUse(Object, frozen=True):
    """A device that a container takes of its pod's claims (dynamic resource allocation)."""

    name: str = ""


class Resources(Object, frozen=True):
    requests: dict[str, Quantity] = {}
    limits: dict[str, Quantity] = {}
    claims: tuple[ResourceClaimUse, ...] = ()


class Capabilities(Object, frozen=True):
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class SeLinuxOptions(Object, frozen=True):
    user: str = ""
    role: str = ""
    type: str = ""
    level: str = ""


class Profile(Object, frozen=True):
    """A seccomp or AppArmor profile."""

    type: str = ""
    localhost_profile: str = ""


class WindowsOptions(Object, frozen=True):
    host_process: bool | None = None
    run_as_user_name: str = ""


class SecurityContext(Object, frozen=True):
    """Container-level securityContext; None means not set (the pod's value then applies where one exists)."""

    privileged: bool | None = None
    allow_privilege_escalation: bool | None = None
    read_only_root_filesystem: bool | None = None
    run_as_non_root: bool | None = None
    run_as_user: int | None = None
    run_as_group: int | None = None
    proc_mount: str | None = None
    capabilities: Capabilities | None = None
    se_linux_options: SeLinuxOptions | None = None
    seccomp_profile: Profile | None = None
    app_armor_profile: Profile | None = None
    windows_options: WindowsOptions | None = None


class HttpHeader(Object, frozen=True):
    name: str = ""
    value: Concealed | None = None


class HttpGet(Object, frozen=True):
    host: Text = Text("")
    port: IntOrString = 0
    scheme: str = ""
    http_headers: tuple[HttpHeader, ...] = ()


class TcpSocket(Object, frozen=True):
    host: Text = Text("")
    port: IntOrString = 0


class Grpc(Object, frozen=True):
    port: int = 0
    service: str | None = None


class ExecAction(Object, frozen=True):
    command: tuple[Concealed, ...] = ()


class Probe(Object, frozen=True):
    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    grpc: Grpc | None = None
    exec: ExecAction | None = None
    initial_delay_seconds: int = 0
    period_seconds: int = 10
    timeout_seconds: int = 1
    success_threshold: int = 1
    failure_threshold: int = 3


class Handler(Object, frozen=True):
    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    exec: ExecAction | None = None


class Lifecycle(Object, frozen=True):
    post_start: Handler | None = None
    pre_stop: Handler | None = None


class Container(Object, frozen=True):
    name: str = ""
    image: ImageName = ImageName("")
    image_pull_policy: str = ""
    command: tuple[Concealed, ...] = ()
    args: tuple[Concealed, ...] = ()
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFrom, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    resources: Resources = Resources()
    security_context: SecurityContext | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Lifecycle | None = None
    restart_policy: str = ""  # "Always" on an init container makes it a native sidecar (KEP-753)
    target_container_name: str = ""  # ephemeral containers only
