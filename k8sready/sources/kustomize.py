"""Kustomizations: files that say how others are changed before they are applied, which is not done here."""

from pathlib import PurePath
from typing import Any

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_HARMLESS = frozenset(("apiVersion", "kind", "metadata", "resources"))


def is_one(where: str) -> bool:
    """Whether a file is a kustomization: its name decides, as it does for kustomize."""
    return PurePath(where).name in _NAMES


def changes(content: Any) -> str:
    """What it would change of the manifests beside it; empty where it only lists them."""
    if not isinstance(content, dict):
        return "not a kustomization"
    resources = content.get("resources") or []
    fields = sorted(str(name) for name in content if name not in _HARMLESS)
    far = isinstance(resources, list) and any("://" in str(item) for item in resources)
    if not fields and not far:
        return ""
    told = ", ".join([*fields, *(["resources from elsewhere"] if far else [])])
    return f"{told:.200} not applied; render it first: kubectl kustomize FOLDER > all.yaml"
