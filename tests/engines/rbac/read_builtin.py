"""Write a fresh API server's roles and bindings to the engine's data (python -m tests.engines.rbac.read_builtin)."""

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, cast

from k8sready.engines.rbac.aggregation import expanded
from k8sready.objects.decoding import from_dict
from k8sready.objects.kinds import BY_KEY
from k8sready.objects.rbac import Role
from tests.controlplane.build import ensure
from tests.controlplane.server import ControlPlane

KINDS = ("clusterroles", "clusterrolebindings", "roles", "rolebindings")
TARGET = Path("k8sready/engines/rbac/builtin")


def read(plane: ControlPlane) -> dict[str, list[dict[str, Any]]]:
    """Every RBAC object, without what differs from server to server."""
    base = "/apis/rbac.authorization.k8s.io/v1"
    return {kind: [_kept(item) for item in plane.get(f"{base}/{kind}")["items"]] for kind in KINDS}


def _kept(item: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: item["metadata"][key] for key in ("name", "namespace", "labels") if key in item["metadata"]}
    parts = ("rules", "aggregationRule", "subjects", "roleRef")
    return {"metadata": metadata, **{key: item[key] for key in parts if item.get(key)}}


def main() -> None:
    """Start, wait for the aggregation controller, read, write one file for this minor version."""
    folder = Path(tempfile.mkdtemp(prefix="k8sready-builtin-"))
    plane = ControlPlane(ensure(say=False), folder)
    try:
        plane.start_controllers()
        while _unfinished(_decoded(plane)):
            time.sleep(0.5)
        version = plane.get("/version")
        path = TARGET / f"v{version['major']}_{version['minor']}.json"
        path.write_text(json.dumps(read(plane), indent=1, sort_keys=True) + "\n")
        print(path, path.stat().st_size)
    finally:
        plane.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _decoded(plane: ControlPlane) -> list[Role]:
    items = plane.get("/apis/rbac.authorization.k8s.io/v1/clusterroles")["items"]
    return [cast("Role", from_dict(BY_KEY["clusterroles.rbac.authorization.k8s.io"], item)) for item in items]


def _unfinished(roles: list[Role]) -> bool:
    """Whether the aggregation controller has still to write some rules."""
    filled = {role.metadata.name: set(role.rules) for role in expanded(roles)}
    return any(filled[role.metadata.name] != set(role.rules) for role in roles)


if __name__ == "__main__":
    main()
