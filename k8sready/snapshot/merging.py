"""Strategic merge, as kubectl and the API server do it: lists of named things merge by their key.

Source: apimachinery/pkg/util/strategicpatch and the patchMergeKey tags of the API types.
"""

from typing import Any

Manifest = dict[str, Any]

# Field → key by which its list merges; other lists are replaced whole (patchStrategy "merge" of the API types).
_MERGE_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "ports": ("containerPort", "port"),  # of a container; of a Service
    "imagePullSecrets": ("name",),
    "secrets": ("name",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "conditions": ("type",),
    "ownerReferences": ("uid",),
    "webhooks": ("name",),
    "matchConditions": ("name",),
}
_MERGED_SETS = frozenset({"finalizers"})  # lists of plain values that merge as sets
_DIRECTIVES = ("$patch", "$retainKeys", "$setElementOrder")


def strategic(original: Any, patch: Any) -> Any:
    """The original with the patch merged in; null deletes a field, `$patch` replaces or deletes. Neither is changed."""
    if not isinstance(original, dict) or not isinstance(patch, dict):
        return _clean(patch)
    if patch.get("$patch") == "replace":
        return _clean({key: value for key, value in patch.items() if key != "$patch"})
    if patch.get("$patch") == "delete":
        return {}
    merged = dict(original)
    if "$retainKeys" in patch:
        merged = {key: value for key, value in merged.items() if key in patch["$retainKeys"]}
    for field, value in patch.items():
        if field.startswith("$deleteFromPrimitiveList/"):
            name = field.partition("/")[2]
            merged[name] = [item for item in merged.get(name, []) if item not in value]
        elif field.startswith(_DIRECTIVES):
            continue
        elif value is None:
            merged.pop(field, None)
        elif field == "imagePullSecrets" and "containers" not in {**original, **patch}:
            merged[field] = _clean(value)  # a ServiceAccount's are replaced; those of a pod merge
        elif field in merged or not _directed(value):
            merged[field] = _field(field, merged.get(field), value)
    for field, order in patch.items():
        name = field.removeprefix("$setElementOrder/")
        if name != field and isinstance(merged.get(name), list | tuple):
            key = _key_of(name, [*merged[name], *order])
            merged[name] = _ordered(list(merged[name]), order, original.get(name) or [], key)
    return merged


def json_merge(original: Any, patch: Any) -> Any:
    """RFC 7386: maps merge, null deletes, everything else replaces (custom resources have no strategic merge)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(original) if isinstance(original, dict) else {}
    for field, value in patch.items():
        if value is None:
            merged.pop(field, None)
        else:
            merged[field] = json_merge(merged.get(field), value)
    return merged


def _field(field: str, original: Any, value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        old = list(original) if isinstance(original, (list, tuple)) else []
        if field in _MERGED_SETS:
            return _ordered(old + [item for item in value if item not in old], list(value), old, "")
        key = _key_of(field, [*old, *value])
        return _by_key(key, old, list(value)) if key else [_clean(item) for item in value]
    return strategic(original, value) if isinstance(original, dict) else _clean(value)


def _key_of(field: str, items: list[Any]) -> str:
    """The merge key of a list field, if its items carry one (`ports` of a NetworkPolicy have none)."""
    for key in _MERGE_KEYS.get(field, ()):
        named = [item for item in items if isinstance(item, dict) and set(item) != {"$patch"}]
        if named and all(key in item for item in named):
            return key
    return ""


def _by_key(key: str, original: list[Any], patches: list[Any]) -> list[Any]:
    """Items of the patch merge into those of the same key, new ones are added, in the order of the API server."""
    if any(set(item) == {"$patch"} and item["$patch"] == "replace" for item in patches):
        return [_clean(item) for item in patches if set(item) != {"$patch"}]
    by_key = {item[key]: item for item in patches}
    kept = []
    for item in original:
        patch = by_key.pop(item[key], None)
        if patch is None:
            kept.append(item)
        elif patch.get("$patch") != "delete":
            kept.append(strategic(item, patch))
    added = [_clean(item) for item in by_key.values() if not _directed(item)]
    return _ordered(kept + added, [item for item in patches if not _directed(item)], original, key)


def _ordered(merged: list[Any], order: list[Any], original: list[Any], key: str) -> list[Any]:
    """What the patch names in the patch's order, what it does not in the old one; in doubt the patch's come first.

    Source: normalizeElementOrder and mergeSortedSlice of strategicpatch.
    """
    wanted, before = ({_name(item, key): place for place, item in enumerate(items)} for items in (order, original))
    named = sorted((item for item in merged if _name(item, key) in wanted), key=lambda item: wanted[_name(item, key)])
    others = [item for item in merged if _name(item, key) not in wanted]
    result: list[Any] = []
    while named and others:
        first, other = _name(named[0], key), _name(others[0], key)
        earlier = first in before and other in before and before[other] < before[first]
        result.append((others if earlier else named).pop(0))
    return [*result, *others, *named]


def _name(item: Any, key: str) -> Any:
    return item[key] if key else item


def _clean(value: Any) -> Any:
    """A patch's value as a new field: nulls go, and so does every map with `$patch`, as in strategicpatch."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if item is not None and not str(key).startswith(_DIRECTIVES)}
        return {key: _clean(item) for key, item in kept.items() if not _directed(item)}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value if not _directed(item)]
    return value


def _directed(value: Any) -> bool:
    return isinstance(value, dict) and "$patch" in value
