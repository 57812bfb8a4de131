"""What if: a snapshot with objects or patches applied, as kubectl would; nothing leaves memory."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from ..objects.core import Namespace
from ..objects.decoding import from_dict, to_manifest
from ..objects.kinds import Kind, kind_of
from ..objects.meta import ObjectMeta, Resource
from ..objects.pods import Pod, PodTemplateSpec
from ..objects.redaction import Annotations
from .merging import Manifest, json_merge, strategic

_REPLACED = {"PodDisruptionBudget": "selector"}  # of a spec, the map that a patch replaces (patchStrategy "replace")
_Key = tuple[str, str]  # namespace, name
Objects = Mapping[str, tuple[Resource, ...]]  # by GroupResource


def applied(objects: Objects, manifests: Iterable[Mapping[str, Any]], now: datetime) -> Objects:
    """The objects of every kind that `Snapshot.apply` changes; what is new was created at `now`."""
    changes = _Changes(objects, now)
    for manifest in manifests:
        changes.apply(dict(manifest))
    return changes.kinds()


class _Changes:
    """Kinds are opened as they are changed; the others stay as they are."""

    def __init__(self, objects: Objects, now: datetime) -> None:
        self._objects, self._now = objects, now
        self._open: dict[str, dict[_Key, Resource]] = {}

    def kinds(self) -> Objects:
        """The kinds that were opened, each sorted."""
        return {key: tuple(items[place] for place in sorted(items)) for key, items in self._open.items()}

    def apply(self, manifest: Manifest) -> None:
        """Merge the manifest into its object, add it, or delete its object.

        Raises:
            LookupError: its kind is not one that is read, or it has no name.
            msgspec.ValidationError: the result is not an object of its kind.
        """
        kind = kind_of(str(manifest.get("apiVersion", "")), str(manifest.get("kind", "")))
        if kind is None:
            raise LookupError(f"{manifest.get('apiVersion')} {manifest.get('kind')} is not a kind that is read")
        items = self._opened(kind.key)
        metadata = manifest.get("metadata")
        if not isinstance(metadata, dict) or not metadata.get("name"):
            raise LookupError(f"a {kind.name} without a name; give metadata.name")
        place = ((metadata.get("namespace") or "default") if kind.namespaced else "", str(metadata.get("name", "")))
        if manifest.get("$patch") == "delete":
            gone = items.pop(place, None)
            if gone is not None:
                self._collect(gone)
            return
        before = items.get(place)
        items[place] = after = _merged(kind, before, manifest, place, self._now)
        if before is not None:
            self._carry(before, after)

    def _opened(self, key: str) -> dict[_Key, Resource]:
        if key not in self._open:
            self._open[key] = {_place(item): item for item in self._objects.get(key, ())}
        return self._open[key]

    def _carry(self, before: Resource, after: Resource) -> None:
        """Re-make the pods a workload owns (through ReplicaSets and Jobs too) from its changed template."""
        old, new = _template(before), _template(after)
        if old is None or new is None or old == new:
            return
        owned = {before.metadata.uid}
        for key in ("replicasets.apps", "jobs.batch"):
            items = self._opened(key)
            for place, item in list(items.items()):
                if _owned(item, owned):
                    owned.add(item.metadata.uid)
                    items[place] = _with_template(item, old, new)
        pods = self._opened("pods")
        for place, pod in list(pods.items()):
            if isinstance(pod, Pod) and _owned(pod, owned):
                pods[place] = msgspec.structs.replace(pod, metadata=_marked(pod.metadata, old, new), spec=new.spec)

    def _collect(self, gone: Resource) -> None:
        """Take away what a deleted object owned, and what those did; all that was in it, if it was a namespace."""
        uids, inside = {gone.metadata.uid} - {""}, gone.metadata.name if isinstance(gone, Namespace) else None
        while True:
            lost = [item for key in self._objects for item in self._lost(key, uids, inside)]
            if not lost:
                return
            for key, place, uid in lost:
                del self._opened(key)[place]
                uids |= {uid} - {""}

    def _lost(self, key: str, uids: set[str], inside: str | None) -> Iterator[tuple[str, _Key, str]]:
        """Objects of a kind in that namespace, or none of whose owners is left."""
        for item in self._open[key].values() if key in self._open else self._objects[key]:
            owners = item.metadata.owner_references
            if item.metadata.namespace == inside or (owners and all(owner.uid in uids for owner in owners)):
                yield key, _place(item), item.metadata.uid


def _place(item: Resource) -> _Key:
    return (item.metadata.namespace, item.metadata.name)


def _merged(kind: Kind, before: Resource | None, manifest: Manifest, place: _Key, now: datetime) -> Resource:
    if before is None:
        fresh = strategic({}, manifest)
        own = {"name": place[1], "creationTimestamp": now, **({"namespace": place[0]} if place[0] else {})}
        fresh["metadata"] = {**fresh.get("metadata", {}), **own}
        return from_dict(kind, fresh)
    original, merge = to_manifest(kind, before), json_merge if kind.custom else strategic
    try:
        if _REPLACED.get(kind.name, "") in (manifest.get("spec") or {}):
            original.get("spec", {}).pop(_REPLACED[kind.name], None)
        merged = merge(original, manifest)
    except (AttributeError, KeyError, TypeError):  # text or a number in the place of a map or a list
        raise msgspec.ValidationError(f"{kind.name} {place[1]}: the manifest has another form than its kind") from None
    return from_dict(kind, merged)


def _template(item: Any) -> PodTemplateSpec | None:
    spec: Any = getattr(item, "spec", None)
    if hasattr(spec, "job_template"):
        spec = spec.job_template.spec
    template = getattr(spec, "template", None)
    return template if isinstance(template, PodTemplateSpec) else None


def _owned(item: Resource, uids: set[str]) -> bool:
    return any(owner.controller and owner.uid in uids for owner in item.metadata.owner_references)


def _with_template(item: Any, old: PodTemplateSpec, new: PodTemplateSpec) -> Resource:
    template = item.spec.template
    changed = msgspec.structs.replace(template, metadata=_marked(template.metadata, old, new), spec=new.spec)
    remade: Resource = msgspec.structs.replace(item, spec=msgspec.structs.replace(item.spec, template=changed))
    return remade


def _marked(metadata: ObjectMeta, old: PodTemplateSpec, new: PodTemplateSpec) -> ObjectMeta:
    """With the labels and annotations of the new template; what others set, such as pod-template-hash, stays."""
    before, after = old.metadata, new.metadata
    labels = {name: value for name, value in metadata.labels.items() if name not in before.labels}
    notes = {name: value for name, value in metadata.annotations.items() if name not in before.annotations}
    return msgspec.structs.replace(
        metadata, labels=labels | after.labels, annotations=Annotations(notes | after.annotations)
    )
