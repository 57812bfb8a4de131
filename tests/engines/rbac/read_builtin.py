"""Reads built-in roles off fresh API servers; `python -m tests.engines.rbac.read_builtin` writes the engine's data."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from k8sready.engines.rbac.aggregation import expanded
from k8sready.objects.decoding import from_dict
from k8sready.objects.kinds import BY_KEY
from k8sready.objects.rbac import Role
from tests.controlplane import minors
from tests.controlplane.build import ensure
from tests.controlplane.server import ControlPlane

BASE = "/apis/rbac.authorization.k8s.io/v1"
KINDS = {
    "clusterroles": "ClusterRole",
    "clusterrolebindings": "ClusterRoleBinding",
    "roles": "Role",
    "rolebindings": "RoleBinding",
}
TARGET = Path("k8sready/engines/rbac/builtin/defaults.json")
_PARTS = ("rules", "aggregationRule", "subjects", "roleRef")
Manifest = dict[str, Any]


def read(plane: ControlPlane) -> list[Manifest]:
    """Every RBAC object, without what differs from server to server."""
    return [_kept(kind, item) for plural, kind in KINDS.items() for item in plane.get(f"{BASE}/{plural}")["items"]]


def _kept(kind: str, item: Manifest) -> Manifest:
    metadata = {key: item["metadata"][key] for key in ("name", "namespace", "labels") if key in item["metadata"]}
    return {"kind": kind, "metadata": metadata, **{key: item[key] for key in _PARTS if item.get(key)}}


def read_fresh(minor: int) -> list[Manifest]:
    """The same from a server of that minor that is started for it."""
    folder = Path(tempfile.mkdtemp(prefix="k8sready-builtin-"))
    apiserver = minors.ensure(minor) if minor in minors.VERSIONS else None
    plane = ControlPlane(ensure(), folder, apiserver=apiserver)
    try:
        return read_aggregated(plane)
    finally:
        plane.stop()
        shutil.rmtree(folder, ignore_errors=True)


def read_aggregated(plane: ControlPlane) -> list[Manifest]:
    """The same once the aggregation controller, started for it, has done its work."""
    plane.start_controllers(only="clusterrole-aggregation-controller")
    deadline = time.monotonic() + 120
    while _unfinished(_cluster_roles(plane)):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    return read(plane)


def _cluster_roles(plane: ControlPlane) -> list[Role]:
    kind = BY_KEY["clusterroles.rbac.authorization.k8s.io"]
    return [cast("Role", from_dict(kind, item)) for item in plane.get(f"{BASE}/clusterroles")["items"]]


def _unfinished(roles: list[Role]) -> bool:
    """Whether the aggregation controller has still to write some rules."""
    filled = {role.metadata.name: set(role.rules) for role in expanded(roles)}
    return any(filled[role.metadata.name] != set(role.rules) for role in roles)


def together(servers: dict[int, list[Manifest]]) -> list[Manifest]:
    """The objects of several minors, each distinct one once, with its minors; aggregated rules left out."""
    found: dict[str, Manifest] = {}
    for minor in sorted(servers):
        for item in servers[minor]:
            own = {key: value for key, value in item.items() if key != "rules" or "aggregationRule" not in item}
            found.setdefault(json.dumps(own, sort_keys=True), {**own, "minors": []})["minors"].append(minor)
    return sorted(found.values(), key=_place)


def _place(item: Manifest) -> tuple[str, str, str, int]:
    return item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"], item["minors"][0]


def written(items: Iterable[Manifest]) -> str:
    """JSON with a line for every object and one for every rule, so that a difference shows what changed."""
    return "[\n" + ",\n".join(map(_lines, items)) + "\n]\n"


def _lines(item: Manifest) -> str:
    order = ("kind", "minors", "metadata", "aggregationRule", "roleRef", "subjects")
    head = json.dumps({key: item[key] for key in order if key in item})
    if "rules" not in item:
        return head
    return head[:-1] + ', "rules": [\n  ' + ",\n  ".join(json.dumps(rule) for rule in item["rules"]) + "\n]}"


def main() -> None:
    """Read every minor and write the file."""
    items = together({minor: read_fresh(minor) for minor in (*minors.VERSIONS, 37)})
    TARGET.write_text(written(items))
    print(f"{TARGET}: {len(items)} objects, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
