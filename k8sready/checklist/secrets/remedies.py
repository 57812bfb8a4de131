"""What heals findings about secrets."""

from ...checks import Manifest, Row
from ..patches import container_patch, pod_spec_patch


def refer_to_secret(row: Row) -> list[Manifest]:
    """Put the value into a Secret (a new value: this one was seen), mount it as a file, and point the program to it.

    Arguments cannot be changed by a patch of one of them, so there is none for them.
    """
    variable = str(row["variable"])
    if row.get("how") != "env":
        return []
    name, key = f"{row['name']}-{row['container']}-credentials", variable.lower().replace("_", "-")
    folder = f"/etc/credentials/{row['container']}"
    metadata = {"name": name, "namespace": str(row["namespace"])}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {key: "<new value>"}}
    container = {
        "env": [{"name": variable, "$patch": "delete"}, {"name": f"{variable}_FILE", "value": f"{folder}/{key}"}],
        "volumeMounts": [{"mountPath": folder, "name": name, "readOnly": True}],
    }
    patched = container_patch(row, container)
    volume = {"name": name, "secret": {"secretName": name, "defaultMode": 0o440}}
    return [secret, *pod_spec_patch(row, {"volumes": [volume]}), *patched] if patched else []


def tighten_mount(row: Row) -> list[Manifest]:
    """Mount read-only, and give the files to owner and group only."""
    volume, path = str(row.get("volume") or ""), str(row.get("mount_path") or "")
    if not volume or not path:
        return []
    mounted = container_patch(row, {"volumeMounts": [{"mountPath": path, "name": volume, "readOnly": True}]})
    moded = pod_spec_patch(row, {"volumes": [{"name": volume, "secret": {"defaultMode": 0o440}}]})
    return mounted + moded


def drop_token(row: Row) -> list[Manifest]:
    """Do not mount the service-account token."""
    return pod_spec_patch(row, {"automountServiceAccountToken": False})
