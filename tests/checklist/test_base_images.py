"""Point 1 on clusters that are strange but legal."""

from typing import Any

import pytest

from k8sready.checks import Status
from k8sready.snapshot import Reading
from k8sready.tables import Tables

from .clusters import cluster, without
from .making import DIGEST, asked, container, deployment, node, pod, running, verdicts

MB = 1_000_000
OTHER = "sha256:" + "cd34" * 16


def sized(runtime_sizes: dict[str, int], **fields: Any) -> Any:
    """A deployment of nginx, whose image weighs this much on a node of each runtime."""
    spec = {"containers": [container(image="nginx:1", **fields)]}
    nodes = [
        node(f"n-{name}", f"{name}://1", [(["docker.io/library/nginx:1"], size * MB)])
        for name, size in runtime_sizes.items()
    ]
    return cluster([deployment("web", spec), *nodes])


@pytest.mark.parametrize(
    ("sizes", "verdict"),
    [
        ({"containerd": 399}, {}),
        ({"containerd": 400}, {"web/web": False}),
        ({"cri-o": 999}, {}),
        ({"docker": 1000}, {"web/web": False}),
        ({"containerd": 450, "cri-o": 950}, {"web/web": False}),  # never judged by the other runtime's threshold
        ({"containerd": 350, "cri-o": 1200}, {}),
        ({"frakti": 5000}, {"web/web": None}),  # nobody knows what its sizes mean
    ],
)
def test_sizes_are_held_against_the_threshold_of_their_runtime(sizes: dict[str, int], verdict: dict[str, Any]) -> None:
    assert verdicts("image_size_moderate", sized(sizes)) == verdict


@pytest.mark.parametrize("resources", [{"limits": {"nvidia.com/gpu": "1"}}, {"claims": [{"name": "gpu"}]}])
def test_images_for_devices_are_not_called_large(resources: dict[str, Any]) -> None:
    snapshot = sized({"containerd": 9000}, resources=resources)
    assert asked("image_size_moderate", snapshot).examined == 0


def test_windows_images_are_not_called_large() -> None:
    spec = {"nodeSelector": {"kubernetes.io/os": "windows"}, "containers": [container(image="nginx:1")]}
    snapshot = cluster([deployment("web", spec), node("n", images=[(["docker.io/library/nginx:1"], 5000 * MB)])])
    assert asked("image_size_moderate", snapshot).examined == 0


def test_the_same_name_on_windows_nodes_weighs_nothing_on_linux() -> None:
    spec = {"containers": [container(image="nginx:1")]}
    names = ["docker.io/library/nginx:1"]
    windows, linux = (node(f"n{size}", images=[(names, size * MB)]) for size in (5000, 70))
    windows["status"]["nodeInfo"]["operatingSystem"] = "windows"
    assert verdicts("image_size_moderate", cluster([deployment("web", spec), windows, linux])) == {}


@pytest.mark.parametrize(
    ("listed", "smallest", "verdict"), [(50, 90, {}), (50, 600, {"web/web": None}), (49, 90, {"web/web": None})]
)
def test_an_image_missing_from_a_full_list_is_smaller_than_the_smallest(
    listed: int, smallest: int, verdict: dict[str, Any]
) -> None:
    images = [([f"x/{n}@sha256:{n:064}"], (smallest + n) * MB) for n in range(listed)]
    run = pod("web", {"containers": [container(image="nginx:1")], "nodeName": "n"}, **running("web", DIGEST))
    assert verdicts("image_size_moderate", cluster([run, node("n", images=images)])) == verdict


