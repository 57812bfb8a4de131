"""Which tools run here: the signatures of `products.yaml` held against what a cluster serves, runs and carries.

    images = [RunningImage("registry.example/argoproj/argocd:v3.1.0", ready=True)]
    seen = Seen(resources=[("argoproj.io", "applications")], images=images, custom={"applications.argoproj.io": 4})
    detect(seen)[0]    # Product("Argo CD", "delivery", State.IN_USE, strong=True, version="v3.1.0", …)

A namespace's name alone never counts. Served types alone are `present` (they may be left over), a ready pod makes a
product `installed`, its custom resources or the objects that it tracks make it `in use`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from .images import parse


class Sign(str, Enum):
    """A class of evidence."""

    API = "served API"
    CUSTOM = "custom resources"
    IMAGE = "image"
    LABEL = "label"
    OBJECT = "webhook, APIService or CSIDriver"
    NAMESPACE = "namespace"


class State(str, Enum):
    """How far a product is there; `present` may be leftovers."""

    PRESENT = "present"
    INSTALLED = "installed"
    IN_USE = "in use"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign: its class, what was seen, and how often (0: not counted)."""

    sign: Sign
    what: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Product:
    """A tool that was found. `strong`: two classes of evidence, one of them an image or a registered object."""

    name: str
    category: str
    state: State
    strong: bool
    evidence: tuple[Evidence, ...]
    version: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class RunningImage:
    """The image of a container; `ready`: at least one pod with it is; `version`: its app.kubernetes.io/version."""

    image: str
    ready: bool
    version: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cluster shows. `labels`: (key, value) of labels and annotations; `custom`: resource.group → count."""

    resources: Iterable[tuple[str, str]] = ()
    images: Iterable[RunningImage] = ()
    labels: Iterable[tuple[str, str]] = ()
    objects: Iterable[str] = ()
    namespaces: Iterable[str] = ()
    custom: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signature:
    """What one product leaves in a cluster (see the head of products.yaml)."""

    name: str
    category: str
    groups: dict[str, tuple[str, ...]]
    image_globs: tuple[str, ...]
    own: tuple[str, ...]
    tracked: tuple[str, ...]
    object_globs: tuple[str, ...]
    hints: tuple[str, ...]
    ended: bool

    @property
    def images(self) -> re.Pattern[str]:
        """What the path of an image of it looks like."""
        return _pattern(self.image_globs, _PART)

    @property
    def objects(self) -> re.Pattern[str]:
        """What its webhooks, APIServices and CSIDrivers are called."""
        return _pattern(self.object_globs, "^")


_PART = "(?:^|/)"


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def signatures() -> tuple[Signature, ...]:
    """Every known signature, in the order of the file."""
    text = resources.files(__package__).joinpath("products.yaml").read_text(encoding="utf-8")
    return tuple(
        _signature(name, category, entry)
        for category, entries in yaml.load(text, Loader=_Loader).items()  # noqa: S506  the safe loader, in C where there is one
        for name, entry in entries.items()
    )


def _signature(name: str, category: str, entry: dict[str, Any]) -> Signature:
    groups = {group: tuple(wanted) for group, wanted in entry.get("groups", {}).items()}
    lists = {key: tuple(entry.get(key, ())) for key in ("own", "tracked", "hints")}
    globs = {f"{key}_globs": tuple(entry.get(f"{key}s", ())) for key in ("image", "object")}
    return Signature(name, category, groups, ended=bool(entry.get("ended")), **lists, **globs)


@cache
def _pattern(globs: tuple[str, ...], start: str) -> re.Pattern[str]:
    """One expression for shell patterns: {a,b} alternatives, * within a path part, ** across parts."""
    translated = []
    for glob in globs:
        text = re.escape(glob).replace(r"\{", "(?:").replace(r"\}", ")").replace(",", "|")
        translated.append(text.replace(r"\*\*", ".*").replace(r"\*", "[^/]*"))
    return re.compile(f"{start}(?:{'|'.join(translated)})$" if translated else r"(?!)", re.IGNORECASE)


@cache
def _any_image() -> re.Pattern[str]:
    return _pattern(tuple(glob for signature in signatures() for glob in signature.image_globs), _PART)


@lru_cache(maxsize=65_536)
def is_tool(repository: str) -> bool:
    """Whether an image, by its path on any host, is that of a known tool."""
    return _any_image().search(repository) is not None


def detect(seen: Seen) -> tuple[Product, ...]:
    """Every product with evidence beyond a namespace's name, in the order of the signatures."""
    return tuple(_products(_Index(seen)))


class _Index:
    """What was seen, arranged for many signatures."""

    def __init__(self, seen: Seen) -> None:
        self.resources = sorted(set(seen.resources))
        self.images = [(_repository(item.image), item) for item in dict.fromkeys(seen.images)]
        pairs = set(seen.labels)
        self.labels = {key for key, _ in pairs} | {f"{key}={value}" for key, value in pairs}
        self.objects, self.namespaces = sorted(set(seen.objects)), set(seen.namespaces)
        self.custom = {key: count for key, count in seen.custom.items() if count > 0}


def _repository(image: str) -> str:
    reference = parse(image)
    return reference.repository if reference else image.partition("@")[0].rpartition(":")[0] or image


def _products(index: _Index) -> Iterator[Product]:
    for signature in signatures():
        running = [item for path, item in index.images if signature.images.search(path)]
        evidence = tuple(_evidence(signature, index, running))
        classes = {item.sign for item in evidence} - {Sign.NAMESPACE}
        if classes:
            strong = len(classes) > 1 and bool(classes & {Sign.IMAGE, Sign.OBJECT})
            state = _state(signature, index, classes, running)
            version = _version(running)
            yield Product(signature.name, signature.category, state, strong, evidence, version, signature.ended)


def _evidence(signature: Signature, index: _Index, running: list[RunningImage]) -> Iterator[Evidence]:
    for group, resource in index.resources:
        if _serves(signature, group, resource):
            yield Evidence(Sign.API, f"{resource}.{group}")
    for key, count in sorted(index.custom.items()):
        resource, _, group = key.partition(".")
        if _serves(signature, group, resource):
            yield Evidence(Sign.CUSTOM, key, count)
    yield from (Evidence(Sign.IMAGE, item.image, int(item.ready)) for item in running)
    marks = (*signature.own, *signature.tracked)
    yield from (Evidence(Sign.LABEL, mark) for mark in marks if mark in index.labels)
    yield from (Evidence(Sign.OBJECT, name) for name in index.objects if signature.objects.search(name))
    yield from (Evidence(Sign.NAMESPACE, name) for name in signature.hints if name in index.namespaces)


def _serves(signature: Signature, group: str, resource: str) -> bool:
    for known, wanted in signature.groups.items():
        same = group == known or (known.startswith("*.") and group.endswith(known[1:]))
        if same and (not wanted or resource in wanted):
            return True
    return False


def _state(signature: Signature, index: _Index, classes: set[Sign], running: list[RunningImage]) -> State:
    if Sign.CUSTOM in classes or any(mark in index.labels for mark in signature.tracked):
        return State.IN_USE
    return State.INSTALLED if any(item.ready for item in running) else State.PRESENT


def _version(running: list[RunningImage]) -> str:
    """The first image's tag, or its version label; empty where only a digest or a moving tag is known."""
    for item in sorted(running, key=lambda item: not item.ready):
        reference = parse(item.image)
        tag = reference.tag if reference else ""
        found = tag if any(character.isdigit() for character in tag) else item.version
        if found:
            return found
    return ""
