"""What heals findings about secrets."""

from ...checks import Manifest, Row
from ..patches import container_patch, pod_spec_patch


def refer_to_secret(row: Row) -> list[Manifest]:
    """Take the variable from a Secret that people create with a new value; arguments cannot be changed by a patch."""
    if row.get("how") != "env":
        return []
    variable, key = str(row["variable"]), str(row["variable"]).lower().replace("_", "-")
    reference = {"secretKeyRef": {"name": f"{row['name']}-{row['container']}-credentials", "key": key}}
    return container_patch(row, {"env": [{"name": variable, "value": None, "valueFrom": reference}]})


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
