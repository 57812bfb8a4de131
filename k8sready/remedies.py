"""Remedies as people apply them: YAML, and the kubectl lines that take it."""

import shlex
from collections.abc import Sequence
from typing import Any

import yaml

from .legible import legible
from .objects.kinds import kind_of
from .sources.yaml_loader import Dumper

Manifest = dict[str, Any]


def as_yaml(manifests: Sequence[Manifest]) -> str:
    """The manifests as YAML documents, in the order they are to be applied; where they need several files, named."""
    files = _files(manifests)
    named = len(files) > 1
    parts = [(f"# {name}\n" if named else "") + _documents(group) for name, group in files.items()]
    return "---\n".join(parts)


def commands(manifests: Sequence[Manifest]) -> list[str]:
    """The kubectl lines, in order, for the files that `as_yaml` names; a single file is called remedy.yaml."""
    return [_command(group[0], name) for name, group in _files(manifests).items()]


def is_patch(manifest: Manifest) -> bool:
    """Whether the manifest changes an object that exists: it has only some of what its kind requires.

    A Namespace is patched too: to apply one with a few labels would take away others that were applied before.
    """
    template = (manifest.get("spec") or {}).get("template") or (manifest.get("spec") or {}).get("jobTemplate")
    partly = template is not None and "selector" not in manifest.get("spec", {})
    return partly or manifest.get("kind") == "Namespace"


def _files(manifests: Sequence[Manifest]) -> dict[str, list[Manifest]]:
    """By file name: kubectl applies several objects of one file, but takes one patch from a file."""
    groups: list[list[Manifest]] = []
    for manifest in manifests:
        if groups and not is_patch(manifest) and not is_patch(groups[-1][0]):
            groups[-1].append(manifest)
        else:
            groups.append([manifest])
    if len(groups) == 1:
        return {"remedy.yaml": groups[0]}
    return {f"remedy-{number}.yaml": group for number, group in enumerate(groups, 1)}


def _documents(manifests: Sequence[Manifest]) -> str:
    return "---\n".join(yaml.dump(item, Dumper=Dumper, sort_keys=False, allow_unicode=False) for item in manifests)


def _command(manifest: Manifest, file: str) -> str:
    if not is_patch(manifest):
        return f"kubectl apply -f {file}"
    metadata = manifest.get("metadata", {})
    where = ["-n", str(metadata["namespace"])] if metadata.get("namespace") else []
    kind = kind_of(str(manifest.get("apiVersion", "")), str(manifest.get("kind", "")))
    merge = "merge" if kind is None or kind.custom else "strategic"
    # One word: a name like --server=https://attacker.example would be taken for an option otherwise.
    target = f"{str(manifest['kind']).lower()}/{metadata.get('name', '')}"
    parts = ["kubectl", "patch", target, *where]
    # PowerShell takes other letters for quotation marks too, and no such name is one of an object in a cluster.
    words = legible(shlex.join(parts)).encode("ascii", "backslashreplace").decode()
    return f"{words} --type {merge} --patch-file {file}"
