"""Remedies as people apply them: YAML, and the kubectl line that takes it."""

import shlex
from collections.abc import Sequence
from typing import Any

import yaml

from .legible import legible
from .objects.kinds import kind_of

Manifest = dict[str, Any]
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def as_yaml(manifests: Sequence[Manifest]) -> str:
    """The manifests as YAML documents, in the order they are to be applied."""
    return "---\n".join(yaml.dump(item, Dumper=_Dumper, sort_keys=False, allow_unicode=False) for item in manifests)


def is_patch(manifest: Manifest) -> bool:
    """Whether the manifest changes an object that exists: it has only some of what its kind requires."""
    template = (manifest.get("spec") or {}).get("template") or (manifest.get("spec") or {}).get("jobTemplate")
    return template is not None and "selector" not in manifest.get("spec", {})


def command(manifest: Manifest) -> str:
    """The kubectl line for one manifest; it reads the YAML from standard input or a file named as said."""
    metadata = manifest.get("metadata", {})
    where = ["-n", str(metadata["namespace"])] if metadata.get("namespace") else []
    if not is_patch(manifest):
        return "kubectl apply -f remedy.yaml"
    kind = kind_of(str(manifest.get("apiVersion", "")), str(manifest.get("kind", "")))
    merge = "merge" if kind is None or kind.custom else "strategic"
    parts = ["kubectl", "patch", str(manifest["kind"]).lower(), str(metadata.get("name", "")), *where]
    return f"{legible(shlex.join(parts))} --type {merge} --patch-file remedy.yaml"
