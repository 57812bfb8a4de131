"""Kubeconfigs as the tests write them."""

from typing import Any


def kubeconfig(server: str, token: str = "s3cr3t-token", name: str = "test", **cluster: str) -> dict[str, Any]:
    """One cluster, one user and one context of one name; `cluster` are further fields of the cluster."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": server, **cluster}}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }
