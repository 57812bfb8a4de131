"""Documents into objects by kind; what does not fit is noted at its kind, or for all where its kind cannot be told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ..objects.decoding import from_dict
from ..objects.kinds import KINDS, Kind, kind_of
from ..objects.meta import Resource
from . import kustomize
from .defaults import defaulted, template
from .parsing import Document
from .pod_defaults import members

TEMPLATED = frozenset(
    (
        *("deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps"),
        *("replicationcontrollers", "jobs.batch", "cronjobs.batch"),
    )
)
_BY_NAME = {kind.name.lower(): kind for kind in KINDS if not kind.custom}
# Groups that no API server has served these kinds from for years; manifests of them cannot be applied any more.
_FORMER_GROUP = "extensions"
_FORMER = frozenset((("networking.k8s.io/v1beta1", "Ingress"),))  # with other fields than those of today
_NAMED_AT_RUN = ("jobs.batch", "pods")  # may have a new name each time; nothing refers to them by it


class Gathered:
    """Objects and problems of all documents."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[tuple[str, str], Resource]] = defaultdict(dict)
        self.broken: dict[str, list[str]] = defaultdict(list)
        self.problems: list[str] = []
        self.from_server = False
        self.dump_kinds: set[str] = set()
        self.clusters: set[str] = set()  # by the uid of kube-system
        self.others: Counter[str] = Counter()  # kinds that are not read
        self._pages: dict[str, list[tuple[bool, int, int]]] = defaultdict(list)  # goes on?, items, items that follow

    def page(self, kind: Kind, content: dict[str, Any]) -> None:
        """Note a list that the server sent: of pages the last has to be there, and as many items as were promised."""
        self.from_server = True
        self.dump_kinds.add(kind.key)
        metadata = content.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        left = metadata.get("remainingItemCount")
        items = len(content.get("items") or ())
        self._pages[kind.key].append((bool(metadata.get("continue")), items, left if isinstance(left, int) else 0))

    def settle(self) -> None:
        """Tell of lists that lack pages."""
        for key, pages in self._pages.items():
            promised = max(items + left for _, items, left in pages)
            if all(goes_on for goes_on, _, _ in pages) or sum(items for _, items, _ in pages) < promised:
                self.broken[key].append("pages of the list are missing; ask without a limit, or keep every page")


def take(gathered: Gathered, document: Document) -> None:
    """Note a document's objects, or why there are none."""
    if document.problem:
        gathered.problems.append(f"{document.where}: {document.problem}")
        return
    if kustomize.is_one(document.where):
        changes = kustomize.changes(document.content, document.where)
        gathered.problems += [f"{document.where}: {changes}"] if changes else []
        gathered.others["Kustomization"] += 1
        return
    contents = document.content if isinstance(document.content, list) else [document.content]
    for manifest in _items(gathered, contents, document.where, listed=False):
        _take_one(gathered, manifest, document.where)
        kind = kind_of(manifest["apiVersion"], manifest["kind"]) if document.doubt else None
        if kind:
            gathered.broken[kind.key].append(f"{document.where}: {document.doubt}")


def _items(gathered: Gathered, contents: Iterable[Any], where: str, *, listed: bool) -> Iterator[dict[str, Any]]:
    """Objects, those of Lists taken out; an item of a typed list (PodList) gets its kind from the list."""
    waiting: list[tuple[Any, bool]] = [(content, listed) for content in contents]
    waiting.reverse()
    while waiting:
        content, within = waiting.pop()
        name = content.get("kind") if isinstance(content, dict) else None
        if not isinstance(name, str) or not isinstance(content.get("apiVersion"), str):
            if within or _meant_as_object(content):
                gathered.problems.append(f"{where}: an object without apiVersion or kind")
        elif name.endswith("List") and isinstance(content.get("items", []), list | None):
            waiting += [(item, True) for item in reversed(_listed(gathered, content, name.removesuffix("List")))]
        elif name.endswith("List") and (kind := kind_of(content["apiVersion"], name.removesuffix("List"))):
            gathered.broken[kind.key].append(f"{where}: a {name} whose items are no list")
        else:
            yield content


