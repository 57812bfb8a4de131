"""What heals findings about secrets."""

import re
from typing import Any

from ...checks import Manifest, Row
from ..patches import container_patch, pod_spec_patch

_GROUP = 65532  # the group that owns the files where a pod has no fsGroup; any number that nothing else uses
_MODE = 0o440


def refer_to_secret(row: Row) -> list[Manifest]:
    """Put the value into a Secret (a new value: this one was seen), mount it as a file, and point the program to it.

    Arguments cannot be changed by a patch of one of them, so there is none for them.
    """
    variable, group = str(row["variable"]), _group(row)
    if row.get("how") != "env" or group is None:
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
    volume = {"name": volume_name, "secret": {"secretName": name, "defaultMode": _MODE}}
    patched = container_patch(row, container, {"volumes": [volume], **group})
    return [secret, *patched] if patched else []


def tighten_mount(row: Row) -> list[Manifest]:
    """Mount read-only, and give the files to owner and group only; nothing where items have modes of their own."""
    volume, path = str(row.get("volume") or ""), str(row.get("mount_path") or "")
    group: dict[str, Any] | None = {} if row.get("private") else _group(row)
    if not volume or not path or row.get("own_modes") or group is None:
        return []
    source = "projected" if row.get("how") == "projected" else "secret"
    moded = {} if row.get("private") else {"volumes": [{"name": volume, source: {"defaultMode": _MODE}}]}
    mount = {"volumeMounts": [{"mountPath": path, "name": volume, "readOnly": True}]}
    return container_patch(row, mount, {**moded, **group})


def _group(row: Row) -> dict[str, Any] | None:
    """What a pod needs so that its user can read files of mode 0440, whoever that is.

    Empty where it can already, and on Windows, where no pod may have an fsGroup.
    None: a new fsGroup would also change the files of its persistent volumes, which is for people to decide; or
    OpenShift may refuse it, as it assigns a group where no pod runs to tell which.
    """
    if row.get("group") is not None or row.get("root") or row.get("windows"):
        return {}
    assigned = row.get("group_assigned") and not row.get("pods")
    return None if row.get("claims") or assigned else {"securityContext": {"fsGroup": _GROUP}}


def drop_token(row: Row) -> list[Manifest]:
    """Do not mount the service-account token."""
    return pod_spec_patch(row, {"automountServiceAccountToken": False})
