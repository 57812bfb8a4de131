"""Snapshot: what the API said, once; when and whence, and what could not be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from ..objects.base import Time
from ..objects.meta import Resource
from .applying import applied

T = TypeVar("T", bound=Resource)


class Reading(str, Enum):
    """How reading one kind ended. Only COMPLETE lets an empty list mean "there is none"."""

    COMPLETE = "complete"
    PARTIAL = "partial"  # some namespaces, pages or objects are missing
    FORBIDDEN = "forbidden"  # 403
    ABSENT = "absent"  # the API server does not serve the kind (404)
    FAILED = "failed"
    NOT_REQUESTED = "not-requested"  # e.g. Secrets without secrets=True, kinds that a manifest folder cannot hold


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one kind was read. `key` is its GroupResource; `namespaces` is None for the whole cluster."""

    key: str
    reading: Reading
    count: int = 0
    reason: str = ""  # what the server said, for people
    namespaces: tuple[str, ...] | None = None  # the namespaces that were read, if not all
    missing: tuple[str, ...] = ()  # namespaces that could not be read
    pages: int = 0
    restarts: int = 0
    inconsistent: bool = False  # the list continued at a later resource version (410 twice)
    broken: tuple[str, ...] = ()  # "namespace/name: why" of objects that could not be decoded

    @property
    def whole(self) -> bool:
        """Whether nothing of it is missing: it was read to the end in one piece, or the server does not serve it."""
        return self.reading in (Reading.COMPLETE, Reading.ABSENT) and not self.inconsistent


class Origin(str, Enum):
    """Where a snapshot comes from."""

    CLUSTER = "cluster"
    DUMP = "dump"  # kubectl get -o json
    MANIFESTS = "manifests"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which cluster, when. `uid` is that of namespace kube-system; empty where it could not be read."""

    origin: Origin
    captured_at: Time  # this is "now" for every check
    uid: str = ""
    server: str = ""  # URL without user info
    context: str = ""
    version: str = ""  # gitVersion, e.g. v1.37.2
    user: str = ""
    name: str = ""  # a name for people: the context, or the folder or file


@dataclass(frozen=True, slots=True)
class ServedResource:
    """One resource of the API server's discovery. A stale group's aggregated server is down."""

    group: str
    version: str
    resource: str
    kind: str
    namespaced: bool
    verbs: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Objects by GroupResource ("pods", "deployments.apps"), with identity, coverage and discovery.

    Objects of a key are sorted by namespace and name, so equal clusters give equal snapshots. Pods of one template
    share one `PodSpec` object.
    """

    identity: Identity
    objects: Mapping[str, tuple[Resource, ...]] = field(default_factory=lambda: MappingProxyType({}))
    coverage: Mapping[str, Coverage] = field(default_factory=lambda: MappingProxyType({}))
    discovery: tuple[ServedResource, ...] | None = None  # None: unknown (manifests)
    access: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # facts of self-reviews

    def of(self, key: str, struct: type[T]) -> tuple[T, ...]:
        """The objects of a kind, typed; empty where none was read (look at `reading` before meaning "none")."""
        items: tuple[Any, ...] = self.objects.get(key, ())
        if set(map(type, items)) <= {struct}:  # as a rule; asked of every item it costs more than what is done with it
            return items
        return tuple(item for item in items if isinstance(item, struct))

    def apply(self, manifests: Iterable[Mapping[str, Any]]) -> "Snapshot":
        """A new snapshot in which each manifest is applied: merged into the object of its name, or added.

        `{"$patch": "delete"}` in a manifest deletes its object, and what that owned. Built-in kinds merge
        strategically, custom resources as RFC 7386. A changed pod template is carried to the pods that the workload
        owns; they keep their names.

        Raises:
            TypeError: what is given is no list of manifests.
            LookupError: a manifest's kind is not one that is read, or it has no name.
            msgspec.ValidationError: the result is not an object of its kind.
        """
        several = list(manifests)
        if not all(isinstance(manifest, Mapping) for manifest in several):  # of one manifest, its keys
            raise TypeError("apply takes a list of manifests: [manifest], or what yaml.safe_load_all gives")
        changed = applied(self.objects, several, self.identity.captured_at)
        coverage = {
            key: replace(covered, count=len(changed[key])) if key in changed else covered
            for key, covered in self.coverage.items()
        }
        objects = MappingProxyType({**self.objects, **changed})
        return replace(self, objects=objects, coverage=MappingProxyType(coverage))

    def reading(self, key: str) -> Reading:
        """How reading the kind ended."""
        covered = self.coverage.get(key)
        return covered.reading if covered else Reading.NOT_REQUESTED