def test_an_image_is_known_to_be_small_only_if_no_node_could_have_listed_it() -> None:
    """On one of its nodes the list is not full: there the image was not told for another reason."""
    images = [([f"x/{n}@sha256:{n:064}"], (90 + n) * MB) for n in range(50)]
    spec = {"containers": [container(image="nginx:1")]}
    owner = {"kind": "ReplicaSet", "name": "web"}
    pods = [pod(f"web-{n}", {**spec, "nodeName": n}, owner=owner, **running("web", DIGEST)) for n in ("full", "short")]
    full, short = node("full", images=images), node("short", images=images[:9])
    assert verdicts("image_size_moderate", cluster([*pods, full, short])) == {"web/web": None}
    assert verdicts("image_size_moderate", cluster([*pods, full, node("short", images=images)])) == {}


def test_an_image_with_five_digests_and_no_tag_is_found_by_the_digest_that_runs() -> None:
    names = [f"docker.io/library/nginx@sha256:{n:064}" for n in range(4)] + [f"docker.io/library/nginx@{DIGEST}"]
    run = pod("web", {"containers": [container(image="nginx:1")], "nodeName": "n"}, **running("web", DIGEST))
    assert verdicts("image_size_moderate", cluster([run, node("n", images=[(names, 70 * MB)])])) == {}


def runs(*digests: str, images: tuple[str, ...] = ("nginx:1",), arches: tuple[str, ...] = ("amd64",)) -> Any:
    """Pods of one ReplicaSet, each with a digest, on nodes of these architectures in turn."""
    owner = {"kind": "ReplicaSet", "name": "web"}
    pods = [
        pod(
            f"web-{n}",
            {"containers": [container(image=images[n % len(images)])], "nodeName": arches[n % len(arches)]},
            owner=owner,
            **running("web", digest),
        )
        for n, digest in enumerate(digests)
    ]
    return cluster([*pods, *(node(arch, arch=arch) for arch in arches)])


THREE = tuple(f"sha256:{n:064}" for n in range(3))


@pytest.mark.parametrize(
    ("snapshot", "failed"),
    [
        (runs(*THREE[:2]), 0),  # a rollout
        (runs(*THREE), 1),
        (runs(*THREE, images=("nginx:1", "docker.io/library/nginx:1")), 1),  # one image under two names
        (runs(*THREE, arches=("amd64", "arm64", "s390x")), 0),  # a digest per architecture
    ],
)
def test_versions_are_counted_by_name_and_platform(snapshot: Any, failed: int) -> None:
    assert asked("one_digest_per_tag", snapshot).failed == failed


def test_a_pinned_image_has_one_version_whatever_is_told_of_its_name() -> None:
    assert asked("one_digest_per_tag", runs(*THREE, images=(f"nginx:1@{DIGEST}",))).examined == 0


def test_what_does_not_run_has_no_versions() -> None:
    spec = {"containers": [container(image="nginx:1")]}
    scaled = deployment("web", spec)
    scaled["spec"]["replicas"] = 0
    assert asked("one_digest_per_tag", cluster([scaled])).examined == 0


