"""What the API server serves: aggregated discovery (KEP-3352), or group by group where it is older."""

import msgspec

from ..snapshot.value import ServedResource
from .paging import Fetch, Response

ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
_STALE = "Stale"
_UNREADABLE = Response(0, reason="the answer to discovery cannot be read")


class _Kind(msgspec.Struct):
    kind: str = ""


class _Resource(msgspec.Struct, rename="camel"):
    resource: str = ""
    response_kind: _Kind | None = None
    scope: str = ""
    verbs: tuple[str, ...] | None = None


class _Version(msgspec.Struct):
    version: str = ""
    freshness: str = ""
    resources: list[_Resource] | None = None


class _Name(msgspec.Struct):
    name: str = ""


class _Group(msgspec.Struct):
    metadata: _Name = msgspec.field(default_factory=_Name)
    versions: list[_Version] | None = None


class _Groups(msgspec.Struct):
    kind: str = ""
    items: list[_Group] | None = None


class _OlderVersion(msgspec.Struct):
    version: str


class _OlderGroup(msgspec.Struct):
    name: str
    versions: list[_OlderVersion] | None = None


class _OlderGroups(msgspec.Struct):
    versions: list[str] | None = None  # of the core group
    groups: list[_OlderGroup] | None = None


class _OlderResource(msgspec.Struct):
    name: str
    kind: str
    namespaced: bool
    verbs: tuple[str, ...] | None = None


class _OlderResources(msgspec.Struct):
    resources: list[_OlderResource] | None


def served(fetch: Fetch) -> tuple[tuple[ServedResource, ...] | None, Response]:
    """The served resources, and the last answer; None where discovery itself failed."""
    found: list[ServedResource] = []
    answer = Response(0)
    for path in ("/api", "/apis"):
        answer = fetch(path)
        if answer.status != 200:
            return None, answer
        try:
            groups = msgspec.json.decode(answer.body, type=_Groups)
            whole = groups.kind == "APIGroupDiscoveryList"
            found += _aggregated(groups) if whole else _group_by_group(fetch, answer.body)
        except msgspec.DecodeError:
            return None, _UNREADABLE
    if not found:  # every API server serves something
        return None, _UNREADABLE
    return tuple(sorted(found, key=lambda item: (item.group, item.resource, item.version))), answer


def _aggregated(groups: _Groups) -> list[ServedResource]:
    """A stale version's resources may be missing; one entry without a resource then says that it is stale."""
    return [
        _served(group.metadata.name, version, resource)
        for group in groups.items or []
        for version in group.versions or []
        for resource in (version.resources or ([_Resource()] if version.freshness == _STALE else []))
    ]


def _served(group: str, version: _Version, resource: _Resource) -> ServedResource:
    return ServedResource(
        group,
        version.version,
        resource.resource,
        resource.response_kind.kind if resource.response_kind else "",
        resource.scope == "Namespaced",
        tuple(resource.verbs or ()),
        version.freshness == _STALE,
    )


def _group_by_group(fetch: Fetch, body: bytes) -> list[ServedResource]:
    """Discovery of servers before 1.27: a request per group version; a group that does not answer is stale."""
    older = msgspec.json.decode(body, type=_OlderGroups)
    versions = [("", version) for version in older.versions or ()]
    versions += [(group.name, item.version) for group in older.groups or () for item in group.versions or ()]
    return [resource for group, version in versions for resource in _of_group(fetch, group, version)]


def _of_group(fetch: Fetch, group: str, version: str) -> list[ServedResource]:
    answer = fetch(f"/apis/{group}/{version}" if group else f"/api/{version}")
    try:
        listed = msgspec.json.decode(answer.body if answer.status == 200 else b"", type=_OlderResources).resources
    except msgspec.DecodeError:
        return [ServedResource(group, version, "", "", namespaced=False, stale=True)]
    return [
        ServedResource(group, version, item.name, item.kind, item.namespaced, tuple(item.verbs or ()))
        for item in listed or ()
        if "/" not in item.name
    ]
