"""core/v1 Volume: which source, and the names it refers to."""

from .base import Object
from .meta import LabelSelector, LocalObjectReference
from .redaction import ImageName, Text


class HostPath(Object, frozen=True):
    path: Text = Text("")
    type: str = ""


class KeyToPath(Object, frozen=True):
    key: str = ""
    path: str = ""
    mode: int | None = None


class SecretVolume(Object, frozen=True):
    secret_name: str = ""
    default_mode: int | None = None
    items: tuple[KeyToPath, ...] = ()
    optional: bool = False


class ConfigMapVolume(Object, frozen=True):
    name: str = ""
    default_mode: int | None = None
    optional: bool = False


class ServiceAccountToken(Object, frozen=True):
    audience: str = ""
    expiration_seconds: int = 3600
    path: str = ""


class SecretProjection(Object, frozen=True):
    name: str = ""
    items: tuple[KeyToPath, ...] = ()
    optional: bool = False


class Projection(Object, frozen=True):
    secret: SecretProjection | None = None
    config_map: ConfigMapVolume | None = None
    service_account_token: ServiceAccountToken | None = None


class ProjectedVolume(Object, frozen=True):
    default_mode: int | None = None
    sources: tuple[Projection, ...] = ()


class CsiAttributes(Object, frozen=True):
    """volumeAttributes hold what a driver likes, passwords too; only which SecretProviderClass is read."""

    secret_provider_class: str = ""


class CsiVolume(Object, frozen=True):
    driver: str = ""
    node_publish_secret_ref: LocalObjectReference | None = None
    volume_attributes: CsiAttributes = CsiAttributes()


class ImageVolume(Object, frozen=True):
    reference: ImageName = ImageName("")
    pull_policy: str = ""


class ClaimVolume(Object, frozen=True):
    claim_name: str = ""
    read_only: bool = False


class EmptySource(Object, frozen=True):
    """A source of which only the presence matters."""


class Volume(Object, frozen=True):
    """A volume with only a name is an emptyDir (the API server defaults it)."""

    name: str = ""
    host_path: HostPath | None = None
    secret: SecretVolume | None = None
    config_map: ConfigMapVolume | None = None
    projected: ProjectedVolume | None = None
    csi: CsiVolume | None = None
    image: ImageVolume | None = None
    persistent_volume_claim: ClaimVolume | None = None
    empty_dir: EmptySource | None = None
    ephemeral: EmptySource | None = None
    downward_api: EmptySource | None = None
    # the remaining in-tree sources, which the restricted level forbids
    gce_persistent_disk: EmptySource | None = None
    aws_elastic_block_store: EmptySource | None = None
    git_repo: EmptySource | None = None
    nfs: EmptySource | None = None
    iscsi: EmptySource | None = None
    glusterfs: EmptySource | None = None
    rbd: EmptySource | None = None
    flex_volume: EmptySource | None = None
    cinder: EmptySource | None = None
    cephfs: EmptySource | None = None
    flocker: EmptySource | None = None
    fc: EmptySource | None = None
    azure_file: EmptySource | None = None
    azure_disk: EmptySource | None = None
    vsphere_volume: EmptySource | None = None
    quobyte: EmptySource | None = None
    portworx_volume: EmptySource | None = None
    scale_io: EmptySource | None = None
    storageos: EmptySource | None = None
    photon_persistent_disk: EmptySource | None = None


class ClaimSpec(Object, frozen=True):
    storage_class_name: str | None = None
    access_modes: tuple[str, ...] = ()
    volume_name: str = ""
    selector: LabelSelector | None = None