@pytest.mark.parametrize(
    ("image", "caught"),
    [
        ("node:22", True),
        ("node:22-bookworm", True),
        ("node:22-slim", False),
        ("mirror.example/library/python:3.12", True),
        ("quay.io/acme/edge/node:v3.27.0", False),  # somebody's own program of that name
        ("php:8-fpm", False),  # its runtime image
        ("debian:12-slim", False),
        ("debian:12", True),
        ("eclipse-temurin:21", True),
        ("eclipse-temurin:21-jre-alpine", False),
        ("mirror.example/dotnet/sdk:9.0", True),
        ("mirror.example/dotnet/aspnet:9.0", False),
        ("acme/api:8-jdk17", True),
        ("jenkins/jenkins:lts-jdk21", False),  # a builder, wherever it runs
        ("amazoncorretto:21", True),
        ("mcr.microsoft.com/openjdk/jdk:21-ubuntu", True),
        ("rockylinux:9", True),
        ("rockylinux:9-minimal", False),
        ("registry.access.redhat.com/ubi9/ubi:9.6", True),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.6", False),
        ("registry.access.redhat.com/ubi9:9.6", True),
        ("registry.access.redhat.com/ubi9/openjdk-21:1.20", True),
        ("registry.access.redhat.com/ubi9/openjdk-21-runtime:1.20", False),
        ("bellsoft/liberica-openjdk-alpine:21", True),
        ("bellsoft/liberica-openjre-alpine:21", False),
        ("azul/zulu-openjdk:21", True),
        ("azul/zulu-openjdk-alpine:21-jre", False),
        ("azul/zulu-openjdk:21-jre-headless", False),
        ("amazoncorretto:8-alpine3.19-jre", False),
        ("debian:bookworm-20240612", True),
        ("debian:bookworm-20240612-slim", False),
        ("sapmachine:21", True),
        ("sapmachine:21-jre-ubuntu", False),
        ("nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04", True),
        ("nvidia/cuda:12.4.1-base-ubuntu22.04", False),
        ("erlang:27", True),
        ("erlang:27-slim", False),
        ("cgr.dev/chainguard/node:latest", False),  # minimal under every tag
    ],
)
def test_build_kits_are_known_by_name(image: str, caught: bool) -> None:
    snapshot = cluster([deployment("web", {"containers": [container(image=image)]})])
    assert bool(asked("runtime_image_not_sdk", snapshot).failed) is caught


@pytest.mark.parametrize(
    ("space", "kind"),
    [("ci-runners", "ReplicaSet"), ("jenkins", "ReplicaSet"), ("shop", "TaskRun"), ("shop", "TrainJob")],
)
def test_what_builds_may_use_a_build_kit(space: str, kind: str) -> None:
    build = pod("b", {"containers": [container(image="golang:1.26")]}, space, {"kind": kind, "name": "b"})
    assert asked("runtime_image_not_sdk", cluster([build])).examined == 0


def report(digest: str, **system: Any) -> dict[str, Any]:
    contents = {"artifact": {"digest": digest}, "os": system, "updateTimestamp": "2026-10-31T12:00:00Z"}
    metadata = {"name": "r", "namespace": "shop"}
    return {
        "apiVersion": "aquasecurity.github.io/v1alpha1",
        "kind": "VulnerabilityReport",
        "metadata": metadata,
        "report": contents,
    }


@pytest.mark.parametrize(
    ("image", "system", "minimal", "supported"),
    [
        ("acme/api", {"family": "none"}, 1, 0),
        ("acme/api", {}, 1, 0),  # from scratch: nothing to be past its end
        ("acme/api", {"family": "wolfi", "name": "20230201"}, 1, 1),
        ("gcr.io/distroless/java21", {"family": "debian", "name": "12.1"}, 1, 1),
        ("mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled", {"family": "ubuntu", "name": "24.04"}, 1, 1),
    ],
)
def test_an_image_made_for_containers_passes(image: str, system: dict[str, Any], minimal: int, supported: int) -> None:
    snapshot = cluster(
        [deployment("web", {"containers": [container(image=f"{image}@{OTHER}")]}), report(OTHER, **system)]
    )
    results = [asked(check, snapshot) for check in ("base_minimal", "os_supported")]
    assert [(item.passed, item.failed, item.unknown) for item in results] == [(minimal, 0, 0), (supported, 0, 0)]


def test_a_proxy_that_a_mesh_puts_in_is_not_asked_to_be_minimal() -> None:
    images = [container(name, f"acme/{name}@{OTHER}") for name in ("web", "istio-proxy")]
    snapshot = cluster([deployment("web", {"containers": images}), report(OTHER, family="debian", name="12.1")])
    assert verdicts("base_minimal", snapshot) == {"web/web": False}
    assert asked("base_minimal", snapshot).examined == 1


