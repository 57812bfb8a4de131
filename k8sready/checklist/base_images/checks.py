"""What a cluster can tell about the images it runs."""

from pandas import DataFrame

from ...checks import Severity, check
from ..texts import contains
from .remedies import pin_running_digest

_MB = 1_000_000
_MADE_FOR_CONTAINERS = ("none", "alpine", "wolfi", "chainguard", "minimos", "echo")
_DISTROLESS = r"(?:^|[/:-])distroless(?:$|[/:-])"
_BUILD_KIT = (
    r"(?:^|/)(?:maven|gradle|golang|rust|gcc|buildpack-deps|dotnet/sdk|ubuntu|fedora|centos)$|-jdk(?:$|[-:])|/sdk$"
)
_BUILD_TAG = r"(?:^|[-_])(?:jdk|sdk)\d*(?:[-_]|$)"
_FULL_VARIANT = r"(?:^|/)(?:node|python|ruby|debian)$"  # of these the publisher offers slim variants
# A version of such an image, perhaps on a named release of Debian: names of others' own programs rarely look like it.
_FULL_TAG = (
    r"^(?:\d+(?:\.\d+)*|lts|latest|current|stable|)(?:-(?:stretch|buster|bullseye|bookworm|trixie))?$"
    r"|^(?:bullseye|bookworm|trixie)$"
)
_BUILDERS = ("Job", "CronJob", "TaskRun", "PipelineRun", "Workflow", "EphemeralRunner", "Runner", "Build")
_BUILD_PLACE = (
    r"(?:^|[-_.])(?:ci|cicd|builds?|builders?|buildkit|runners?|jenkins|tekton|devcontainers?|workspaces?)(?:$|[-_.])"
)
_RETIRED = r"^docker\.io/library/(?:centos|openjdk|clearlinux|java)$"


