"""Small roles and bindings for tests, from short words."""

from typing import Any, cast

from k8sready.engines.rbac import Rbac
from k8sready.objects.decoding import from_manifest
from k8sready.objects.rbac import Role, RoleBinding

API = "rbac.authorization.k8s.io"


def rule(verbs: str, resources: str = "", groups: str = "", names: str = "", urls: str = "") -> dict[str, Any]:
    """A rule; lists are comma-separated."""
    if urls:
        return {"verbs": verbs.split(","), "nonResourceURLs": urls.split(",")}
    made = {"verbs": verbs.split(","), "apiGroups": groups.split(","), "resources": resources.split(",")}
    return made | ({"resourceNames": names.split(",")} if names else {})


def role(name: str, *rules: dict[str, Any], namespace: str = "", **more: Any) -> Role:
    metadata = {"name": name, "namespace": namespace, "labels": more.pop("labels", {})}
    kind = "Role" if namespace else "ClusterRole"
    manifest = {"apiVersion": f"{API}/v1", "kind": kind, "metadata": metadata, "rules": list(rules), **more}
    return cast("Role", from_manifest(manifest)[1])


def binding(name: str, target: str, *subjects: str, namespace: str = "", kind: str = "ClusterRole") -> RoleBinding:
    """Subjects as `User:ann`, `Group:dev`, `ServiceAccount:shop/ci`."""
    reference = {"apiGroup": API, "kind": kind, "name": target}
    made = [_subject(text) for text in subjects]
    own = "RoleBinding" if namespace else "ClusterRoleBinding"
    metadata = {"name": name, "namespace": namespace}
    manifest = {"apiVersion": f"{API}/v1", "kind": own, "metadata": metadata, "subjects": made, "roleRef": reference}
    return cast("RoleBinding", from_manifest(manifest)[1])


def _subject(text: str) -> dict[str, str]:
    kind, _, name = text.partition(":")
    space, slash, short = name.rpartition("/")
    return {"kind": kind, "name": short, "namespace": space} if slash else {"kind": kind, "name": name}


def rbac(*objects: Role | RoleBinding, aggregate: bool = False) -> Rbac:
    roles = [item for item in objects if isinstance(item, Role)]
    bindings = [item for item in objects if isinstance(item, RoleBinding)]
    return Rbac(
        [item for item in roles if item.metadata.namespace],
        [item for item in roles if not item.metadata.namespace],
        [item for item in bindings if item.metadata.namespace],
        [item for item in bindings if not item.metadata.namespace],
        aggregate=aggregate,
    )
