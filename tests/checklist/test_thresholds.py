"""Every threshold on both of its sides: "below" is not reached, "at most" and "at least" may be."""

from datetime import timedelta
from typing import Any

import pytest

from k8sready.checklist import CHECKLIST
from k8sready.snapshot import Snapshot

from .clusters import NOW, cluster
from .making import asked, container, deployment, namespace, node, pod
from .test_base_images import pulled, runs, sized
from .test_secrets import row

_DAY = 86_400  # seconds
PART_OF = "app.kubernetes.io/part-of"


def since(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat()


def users_of_one_secret(number: int) -> Snapshot:
    spec = {"containers": [container(envFrom=[{"secretRef": {"name": "db"}}])]}
    return cluster([deployment(f"web-{n}", spec) for n in range(number)])


def copies(number: int) -> Snapshot:
    return cluster([row("db", f"team-{n}") for n in range(number)])


def old_secret(days: float) -> Snapshot:
    return cluster([row("db", born=since(days * _DAY))])


def digests(number: int) -> Snapshot:
    return runs(*(f"sha256:{n:064}" for n in range(number)))


def pull(seconds: int) -> Snapshot:
    web = pod("web", {"containers": [container(image="nginx:1")], "nodeName": "n"})
    return cluster([web, node("n"), pulled("web", seconds)])


def compressed(megabytes: int) -> Snapshot:
    return sized({"containerd": megabytes})


def unpacked(megabytes: int) -> Snapshot:
    return sized({"cri-o": megabytes})


def empty_namespace(days: float) -> Snapshot:
    made = namespace("attic")
    made["metadata"]["creationTimestamp"] = since(days * _DAY)
    return cluster([made])


def ending_namespace(minutes: float) -> Snapshot:
    ending = namespace("attic")
    ending["metadata"]["deletionTimestamp"] = since(minutes * 60)
    ending["status"]["phase"] = "Terminating"
    return cluster([ending])


def crowd(applications: int, workloads: int, others: int) -> Snapshot:
    """A namespace with so many workloads of so many applications, and so many namespaces with one workload each."""
    spec = {"containers": [container()]}
    inside = [deployment(f"web-{n}", spec, **{PART_OF: f"part-{n % applications}"}) for n in range(workloads)]
    teams = [f"team-{n}" for n in range(others)]
    return cluster([*map(namespace, ("shop", *teams)), *inside, *(deployment("web", spec, team) for team in teams)])


def crowded_share(workloads: int) -> Snapshot:
    return crowd(3, workloads, 10 - workloads)


def applications(number: int) -> Snapshot:
    return crowd(number, 6, 4)


# check, threshold, cluster of a measure, the last measure that passes, the first that fails
BOUNDS: list[tuple[str, str, Any, float, float]] = [
    ("secret_not_shared_widely", "workloads_below", users_of_one_secret, 4, 5),
    ("secret_not_copied", "namespaces_below", copies, 2, 3),
    ("secret_managed", "days_at_most", old_secret, 365, 365.001),
    ("one_digest_per_tag", "digests_at_most", digests, 2, 3),
    ("image_pulls_fast", "seconds_at_most", pull, 30, 31),
    ("image_size_moderate", "compressed_low_mb", compressed, 399, 400),
    ("image_size_moderate", "unpacked_low_mb", unpacked, 999, 1000),
    ("namespace_in_use", "days_at_most", empty_namespace, 30, 30.001),
    ("namespace_not_stuck", "minutes_at_most", ending_namespace, 60, 60.1),
    ("namespace_not_overloaded", "share_at_most", crowded_share, 4, 5),
    ("namespace_not_overloaded", "applications_at_least", applications, 2, 3),
]
SEVERITIES = [("compressed_medium_mb", compressed, 999, 1000), ("unpacked_medium_mb", unpacked, 2499, 2500)]


@pytest.mark.parametrize(("check", "threshold", "made", "passing", "failing"), BOUNDS)
def test_a_threshold_divides_where_its_name_says(
    check: str, threshold: str, made: Any, passing: float, failing: float
) -> None:
    assert [asked(check, made(measure)).failed for measure in (passing, failing)] == [0, 1]


@pytest.mark.parametrize(("threshold", "made", "low", "medium"), SEVERITIES)
def test_an_image_of_a_certain_size_weighs_more(threshold: str, made: Any, low: int, medium: int) -> None:
    found = [asked("image_size_moderate", made(size)).findings[0].severity.value for size in (low, medium)]
    assert found == ["low", "medium"]


def test_every_threshold_is_tried() -> None:
    known = {(check.name, name) for section in CHECKLIST for check in section.checks for name in check.thresholds}
    tried = {(check, threshold) for check, threshold, *_ in BOUNDS}
    assert tried | {("image_size_moderate", name) for name, *_ in SEVERITIES} == known
