"""What if: a snapshot with objects or patches applied, as kubectl would; nothing leaves memory."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from ..objects.base import Object
from ..objects.core import Namespace
from ..objects.decoding import from_dict, to_manifest
from ..objects.kinds import Kind, kind_of
from ..objects.meta import ObjectMeta
from ..objects.pods import Pod, PodTemplateSpec
from ..objects.redaction import Annotations
from .merging import Manifest, json_merge, strategic
from .value import Snapshot

_REPLACED = {"PodDisruptionBudget": "selector"}  # of a spec, the map that a patch replaces (patchStrategy "replace")
_Key = tuple[str, str]  # namespace, name


def applied(snapshot: Snapshot, manifests: Iterable[Manifest]) -> Snapshot:
    """`Snapshot.apply`."""
    changed: dict[str, dict[_Key, Object]] = {}
    for manifest in manifests:
        _apply_one(snapshot, changed, manifest)
    objects = dict(snapshot.objects)
    for key, items in changed.items():
        objects[key] = tuple(items[place] for place in sorted(items))
    coverage = {
        key: replace(covered, count=len(objects.get(key, ()))) if key in changed else covered
        for key, covered in snapshot.coverage.items()
    }
    return replace(snapshot, objects=MappingProxyType(objects), coverage=MappingProxyType(coverage))


def _apply_one(snapshot: Snapshot, changed: dict[str, dict[_Key, Object]], manifest: Manifest) -> None:
    kind = kind_of(str(manifest.get("apiVersion", "")), str(manifest.get("kind", "")))
    if kind is None:
        raise LookupError(f"{manifest.get('apiVersion')} {manifest.get('kind')} is not a kind that is read")
    items = _opened(snapshot, changed, kind.key)
    metadata = manifest.get("metadata") or {}
    place = ((metadata.get("namespace") or "default") if kind.namespaced else "", str(metadata.get("name", "")))
    if manifest.get("$patch") == "delete":
        gone = items.pop(place, None)
        if gone is not None:
            _collect(snapshot, changed, gone)
        return
    before = items.get(place)
    after = _merged(kind, before, manifest, place, snapshot.identity.captured_at)
    items[place] = after
    if before is not None:
        _carry(snapshot, changed, before, after)


def _opened(snapshot: Snapshot, changed: dict[str, dict[_Key, Object]], key: str) -> dict[_Key, Object]:
    if key not in changed:
        changed[key] = {_place(item): item for item in snapshot.objects.get(key, ())}
    return changed[key]


def _place(item: Any) -> _Key:
    return (item.metadata.namespace, item.metadata.name)


def _merged(kind: Kind, before: Object | None, manifest: Manifest, place: _Key, now: datetime) -> Object:
    if before is None:
        fresh = strategic({}, manifest)
        own = {"name": place[1], "creationTimestamp": now, **({"namespace": place[0]} if place[0] else {})}
        fresh["metadata"] = {**fresh.get("metadata", {}), **own}
        return from_dict(kind, fresh)
    original, merge = to_manifest(kind, before), json_merge if kind.custom else strategic
    if _REPLACED.get(kind.name) in (manifest.get("spec") or ()):
        original.get("spec", {}).pop(_REPLACED[kind.name], None)
    return from_dict(kind, merge(original, manifest))


def _template(item: Any) -> PodTemplateSpec | None:
    spec = getattr(item, "spec", None)
    if hasattr(spec, "job_template"):
        spec = spec.job_template.spec  # type: ignore[union-attr]
    template = getattr(spec, "template", None)
    return template if isinstance(template, PodTemplateSpec) else None


def _carry(snapshot: Snapshot, changed: dict[str, dict[_Key, Object]], before: Object, after: Object) -> None:
    """Re-make the pods a workload owns (through ReplicaSets and Jobs too) from its changed template."""
    old, new = _template(before), _template(after)
    if old is None or new is None or old == new:
        return
    owned = {getattr(before, "metadata").uid}  # noqa: B009  every kind with a template has metadata
    for key in ("replicasets.apps", "jobs.batch"):
        items = _opened(snapshot, changed, key)
        for place, item in list(items.items()):
            if _owned(item, owned):
                owned.add(item.metadata.uid)  # type: ignore[attr-defined]
                items[place] = _with_template(item, old, new)
    pods = _opened(snapshot, changed, "pods")
    for place, pod in list(pods.items()):
        if isinstance(pod, Pod) and _owned(pod, owned):
            pods[place] = msgspec.structs.replace(pod, metadata=_marked(pod.metadata, old, new), spec=new.spec)


def _owned(item: Any, uids: set[str]) -> bool:
    return any(owner.controller and owner.uid in uids for owner in item.metadata.owner_references)


def _with_template(item: Object, old: PodTemplateSpec, new: PodTemplateSpec) -> Object:
    spec = item.spec  # type: ignore[attr-defined]
    metadata = _marked(spec.template.metadata, old, new)
    changed = msgspec.structs.replace(spec.template, metadata=metadata, spec=new.spec)
    return msgspec.structs.replace(item, spec=msgspec.structs.replace(spec, template=changed))


def _marked(metadata: ObjectMeta, old: PodTemplateSpec, new: PodTemplateSpec) -> ObjectMeta:
    """With the labels and annotations of the new template; what others set, such as pod-template-hash, stays."""
    before, after = old.metadata, new.metadata
    labels = {name: value for name, value in metadata.labels.items() if name not in before.labels}
    notes = {name: value for name, value in metadata.annotations.items() if name not in before.annotations}
    return msgspec.structs.replace(
        metadata, labels=labels | after.labels, annotations=Annotations(notes | after.annotations)
    )


def _collect(snapshot: Snapshot, changed: dict[str, dict[_Key, Object]], gone: Any) -> None:
    """Take away what a deleted object owned, and what those did; all that was in it, if it was a namespace."""
    uids, inside = {gone.metadata.uid} - {""}, gone.metadata.name if isinstance(gone, Namespace) else None
    while True:
        lost = [item for key in snapshot.objects for item in _lost(snapshot, changed, key, uids, inside)]
        if not lost:
            return
        for key, place, uid in lost:
            del _opened(snapshot, changed, key)[place]
            uids |= {uid} - {""}


def _lost(
    snapshot: Snapshot, changed: dict[str, dict[_Key, Object]], key: str, uids: set[str], inside: str | None
) -> Iterator[tuple[str, _Key, str]]:
    """Objects of a kind in that namespace, or none of whose owners is left."""
    for item in changed[key].values() if key in changed else snapshot.objects[key]:
        metadata = item.metadata  # type: ignore[attr-defined]
        owners = metadata.owner_references
        if metadata.namespace == inside or (owners and all(owner.uid in uids for owner in owners)):
            yield key, _place(item), metadata.uid
