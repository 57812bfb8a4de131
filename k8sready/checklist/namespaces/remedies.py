"""What heals findings about namespaces."""

from ...checks import Manifest, Row

_OBJECTS = {"pods": "200", "services": "100", "persistentvolumeclaims": "100", "count/jobs.batch": "200"}
_REQUESTS = {"cpu": "50m", "memory": "64Mi"}


def add_quota(row: Row) -> list[Manifest]:
    """A quota on numbers of objects, wide enough to break nothing that runs; CPU and memory need known numbers."""
    pods = max(200, 2 * int(row.get("pods") or 0))
    spec = {"hard": {**_OBJECTS, "pods": str(pods)}}
    return [{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": _named(row, "object-counts"), "spec": spec}]


def add_limit_range(row: Row) -> list[Manifest]:
    """Default requests where containers lack them and no LimitRange has any; it affects pods created after it.

    Of two defaults for one resource either may be taken, and one that is below a minimum refuses every pod.
    """
    lacking = str(row["lacking"]).split(", ")
    spec = {"limits": [{"type": "Container", "defaultRequest": {name: _REQUESTS[name] for name in lacking}}]}
    named = _named(row, "-".join(("default", *lacking, "requests")))
    return [{"apiVersion": "v1", "kind": "LimitRange", "metadata": named, "spec": spec}]


def add_fences(row: Row) -> list[Manifest]:
    """The missing fences: default-deny with traffic inside the namespace allowed, a quota, baseline enforced."""
    manifests: list[Manifest] = []
    if row.get("default_deny") != "yes":
        manifests += [
            _policy(row, "default-deny-ingress", []),
            _policy(row, "allow-within-namespace", [{"from": [{"podSelector": {}}]}]),
        ]
    if row.get("quota") != "yes":
        manifests += add_quota(row)
    if row.get("pod_security") not in ("baseline", "restricted"):
        labels = {"pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/warn": "restricted"}
        manifests.append(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": str(row["name"]), "labels": labels}}
        )
    return manifests


def _policy(row: Row, name: str, ingress: list[object]) -> Manifest:
    spec: dict[str, object] = {"podSelector": {}, "policyTypes": ["Ingress"]}
    if ingress:
        spec["ingress"] = ingress
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": _named(row, name), "spec": spec}


def _named(row: Row, name: str) -> dict[str, str]:
    return {"name": name, "namespace": str(row["name"])}
