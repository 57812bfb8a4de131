"""What a cluster can tell about the images it runs."""

import re
from typing import Any

from pandas import DataFrame, Index, Series

from ...checks import Severity, check
from ..kinds import RUNS_ONCE
from ..texts import contains, judged
from .remedies import pin_running_digest

_MB = 1_000_000
_MADE_FOR_CONTAINERS = ("none", "alpine", "wolfi", "chainguard", "minimos", "echo")
_DISTROLESS = r"(?:^|[/:-])(?:distroless|chiseled)(?:$|[/:@-])"  # Ubuntu calls its own chiseled
_BUILD_KIT = re.compile(
    r"(?:^|/)(?:maven|gradle|golang|rust|gcc|haskell|buildpack-deps|dotnet/sdk)$"
    r"|(?:^|/)(?:jdk|amazoncorretto|eclipse-temurin|sapmachine|zulu-openjdk(?:-[a-z]+)?)$"
    r"|(?:^|/)(?:ubuntu|fedora|centos|amazonlinux|archlinux|opensuse/(?:leap|tumbleweed)|ubi\d+/ubi)$|-jdk(?:$|[-:])|/sdk$"
    r"|(?:^|/)(?:ubi\d+|ubi\d+/openjdk-\d+|liberica-openjdk-[a-z]+|jdk-community)$"
)
_MINIMAL = re.compile(r"(?:^|/)chainguard/")  # under every tag
_BUILD_TAG = re.compile(r"(?:^|[-_])(?:(?:jdk|sdk)\d*|devel)(?:[-_]|$)")
_RUNTIME_TAG = re.compile(r"(?:^|[-_])jre\d*(?:[-_]|$)")  # of a repository that has JDKs too
# Of these the publisher offers slim or minimal variants.
_FULL_VARIANT = re.compile(
    r"(?:^|/)(?:node|python|ruby|swift|perl|erlang|elixir|debian|almalinux|rockylinux|oraclelinux)$"
)
# A version of such an image, perhaps on a named release of Debian: names of others' own programs rarely look like it.
_FULL_TAG = re.compile(
    r"^(?:\d+(?:\.\d+)*|lts|latest|current|stable|)(?:-(?:stretch|buster|bullseye|bookworm|trixie))?$"
    r"|^(?:bullseye|bookworm|trixie)(?:-\d{8})?$"
)
_BUILDERS = re.compile(rf"{RUNS_ONCE}|^CronJob$|^Runner$")
_DEVELOPING = re.compile(r"(?:^|[/-])(?:devcontainers?|jenkins)(?:$|[/-])")  # Jenkins itself needs a JDK
_BUILD_PLACE = re.compile(
    r"(?:^|[-_.])(?:ci|cicd|builds?|builders?|buildkit|runners?|jenkins|tekton|devcontainers?|workspaces?)(?:$|[-_.])"
)
_RETIRED = (
    r"^docker\.io/(?:bitnamilegacy|adoptopenjdk)/.+$"
    # official images, which keep this part of their name in mirrors
    r"|/library/(?:centos|openjdk|adoptopenjdk|clearlinux|java|jenkins|vault|consul|opensuse|owncloud|piwik|sentry|swarm"
    r"|notary|nuxeo|iojs|django|rails|celery|thrift|fsharp|express-gateway|emqx|nats-streaming)$"
)


@check(Severity.LOW, reference="P01-01", needs=("nodes",))
def image_size_moderate(
    containers: DataFrame,
    images: DataFrame,
    *,
    compressed_low_mb: int = 400,
    compressed_medium_mb: int = 1000,
    unpacked_low_mb: int = 1000,
    unpacked_medium_mb: int = 2500,
) -> DataFrame:
    used = _in_use(containers)
    ordinary = used[~used["windows"].fillna(False) & ~used["device"].fillna(False)]
    rows = _with(ordinary, images, "size_bytes", "size_kind", "size_below_bytes")
    kind = rows["size_kind"].mask(rows["size_bytes"].isna() & rows["size_below_bytes"].notna(), "compressed")
    limit = kind.map({"compressed": compressed_low_mb, "unpacked": unpacked_low_mb}).astype("Int64")
    medium = kind.map({"compressed": compressed_medium_mb, "unpacked": unpacked_medium_mb}).astype("Int64")
    size = rows["size_bytes"]
    small = (rows["size_below_bytes"] <= limit * _MB).fillna(False)  # a bound decides only that an image is small
    heavy = (size >= medium * _MB).fillna(False)
    return rows.assign(
        size_mb=(size / _MB).round().astype("Int64"),
        limit_mb=limit,
        severity=heavy.map({True: Severity.MEDIUM.value, False: Severity.LOW.value}),
        passed=(size < limit * _MB).astype("boolean").mask(size.isna() & small, True),
    )


@check(Severity.HIGH, reference="P01-02")
def os_supported(containers: DataFrame, images: DataFrame) -> DataFrame:
    rows = _scanned(containers, images)
    rows = rows[(rows["os_family"] != "none").fillna(True)]
    return rows.assign(report_days=rows["report_age_days"].round(1), passed=~rows["os_eosl"])


