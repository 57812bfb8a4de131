"""What the checklist reads, derived from its tables: kinds to collect, and the least-privilege ClusterRole."""

from collections import defaultdict
from typing import Any

from .objects.kinds import BY_KEY, Kind
from .tables import TABLES

NAME = "k8sready-reader"
ON_REQUEST = ("secrets", "configmaps")  # read only when asked for, as server-side tables without values


def kinds() -> tuple[Kind, ...]:
    """The kinds that any table reads, in reading order."""
    keys = {key for table in TABLES.values() for key in table.every_read}
    return tuple(kind for key, kind in BY_KEY.items() if key in keys)


def cluster_role(*, secrets: bool = False) -> dict[str, Any]:
    """The ClusterRole that lets a ServiceAccount read all of it: get and list only, every resource named.

    `secrets` adds list on secrets and configmaps. RBAC has no verb for metadata alone, so that rule permits values;
    only this client's requests (tables without objects) keep them away.
    """
    resources: dict[str, list[str]] = defaultdict(list)
    for kind in kinds():
        if kind.key not in ON_REQUEST:
            resources[kind.group].append(kind.resource)
    rules: list[dict[str, Any]] = [
        {"apiGroups": [group], "resources": sorted(names), "verbs": ["get", "list"]}
        for group, names in sorted(resources.items())
    ]
    if secrets:
        rules.append({"apiGroups": [""], "resources": sorted(ON_REQUEST), "verbs": ["list"]})
    rules.append({"nonResourceURLs": ["/metrics"], "verbs": ["get"]})
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": NAME},
        "rules": rules,
    }
