"""hostPathVolumes. Level: baseline, since 1.0. Replaced at level restricted by restrictedVolumes.

Fields:  volumes[].hostPath
Allowed: absent

restrictedVolumes. Level: restricted, since 1.0.

Fields:  volumes[]
Allowed: configMap, csi, downwardAPI, emptyDir, ephemeral, persistentVolumeClaim, projected, secret; image where the
         API server is 1.33 or newer, whatever the policy version; only a name (the API server makes it an emptyDir)
"""

from ....objects.volumes import Volume
from ..control import Control, Found, Subject, plural, quoted
from ..policy import Level

_ALLOWED = (
    *("config_map", "csi", "downward_api", "empty_dir", "ephemeral"),
    *("persistent_volume_claim", "projected", "secret"),
)
_IMAGE_SINCE = 33
# The API server names the first of these that is set, in this order.
_NAMED = (
    *(("host_path", "hostPath"), ("gce_persistent_disk", "gcePersistentDisk")),
    *(("aws_elastic_block_store", "awsElasticBlockStore"), ("git_repo", "gitRepo"), ("nfs", "nfs"), ("iscsi", "iscsi")),
    *(("glusterfs", "glusterfs"), ("rbd", "rbd"), ("flex_volume", "flexVolume"), ("cinder", "cinder")),
    *(("cephfs", "cephfs"), ("flocker", "flocker"), ("fc", "fc"), ("azure_file", "azureFile")),
    *(("vsphere_volume", "vsphereVolume"), ("quobyte", "quobyte"), ("azure_disk", "azureDisk")),
    *(("photon_persistent_disk", "photonPersistentDisk"), ("portworx_volume", "portworxVolume")),
    *(("scale_io", "scaleIO"), ("storageos", "storageos")),
)


def _host_path(subject: Subject) -> Found:
    bad = [volume.name for volume in subject.spec.volumes if volume.host_path is not None]
    return ("hostPath volumes", f"{plural(len(bad), 'volume')} {quoted(bad)}", (), True) if bad else None


def _source(volume: Volume, server_minor: int) -> str | None:
    """The source that makes a volume restricted, if one does."""
    if any(getattr(volume, name) is not None for name in _ALLOWED):
        return None
    if volume.image is not None:
        return None if server_minor >= _IMAGE_SINCE else "unknown"
    return next((told for name, told in _NAMED if getattr(volume, name) is not None), None)


def _restricted(subject: Subject) -> Found:
    found = [(volume.name, _source(volume, subject.server_minor)) for volume in subject.spec.volumes]
    bad = [name for name, source in found if source]
    types = sorted({source for _, source in found if source})
    if not bad:
        return None
    used = f"{plural(len(bad), 'uses', 'use')} {plural(len(types), 'restricted volume type')} {quoted(types)}"
    return "restricted volume types", f"{plural(len(bad), 'volume')} {quoted(bad)} {used}", (), True


HOST_PATH = Control("hostPathVolumes", Level.BASELINE, ((0, _host_path),))
RESTRICTED = Control("restrictedVolumes", Level.RESTRICTED, ((0, _restricted),), overrides=("hostPathVolumes",))