@pytest.mark.parametrize(
    ("image", "retired"),
    [
        ("openjdk:17", True),
        ("bitnamilegacy/postgresql:16", True),
        ("bitnami/postgresql:latest", False),
        ("docker.io/library/vault:1.13", True),
        ("hashicorp/vault:1.20", False),
        ("public.ecr.aws/docker/library/openjdk:17", True),  # official images keep this name in mirrors
        ("adoptopenjdk/openjdk11:jre", True),
        ("owncloud:10", True),
        ("owncloud/server:10", False),
        ("quay.io/acme/openjdk:17", False),  # who knows what that is
    ],
)
def test_retired_repositories_are_known_by_their_whole_name(image: str, retired: bool) -> None:
    snapshot = cluster([deployment("web", {"containers": [container(image=image)]})])
    assert bool(asked("base_image_maintained", snapshot).failed) is retired


def pulled(name: str, seconds: int) -> dict[str, Any]:
    about = {"kind": "Pod", "namespace": "shop", "name": name, "fieldPath": "spec.containers{web}"}
    told = {"reason": "Pulled", "message": f'Successfully pulled image "nginx:1" in {seconds}s'}
    metadata = {"name": f"{name}.{seconds}", "namespace": "shop"}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": metadata,
        "involvedObject": about,
        **told,
        "lastTimestamp": "2026-11-01T11:40:00Z",
    }


def test_pulls_are_told_per_workload_and_without_those_of_new_nodes() -> None:
    owner = {"kind": "ReplicaSet", "name": "web"}
    spec = {"containers": [container(image="nginx:1")]}
    fresh = node("fresh")
    fresh["metadata"]["creationTimestamp"] = "2026-11-01T11:30:00Z"
    pods = [pod(f"web-{n}", {**spec, "nodeName": "old" if n < 2 else "fresh"}, owner=owner) for n in range(3)]
    snapshot = cluster([*pods, node("old"), fresh, pulled("web-0", 40), pulled("web-1", 50), pulled("web-2", 90)])
    (finding,) = asked("image_pulls_fast", snapshot).findings
    assert (finding.object.kind, finding.object.name, finding.object.container) == ("ReplicaSet", "web", "web")
    assert (finding.evidence["seconds"], finding.evidence["pulls"], finding.evidence["window_minutes"]) == (50, 2, 20)


def test_a_pull_longer_than_a_duration_was_not_told_by_a_kubelet() -> None:
    forged = pulled("web-0", int("9" * 400))
    forged["metadata"]["name"] = "forged"
    spec = {"containers": [container(image="nginx:1")], "nodeName": "old"}
    snapshot = cluster([pod("web-0", spec), node("old"), forged, pulled("web-0", 40)])
    (finding,) = asked("image_pulls_fast", snapshot).findings
    assert (finding.evidence["seconds"], finding.evidence["pulls"]) == (40, 1)


def test_a_container_that_admission_added_gets_no_patch() -> None:
    """A patch of the workload would add a container to its template."""
    own = {"containers": [container()]}
    spec = {"containers": [container(), container("agent", "acme/agent:latest")]}
    owner = {"kind": "Deployment", "name": "web", "uid": "Deployment-shop-web"}
    snapshot = cluster(
        [deployment("web", own), pod("web-1", spec, owner=owner, **running("agent", DIGEST, "acme/agent:latest"))]
    )
    (finding,) = asked("image_pinned", snapshot).findings
    assert (finding.object.container, finding.remedy) == ("agent", ())


@pytest.mark.parametrize(
    ("image_id", "pinned"),
    [
        (f"docker.io/library/nginx@{OTHER}", True),
        (f"docker-pullable://nginx@{OTHER}", True),
        (OTHER, False),  # loaded by hand: the digest of its configuration
        (f"docker.io/library/import-2026-01-01@{OTHER}", False),  # as kind loads images
        (f"mirror.example/library/nginx@{OTHER}", False),  # another name of what the node holds
    ],
)
def test_a_digest_is_pinned_only_in_the_repository_that_has_it(image_id: str, pinned: bool) -> None:
    spec = {"containers": [container(image="nginx:latest")]}
    owner = {"kind": "Deployment", "name": "web", "uid": "Deployment-shop-web"}
    told = {"containerStatuses": [{"name": "web", "image": "nginx:latest", "imageID": image_id}]}
    (finding,) = asked(
        "image_pinned", cluster([deployment("web", spec), pod("web-1", spec, owner=owner, **told)])
    ).findings
    assert bool(finding.remedy) is pinned


