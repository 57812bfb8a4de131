"""What a cluster can tell about the images it runs."""

from pandas import DataFrame

from ...checks import Severity, check
from ..texts import contains
from .remedies import pin_running_digest

_MB = 1_000_000
_GENERAL_PURPOSE = (
    *("debian", "ubuntu", "centos", "redhat", "fedora", "oracle", "amazon", "rocky", "alma"),
    *("suse", "opensuse", "opensuse.leap", "sles", "photon"),
)
_BUILD_KIT = (
    r"(?:^|/)(?:maven|gradle|golang|rust|gcc|buildpack-deps|dotnet/sdk|ubuntu|fedora|centos)$|-jdk(?:$|[-:])|/sdk$"
)
_FULL_VARIANT = r"(?:^|/)(?:node|python|ruby|php|debian)$"
_SLIM_TAG = r"slim|alpine|distroless|bookworm-slim|minimal|windowsservercore"
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
    rows = _in_use(containers).merge(images[["image", "size_bytes", "size_kind"]], on="image", how="left")
    unpacked = (rows["size_kind"] == "unpacked").fillna(False)
    limit = unpacked.map({True: unpacked_low_mb, False: compressed_low_mb}).astype("Int64")
    medium = unpacked.map({True: unpacked_medium_mb, False: compressed_medium_mb}).astype("Int64")
    size = (rows["size_bytes"] // _MB).astype("Int64")
    heavy = (size >= medium).fillna(False)
    return rows.assign(
        size_mb=size,
        limit_mb=limit,
        severity=heavy.map({True: Severity.MEDIUM.value, False: Severity.LOW.value}),
        passed=size < limit,
    )


@check(Severity.HIGH, reference="P01-02")
def os_supported(containers: DataFrame, images: DataFrame) -> DataFrame:
    rows = _scanned(containers, images)
    return rows.assign(passed=~rows["os_eosl"])


@check(Severity.INFO, opinion=True, reference="P01-03")
def base_minimal(containers: DataFrame, images: DataFrame) -> DataFrame:
    rows = _scanned(containers, images)
    rows = rows[~rows["system"].fillna(False)]
    family = rows["os_family"].str.lower()
    return rows.assign(passed=(~family.isin(_GENERAL_PURPOSE)).astype("boolean").where(family.notna()))


@check(Severity.LOW, opinion=True, reference="P01-04")
def runtime_image_not_sdk(containers: DataFrame) -> DataFrame:
    rows = _in_use(containers)
    lasting = ~rows["kind"].isin(["Job", "CronJob"]) & rows["role"].isin(["main", "sidecar"])
    rows = rows[lasting & ~rows["system"].fillna(False)]
    name, tag = rows["repository"].fillna(""), rows["tag"].fillna("")
    kit = contains(name, _BUILD_KIT) | contains(tag, r"(?:^|-)(?:jdk|sdk)(?:-|$)")
    full = contains(name, _FULL_VARIANT) & ~contains(tag, _SLIM_TAG)
    return rows.assign(passed=~(kit | full))


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
    rows = rows[rows["digest"].isna()]
    known = rows["digests"].where(rows["digests"] > 0)
    return rows.assign(passed=known <= digests_at_most)


@check(Severity.MEDIUM, reference="P01-07")
def base_image_maintained(containers: DataFrame) -> DataFrame:
    rows = _in_use(containers)
    repository = rows["registry"].fillna("") + "/" + rows["repository"].fillna("")
    return rows.assign(passed=~contains(repository, _RETIRED))


@check(Severity.INFO, reference="P01-08")
def image_pulls_fast(image_pulls: DataFrame, *, seconds_at_most: float = 30.0) -> DataFrame:
    return image_pulls.assign(passed=image_pulls["seconds"] <= seconds_at_most)


def _in_use(containers: DataFrame) -> DataFrame:
    """Containers of workloads with an image reference that can be read; debug containers are somebody's session."""
    return containers[(containers["role"] != "ephemeral") & containers["repository"].notna()]


def _scanned(containers: DataFrame, images: DataFrame) -> DataFrame:
    """Containers with what a scanner reported of their image; unknown where nothing was reported."""
    return _in_use(containers).merge(images[["image", "os_family", "os_name", "os_eosl"]], on="image", how="left")
