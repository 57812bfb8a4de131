"""What heals findings about secrets."""

import re

from ...checks import Manifest, Row
from ..patches import container_patch, pod_spec_patch


def refer_to_secret(row: Row) -> list[Manifest]:
    """Put the value into a Secret (a new value: this one was seen), mount it as a file, and point the program to it.

    Arguments cannot be changed by a patch of one of them, so there is none for them.
    """
    variable = str(row["variable"])
    if row.get("how") != "env":
        return []
    name, key = f"{row['name']}-{row['container']}-credentials", re.sub(r"[^a-z0-9.-]", "-", variable.lower())
    volume_name = f"{str(row['container'])[:51]}-credentials"  # a DNS label: at most 63 characters
    folder = f"/etc/credentials/{row['container']}"
    metadata = {"name": name, "namespace": str(row["namespace"])}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {key: "<new value>"}}
    container = {
        "env": [{"name": variable, "$patch": "delete"}, {"name": f"{variable}_FILE", "value": f"{folder}/{key}"}],
        "volumeMounts": [{"mountPath": folder, "name": volume_name, "readOnly": True}],
    }
    volume = {"name": volume_name, "secret": {"secretName": name, "defaultMode": 0o440}}
    patched = container_patch(row, container, {"volumes": [volume]})
    return [secret, *patched] if patched else []


def tighten_mount(row: Row) -> list[Manifest]:
    """Mount read-only, and give the files to owner and group only."""
    volume, path = str(row.get("volume") or ""), str(row.get("mount_path") or "")
    if not volume or not path:
        return []
    moded = {"volumes": [{"name": volume, "secret": {"defaultMode": 0o440}}]}
    return container_patch(row, {"volumeMounts": [{"mountPath": path, "name": volume, "readOnly": True}]}, moded)


def drop_token(row: Row) -> list[Manifest]:
    """Do not mount the service-account token."""
    return pod_spec_patch(row, {"automountServiceAccountToken": False})
