"""Fixture clusters: a YAML file of objects as an API server would return them, read as a fully covered snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from k8sready.objects.decoding import from_manifest
from k8sready.objects.kinds import KINDS
from k8sready.objects.meta import Resource
from k8sready.snapshot import Coverage, Identity, Origin, Reading, ServedResource, Snapshot

HERE = Path(__file__).parent
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=timezone.utc)


def cluster(objects: Iterable[dict[str, Any]] = ()) -> Snapshot:
    """A snapshot of a live cluster that holds exactly these objects; every kind was read completely."""
    by_key: dict[str, list[Resource]] = defaultdict(list)
    for manifest in objects:
        kind, item = from_manifest(manifest)
        by_key[kind.key].append(item)
    identity = Identity(
        Origin.CLUSTER, NOW, uid="0000-fixture", server="https://fixture", version="v1.37.2", name="fixture"
    )
    return Snapshot(
        identity,
        {key: tuple(sorted(items, key=_place)) for key, items in by_key.items()},
        {kind.key: Coverage(kind.key, Reading.COMPLETE, len(by_key[kind.key])) for kind in KINDS},
        tuple(
            ServedResource(kind.group, kind.version, kind.resource, kind.name, kind.namespaced, ("list",))
            for kind in KINDS
        ),
    )


def _place(item: Any) -> tuple[str, str]:
    return (item.metadata.namespace, item.metadata.name)


def manifests(section: str, check: str, name: str) -> list[dict[str, Any]]:
    """The objects of `tests/checklist/<section>/<check>/<name>.yaml`."""
    path = HERE / section / check / f"{name}.yaml"
    return [document for document in yaml.load_all(path.read_text(encoding="utf-8"), _Loader) if document]


@cache
def fixture_cluster(section: str, check: str, name: str) -> Snapshot:
    """The cluster of such a file."""
    return cluster(manifests(section, check, name))


def without(snapshot: Snapshot, keys: Sequence[str], reading: Reading) -> Snapshot:
    """The same cluster when these kinds cannot be read."""
    coverage = {**snapshot.coverage, **{key: Coverage(key, reading, reason="test") for key in keys}}
    objects = {key: items for key, items in snapshot.objects.items() if key not in keys}
    return replace(snapshot, objects=objects, coverage=coverage)