@check(Severity.LOW, reference="P01-01")
def image_size_moderate(
    containers: DataFrame,
    images: DataFrame,
    *,
    compressed_low_mb: int = 400,
    compressed_medium_mb: int = 1000,
    unpacked_low_mb: int = 1000,
    unpacked_medium_mb: int = 2500,
) -> DataFrame:
    ordinary = _in_use(containers)
    ordinary = ordinary[~ordinary["windows"].fillna(False) & ~ordinary["device"].fillna(False)]
    rows = ordinary.merge(images[["image", "size_bytes", "size_kind", "size_below_bytes"]], on="image", how="left")
    kind = rows["size_kind"].mask(rows["size_bytes"].isna() & rows["size_below_bytes"].notna(), "compressed")
    limit = kind.map({"compressed": compressed_low_mb, "unpacked": unpacked_low_mb}).astype("Int64")
    medium = kind.map({"compressed": compressed_medium_mb, "unpacked": unpacked_medium_mb}).astype("Int64")
    size = (rows["size_bytes"] // _MB).astype("Int64")
    small = (rows["size_below_bytes"] <= limit * _MB).fillna(False)  # a bound decides only that an image is small
    heavy = (size >= medium).fillna(False)
    return rows.assign(
        size_mb=size,
        limit_mb=limit,
        severity=heavy.map({True: Severity.MEDIUM.value, False: Severity.LOW.value}),
        passed=(size < limit).astype("boolean").mask(size.isna() & small, True),
    )


@check(Severity.HIGH, reference="P01-02")
def os_supported(containers: DataFrame, images: DataFrame) -> DataFrame:
    rows = _scanned(containers, images)
    rows = rows[(rows["os_family"] != "none").fillna(True)]
    return rows.assign(report_days=rows["report_age_days"].round(1), passed=~rows["os_eosl"])


@check(Severity.INFO, opinion=True, reference="P01-03")
def base_minimal(containers: DataFrame, images: DataFrame, workloads: DataFrame) -> DataFrame:
    tools = workloads.loc[workloads["platform"].fillna(False), ["kind", "namespace", "name"]].assign(tool=True)
    rows = _scanned(containers, images).merge(tools, on=["kind", "namespace", "name"], how="left")
    ours = ~rows["system"].fillna(False) & ~rows["injected"].fillna(False) & rows["tool"].isna()
    rows = rows[ours].drop(columns="tool")
    family, distroless = rows["os_family"].str.lower(), contains(rows["image"], _DISTROLESS)
    return rows.assign(passed=(family.isin(_MADE_FOR_CONTAINERS) | distroless).astype("boolean").where(family.notna()))


@check(Severity.LOW, opinion=True, reference="P01-04")
def runtime_image_not_sdk(containers: DataFrame) -> DataFrame:
    rows = _in_use(containers)
    building = rows["kind"].isin(_BUILDERS) | contains(rows["namespace"].fillna(""), _BUILD_PLACE)
    building |= contains(rows["repository"], r"(?:^|[/-])devcontainers?(?:$|[/-])")
    lasting = ~building & rows["role"].isin(["main", "sidecar"])
    rows = rows[lasting & ~rows["system"].fillna(False)]
    name, tag = rows["repository"].fillna(""), rows["tag"].fillna("")
    kit = contains(name, _BUILD_KIT) | contains(tag, _BUILD_TAG)
    full = contains(name, _FULL_VARIANT) & contains(tag, _FULL_TAG)
    temurin = contains(name, r"(?:^|/)eclipse-temurin$") & ~contains(tag, "jre")  # a JDK unless the tag says jre
    return rows.assign(passed=~(kit | full | temurin))


@check(Severity.MEDIUM, remedy=pin_running_digest, reference="P01-05")
def image_pinned(containers: DataFrame, images: DataFrame) -> DataFrame:
    rows = _in_use(containers).merge(images[["image", "running_digest"]], on="image", how="left")
    tag = rows["tag"].fillna("")
    pinned = rows["digest"].notna() | ~tag.isin(["", "latest"])
    diverging = rows["pull_policy"].fillna("") != "Always"
    severity = diverging.map({True: Severity.HIGH.value, False: Severity.MEDIUM.value})
    return rows.assign(severity=severity, passed=pinned)


@check(Severity.MEDIUM, reference="P01-06")
def one_digest_per_tag(containers: DataFrame, images: DataFrame, *, digests_at_most: int = 2) -> DataFrame:
    rows = _in_use(containers).merge(images[["image", "digests"]], on="image", how="left")
    rows = rows[rows["digest"].isna() & (rows["pods"] > 0)]  # what does not run has no versions
    known = rows["digests"].where(rows["digests"] > 0)
    return rows.assign(passed=known <= digests_at_most)


@check(Severity.MEDIUM, reference="P01-07")
def base_image_maintained(containers: DataFrame) -> DataFrame:
    rows = _in_use(containers)
    repository = rows["registry"].fillna("") + "/" + rows["repository"].fillna("")
    return rows.assign(passed=~contains(repository, _RETIRED))


@check(Severity.INFO, reference="P01-08")
def image_pulls_fast(image_pulls: DataFrame, *, seconds_at_most: float = 30.0) -> DataFrame:
    rows = image_pulls[image_pulls["pulls"] > 0]
    return rows.assign(item=rows["image"], passed=rows["seconds"] <= seconds_at_most)


def _in_use(containers: DataFrame) -> DataFrame:
    """Containers of workloads with an image reference that can be read; debug containers are somebody's session."""
    return containers[(containers["role"] != "ephemeral") & containers["repository"].notna()]


def _scanned(containers: DataFrame, images: DataFrame) -> DataFrame:
    """Containers with what a scanner reported of their image; unknown where nothing was reported."""
    reported = images[["image", "os_family", "os_name", "os_eosl", "report_age_days"]]
    return _in_use(containers).merge(reported, on="image", how="left")
