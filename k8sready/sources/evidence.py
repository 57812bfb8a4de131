"""What the API server's metrics prove about encryption at rest; only the derived fact is kept."""

import re
from typing import Any

_WRITES = re.compile(
    rb"apiserver_storage_transformation_operations_total\{(?P<labels>[^}]*)\}"
    rb" (?P<count>[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)(?=[ \n]|\Z)"
)
_LABEL = re.compile(rb'(\w+)="((?:[^"\\]|\\.)*)"')


def encryption_fact(fetch: Any) -> str:
    """The provider that writes of Secrets go through ("k8s:enc:kms:v2"), "identity", or "" where nothing tells.

    No series means no configuration or no write since the server's start, so it tells nothing.
    """
    answer = fetch("/metrics", accept="text/plain")
    if answer.status != 200:
        return ""
    providers = set()
    for match in _WRITES.finditer(answer.body):
        labels = {name.decode(): value.decode(errors="replace") for name, value in _LABEL.findall(match["labels"])}
        written = labels.get("transformation_type") == "to_storage" and labels.get("resource", "secrets") == "secrets"
        if written and float(match["count"]) > 0:
            providers.add(":".join(labels.get("transformer_prefix", "").split(":")[:4]).rstrip(":") or "identity")
    if "identity" in providers:
        return "identity"
    return min(providers, default="")