def revision(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """A ReplicaSet of the Deployment web."""
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "Deployment-shop-web"}
    metadata = {"name": name, "namespace": "shop", "uid": name, "ownerReferences": [{**owner, "controller": True}]}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": {"template": {"spec": spec}}}


def test_the_fault_of_a_former_revision_is_not_patched_into_the_present_one() -> None:
    """It would take the rollout back."""
    before, after = ({"containers": [container(image=f"nginx:{tag}")]} for tag in ("latest", "1.29.1"))
    told = running("web", OTHER, "nginx:latest")
    old = pod("web-1-a", before, owner={"kind": "ReplicaSet", "name": "web-1", "uid": "web-1"}, **told)
    new = pod("web-2-a", after, owner={"kind": "ReplicaSet", "name": "web-2", "uid": "web-2"})
    revisions = [revision("web-1", before), revision("web-2", after)]
    (finding,) = asked("image_pinned", cluster([deployment("web", after), *revisions, old, new])).findings
    assert (finding.passed, finding.remedy) == (False, ())
    (finding,) = asked("image_pinned", cluster([deployment("web", before), *revisions, old, new])).findings
    assert finding.remedy


def test_a_folder_of_manifests_tells_what_is_pinned() -> None:
    """Nodes are not in it, and are not needed to read a reference."""
    objects = [deployment(name, {"containers": [container(image=f"nginx:{name}")]}) for name in ("latest", "1.29.1")]
    folder = without(cluster(objects), ["nodes"], Reading.NOT_REQUESTED)
    result = asked("image_pinned", folder)
    assert (result.passed, result.failed, result.unknown) == (1, 1, 0)


def scanned(revision: str, tag: str, hour: int, ended: bool) -> dict[str, Any]:
    """A report of a ReplicaSet's container, as trivy-operator writes it for an image with a tag."""
    found = report("", family="debian", name="12", eosl=ended)
    labels = {"trivy-operator.resource.name": f"web-{revision}", "trivy-operator.container.name": "web"}
    found["metadata"] = {"name": f"replicaset-web-{revision}-web", "namespace": "shop", "labels": labels}
    found["report"] |= {
        "artifact": {"repository": "acme/web", "tag": tag},
        "updateTimestamp": f"2026-10-31T{hour}:00:00Z",
    }
    return found


@pytest.mark.parametrize("hours", [(11, 12), (12, 11)])
def test_a_report_of_a_former_revision_says_nothing_of_the_image_that_runs(hours: tuple[int, int]) -> None:
    spec = {"containers": [container(image="acme/web:2")]}
    reports = [scanned("7f", "1", hours[0], ended=True), scanned("9c", "2", hours[1], ended=False)]
    assert asked("os_supported", cluster([deployment("web", spec), *reports])).passed == 1


def test_nodes_that_cannot_be_read_hide_nothing_of_what_a_scanner_found() -> None:
    web = pod("web", {"containers": [container()]}, **running("web", DIGEST))
    found = report(DIGEST, family="debian", name="9", eosl=True)
    snapshot = without(cluster([web, found]), ["nodes"], Reading.FORBIDDEN)
    assert asked("os_supported", snapshot).failed == 1
    assert asked("base_minimal", snapshot).failed == 1
    for check in ("image_size_moderate", "one_digest_per_tag"):
        assert asked(check, snapshot).status is Status.UNKNOWN, check


def test_digests_of_unknown_nodes_may_be_of_several_platforms() -> None:
    snapshot = without(runs(*THREE), ["nodes"], Reading.FORBIDDEN)
    assert Tables(snapshot)["images"]["digests"].isna().all()
