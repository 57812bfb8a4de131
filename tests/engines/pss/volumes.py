"""One volume of every source that the API server accepts, and some of the looser ways to write them."""

from typing import Any

_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
_TOKEN = {"serviceAccountToken": {"path": "t", "audience": "a", "expirationSeconds": 600}}
_BLOB = "https://account.blob.core.example/vhds/d.vhd"

SOURCES: dict[str, dict[str, Any]] = {
    "name only": {},
    "emptyDir": {"emptyDir": {}},
    "emptyDir in memory": {"emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
    "hostPath": {"hostPath": {"path": "/var/log"}},
    "hostPath of a socket": {"hostPath": {"path": "/run/x.sock", "type": "Socket"}},
    "secret": {"secret": {"secretName": "s"}},
    "configMap": {"configMap": {"name": "c", "optional": True}},
    "projected nothing": {"projected": {"sources": []}},
    "projected": {"projected": {"sources": [_TOKEN, {"configMap": {"name": "c"}}, {"secret": {"name": "s"}}]}},
    "downwardAPI": {"downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
    "persistentVolumeClaim": {"persistentVolumeClaim": {"claimName": "p"}},
    "ephemeral": {"ephemeral": {"volumeClaimTemplate": {"spec": _CLAIM}}},
    "csi": {"csi": {"driver": "d.example"}},
    "image": {"image": {"reference": "registry.example/a:1", "pullPolicy": "Always"}},
    "nfs": {"nfs": {"server": "s", "path": "/x"}},
    "iscsi": {"iscsi": {"targetPortal": "192.0.2.4:3260", "iqn": "iqn.2001-04.com.example:s", "lun": 0}},
    "fc": {"fc": {"targetWWNs": ["500a0982991b8dc5"], "lun": 2}},
    "gcePersistentDisk": {"gcePersistentDisk": {"pdName": "d"}},
    "awsElasticBlockStore": {"awsElasticBlockStore": {"volumeID": "v"}},
    "gitRepo": {"gitRepo": {"repository": "https://git.example/r"}},
    "glusterfs": {"glusterfs": {"endpoints": "e", "path": "p"}},
    "rbd": {"rbd": {"monitors": ["192.0.2.4"], "image": "i"}},
    "flexVolume": {"flexVolume": {"driver": "example/d"}},
    "cinder": {"cinder": {"volumeID": "v"}},
    "cephfs": {"cephfs": {"monitors": ["192.0.2.4"]}},
    "flocker": {"flocker": {"datasetName": "d"}},
    "azureFile": {"azureFile": {"secretName": "s", "shareName": "x"}},
    "azureDisk": {"azureDisk": {"diskName": "d", "diskURI": _BLOB}},
    "vsphereVolume": {"vsphereVolume": {"volumePath": "[d] v.vmdk"}},
    "quobyte": {"quobyte": {"registry": "r:7861", "volume": "v"}},
    "photonPersistentDisk": {"photonPersistentDisk": {"pdID": "p"}},
    "portworxVolume": {"portworxVolume": {"volumeID": "v"}},
    "scaleIO": {"scaleIO": {"gateway": "g", "system": "s", "volumeName": "v", "secretRef": {"name": "s"}}},
    "storageos": {"storageos": {"volumeName": "v", "volumeNamespace": "n"}},
}
