"""What the API server serves: aggregated discovery (KEP-3352), or group by group where it is older."""

import json
from typing import Any

import msgspec

from ..snapshot.value import ServedResource
from .paging import Fetch, Response

ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
_STALE = "Stale"


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
            listed = (
                _aggregated(groups)
                if groups.kind == "APIGroupDiscoveryList"
                else _group_by_group(fetch, path, answer.body)
            )
        except msgspec.DecodeError:
            return None, Response(0, reason="the answer to discovery cannot be read")
        found += listed
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


def _group_by_group(fetch: Fetch, path: str, body: bytes) -> list[ServedResource]:
    """Discovery of servers before 1.27: a request per group version; a group that does not answer is stale."""
    content: dict[str, Any] = json.loads(body)
    versions = [("", version) for version in content.get("versions", [])] if path == "/api" else []
    for group in content.get("groups", []):
        versions += [(group["name"], item["version"]) for item in group["versions"]]
    found: list[ServedResource] = []
    for group_name, version in versions:
        answer = fetch(f"/apis/{group_name}/{version}" if group_name else f"/api/{version}")
        listed = json.loads(answer.body).get("resources", []) if answer.status == 200 else []
        if answer.status != 200:
            found.append(ServedResource(group_name, version, "", "", namespaced=False, stale=True))
        found += [
            ServedResource(group_name, version, item["name"], item["kind"], item["namespaced"], tuple(item["verbs"]))
            for item in listed
            if "/" not in item["name"]
        ]
    return found