@check(Severity.INFO, opinion=True, reference="P01-03")
def base_minimal(containers: DataFrame, images: DataFrame, workloads: DataFrame) -> DataFrame:
    rows = _scanned(containers, images)
    ours = ~rows["system"].fillna(False) & ~rows["injected"].fillna(False)
    rows = rows[ours & ~_of_platform(rows, workloads)]
    family, distroless = rows["os_family"].str.lower(), contains(rows["image"], _DISTROLESS)
    return rows.assign(passed=(family.isin(_MADE_FOR_CONTAINERS) | distroless).astype("boolean").where(family.notna()))


@check(Severity.LOW, opinion=True, reference="P01-04")
def runtime_image_not_sdk(containers: DataFrame) -> DataFrame:
    rows = _in_use(containers)
    rows = rows[rows["role"].isin(["main", "sidecar"]) & ~rows["system"].fillna(False)]
    building = judged(_is_building, rows["kind"], rows["namespace"], rows["repository"])
    rows = rows.loc[~building]
    return rows.assign(passed=_readable(rows, ~judged(_is_build_kit, rows["repository"], rows["tag"])))


def _is_building(kind: str, namespace: str | None, repository: str | None) -> bool:
    """Whether a container is where build images belong: a build's, a runner's, a developer's workspace."""
    return (
        _BUILDERS.search(kind) is not None
        or _BUILD_PLACE.search(namespace or "") is not None
        or _DEVELOPING.search(repository or "") is not None
    )


def _is_build_kit(repository: str | None, tag: str | None) -> bool:
    name, version = repository or "", tag or ""
    if _MINIMAL.search(name):
        return bool(_BUILD_TAG.search(version))
    if _RUNTIME_TAG.search(version):
        return False
    full = _FULL_VARIANT.search(name) and _FULL_TAG.search(version)
    return bool(_BUILD_KIT.search(name) or _BUILD_TAG.search(version) or full)


@check(Severity.MEDIUM, remedy=pin_running_digest, reference="P01-05")
def image_pinned(containers: DataFrame) -> DataFrame:
    rows = _in_use(containers).assign(running_digest=containers["running_digest"])
    pinned = rows["digest"].notna() | ~rows["tag"].fillna("").isin(["", "latest"])
    diverging = rows["pull_policy"].fillna("") != "Always"
    severity = diverging.map({True: Severity.HIGH.value, False: Severity.MEDIUM.value})
    return rows.assign(severity=severity, passed=_readable(rows, pinned))


@check(Severity.MEDIUM, reference="P01-06", needs=("nodes",))
def one_digest_per_tag(containers: DataFrame, images: DataFrame, *, digests_at_most: int = 2) -> DataFrame:
    used = _in_use(containers)
    used = used[used["digest"].isna() & (used["pods"] > 0)]  # what does not run has no versions
    rows = _with(used, images, "digests")
    known = rows["digests"].where(rows["digests"] > 0)
    return rows.assign(passed=known <= digests_at_most)


@check(Severity.MEDIUM, reference="P01-07")
def base_image_maintained(containers: DataFrame) -> DataFrame:
    rows = _in_use(containers)
    repository = rows["registry"].fillna("") + "/" + rows["repository"].fillna("")
    return rows.assign(passed=_readable(rows, ~contains(repository, _RETIRED)))


@check(Severity.INFO, reference="P01-08")
def image_pulls_fast(image_pulls: DataFrame, *, seconds_at_most: float = 30.0) -> DataFrame:
    rows = image_pulls[image_pulls["pulls"] > 0]
    return rows.assign(item=rows["image"], passed=rows["seconds"] <= seconds_at_most)


_ABOUT = (
    *("kind", "namespace", "name", "container", "role", "system", "injected", "former", "windows", "device"),
    *("pods", "pod"),
)
_OF_IMAGE = ("image", "registry", "repository", "tag", "digest", "pull_policy")


def _in_use(containers: DataFrame) -> DataFrame:
    """Containers of workloads with their image; debug containers are somebody's session."""
    return containers.loc[containers["role"] != "ephemeral", [*_ABOUT, *_OF_IMAGE]]


def _readable(rows: DataFrame, passed: Any) -> Series:
    """The verdicts; NA where the reference is none, so that nobody can tell what it names."""
    return Series(passed, rows.index, dtype="boolean").mask(rows["repository"].isna())


def _with(rows: DataFrame, images: DataFrame, *columns: str) -> DataFrame:
    """The rows with columns of their images; NA where an image is not in that table."""
    places = Index(images["image"]).get_indexer(rows["image"])
    return rows.assign(**{name: images[name].array.take(places, allow_fill=True) for name in columns})


def _scanned(containers: DataFrame, images: DataFrame) -> DataFrame:
    """Containers with what a scanner reported of their image; unknown where nothing was reported."""
    return _with(_in_use(containers), images, "os_family", "os_name", "os_eosl", "report_age_days")


def _of_platform(rows: DataFrame, workloads: DataFrame) -> Series:
    """Whether each row's workload is a part of the platform."""
    names = ["kind", "namespace", "name"]
    tools = workloads.loc[workloads["platform"].fillna(False), names]
    known = set(zip(*(tools[name] for name in names), strict=True))
    return Series([key in known for key in zip(*(rows[name] for name in names), strict=True)], rows.index, dtype=bool)
