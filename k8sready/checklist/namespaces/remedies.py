"""What heals findings about namespaces."""

from ...checks import Manifest, Row

_REQUESTS = {"cpu": "50m", "memory": "64Mi"}
_PODS_AT_LEAST = 200


def add_quota(row: Row) -> list[Manifest]:
    """A quota on pods, wide enough to stop nothing; the number of other objects, and what they use, is not known."""
    pods = max(_PODS_AT_LEAST, 2 * max(int(row.get(name) or 0) for name in ("pods", "wanted_pods")))
    spec = {"hard": {"pods": str(pods)}}
    return [{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": _named(row, "pods"), "spec": spec}]


def add_limit_range(row: Row) -> list[Manifest]:
    """Default requests where containers lack them and no LimitRange has any; it affects pods created after it.

    Of two defaults for one resource either may be taken, and one that is below a minimum refuses every pod.
    """
    lacking = str(row["lacking"]).split(", ")
    spec = {"limits": [{"type": "Container", "defaultRequest": {name: _REQUESTS[name] for name in lacking}}]}
    named = _named(row, "-".join(("default", *lacking, "requests")))
    return [{"apiVersion": "v1", "kind": "LimitRange", "metadata": named, "spec": spec}]


def add_fences(row: Row) -> list[Manifest]:
    """The missing fences: default-deny with traffic inside the namespace allowed, a quota, baseline enforced.

    None where pods run that baseline would refuse: their next restart would fail.
    """
    enforced = row.get("pod_security") in ("baseline", "restricted")
    if not enforced and row.get("meets_baseline") is False:
        return []
    manifests: list[Manifest] = []
    if row.get("default_deny") != "yes":
        manifests += [
            _policy(row, "default-deny-ingress", []),
            _policy(row, "allow-within-namespace", [{"from": [{"podSelector": {}}]}]),
        ]
    if row.get("quota") != "yes":
        manifests += add_quota(row)
    if not enforced:
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