def _meant_as_object(content: Any) -> bool:
    """Charts and values have an apiVersion or a kind too, but no metadata."""
    named = isinstance(content, dict) and "metadata" in content
    return named and bool({"apiVersion", "kind"} & set(content))


def _listed(gathered: Gathered, content: dict[str, Any], own: str) -> list[Any]:
    kind = kind_of(content["apiVersion"], own) if own else None
    if kind:
        gathered.page(kind, content)
    typed = {"apiVersion": content["apiVersion"], "kind": own} if own else {}
    return [{**typed, **item} if isinstance(item, dict) else item for item in content.get("items") or ()]


def _take_one(gathered: Gathered, manifest: dict[str, Any], where: str) -> None:
    api_version, name = manifest["apiVersion"], manifest["kind"]
    kind = kind_of(api_version, name)
    if kind and (api_version, name) not in _FORMER:
        _take_object(gathered, kind, manifest, where)
        return
    gathered.others[name] += 1
    meant = _BY_NAME.get(name.lower())
    if meant and (kind_of(api_version, meant.name) or api_version.startswith(f"{_FORMER_GROUP}/")):
        gathered.broken[meant.key].append(f"{where}: no API server serves {api_version:.80} {name:.80}")


def _take_object(gathered: Gathered, kind: Kind, manifest: dict[str, Any], where: str) -> None:
    manifest = _with_name(gathered, kind, manifest)
    metadata = manifest.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(name, str) or not name:
        generated = isinstance(metadata, dict) and metadata.get("generateName")
        why = "whose name the API server makes up; give it one" if generated else "without a name that is text"
        gathered.broken[kind.key].append(f"{where}: a {kind.name} {why}")
        return
    known = isinstance(metadata, dict) and bool(metadata.get("uid"))
    problem = "" if known else _unfinished(kind, manifest, name)
    try:
        item: Any = from_dict(kind, manifest if known else defaulted(manifest, kind.namespaced))
    except Exception as error:  # one object costs only itself, whatever is in it
        problem = _why(error)
    if problem:
        gathered.broken[kind.key].append(f"{where}: {kind.name} {name:.80}: {problem}")
        return
    gathered.from_server |= known
    gathered.dump_kinds |= {kind.key} if known else set()
    place = (item.metadata.namespace, item.metadata.name)
    gathered.clusters |= {item.metadata.uid} if known and (kind.key, name) == ("namespaces", "kube-system") else set()
    if gathered.objects[kind.key].get(place, item) != item:
        gathered.broken[kind.key].append(f"{where}: {kind.name} {name:.80}: stands there twice; the last one was taken")
    gathered.objects[kind.key][place] = item


def _with_name(gathered: Gathered, kind: Kind, manifest: dict[str, Any]) -> dict[str, Any]:
    """With a name where the server would make one (generateName): its start, and a sign that no real name has."""
    metadata = manifest.get("metadata")
    start = metadata.get("generateName") if isinstance(metadata, dict) and not metadata.get("name") else None
    if kind.key not in _NAMED_AT_RUN or not isinstance(metadata, dict) or not isinstance(start, str) or not start:
        return manifest
    place = str(metadata.get("namespace") or "default")
    others = sum(space == place and name.startswith(f"{start}*") for space, name in gathered.objects[kind.key])
    return manifest | {"metadata": metadata | {"name": f"{start}*{others + 1 if others else ''}"}}


def _unfinished(kind: Kind, manifest: dict[str, Any], name: str) -> str:
    """Why a manifest is not yet what would be applied."""
    templated = kind.key in TEMPLATED | {"pods"}
    spec = template(manifest).get("spec") if templated else {}
    containers = members(spec, "containers") if isinstance(spec, dict) else []
    if any("{{" in str(text) for text in (name, *(container.get("image") for container in containers))):
        return "a template ({{ }}); render it first, as with: helm template NAME FOLDER > all.yaml"
    odd = spec is not None and not isinstance(spec, dict)  # which decoding will tell
    return "" if containers or odd or not templated else "no containers; is it a patch?"


def _why(error: Exception) -> str:
    """msgspec's own words (types and paths, no values); of other errors nothing that could hold a value."""
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    return "nested too deeply" if isinstance(error, RecursionError) else "a field has the wrong type"
