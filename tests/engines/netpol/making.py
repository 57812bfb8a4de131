"""Objects of a few words, for questions asked by hand."""

from typing import Any

from k8sready.objects.decoding import from_manifest
from k8sready.objects.pods import Pod

Manifest = dict[str, Any]
_API = {
    "NetworkPolicy": "networking.k8s.io/v1",
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "Ingress": "networking.k8s.io/v1",
    "Gateway": "gateway.networking.k8s.io/v1",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
}


def make(kind: str, name: str, namespace: str = "", spec: Manifest | None = None, **more: Any) -> Any:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **more.pop("metadata", {})}
    manifest = {"apiVersion": _API.get(kind, "v1"), "kind": kind, "metadata": metadata, "spec": spec or {}, **more}
    return from_manifest(manifest)[1]


def pod(name: str, namespace: str = "shop", *, ports: Any = (), ip: str = "", spec: Any = None, **labels: str) -> Pod:
    containers = [{"name": "c", "image": "i", "ports": list(ports)}]
    found = make(
        "Pod",
        name,
        namespace,
        {"containers": containers, **(spec or {})},
        metadata={"labels": labels},
        status={"podIP": ip} if ip else {},
    )
    assert isinstance(found, Pod)
    return found


def policy(name: str, spec: Manifest, namespace: str = "shop") -> Any:
    return make("NetworkPolicy", name, namespace, spec)
