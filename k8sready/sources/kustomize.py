"""Kustomizations: files that say how others are changed before they are applied, which is not done here."""

import posixpath
import re
from pathlib import PurePath
from typing import Any

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_HARMLESS = frozenset(("apiVersion", "kind", "metadata", "resources"))
# URLs and what kustomize takes for a repository: git@host:…, github.com/…, a path with // or ?ref= within it.
_FETCHED = re.compile(r"//|[?&](?:ref|version)=|^git@|^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)[/:]")


def is_one(where: str) -> bool:
    """Whether a file is a kustomization: its name decides, as it does for kustomize."""
    return PurePath(where).name in _NAMES


def changes(content: Any, where: str) -> str:
    """What it would change of the manifests beside it; empty where it only lists them. `where` is its path."""
    if not isinstance(content, dict):
        return "not a kustomization"
    resources = content.get("resources") or []
    fields = sorted(str(name) for name in content if name not in _HARMLESS)
    far = isinstance(resources, list) and any(_is_far(str(item), PurePath(where).as_posix()) for item in resources)
    if not fields and not far:
        return ""
    told = ", ".join([*fields, *(["resources from elsewhere"] if far else [])])
    return f"{told:.200} not applied; render it first: kubectl kustomize FOLDER > all.yaml"


def _is_far(resource: str, where: str) -> bool:
    """Whether a resource is fetched, or lies outside of the folder that was opened."""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(where), resource))
    return _FETCHED.search(resource) is not None or place.startswith(("../", "/")) or place == ".."
