"""Image references are read as the container runtimes and the API server read them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8sready.engines.images import Reference, digest_of, has_suffix, parse
from tests.controlplane.server import ControlPlane

SHA = "sha256:" + "a" * 64
CASES = [
    ("nginx", "docker.io", "library/nginx", "", ""),
    ("nginx:1.27", "docker.io", "library/nginx", "1.27", ""),
    ("team/app", "docker.io", "team/app", "", ""),
    ("docker.io/nginx", "docker.io", "library/nginx", "", ""),
    ("index.docker.io/library/nginx", "docker.io", "library/nginx", "", ""),
    ("localhost/app", "localhost", "app", "", ""),
    ("localhost:5000/app:v1", "localhost:5000", "app", "v1", ""),
    ("registry.example:443/a/b/c@" + SHA, "registry.example:443", "a/b/c", "", SHA),
    (f"registry.example/a:1@{SHA}", "registry.example", "a", "1", SHA),
    ("Registry/app", "Registry", "app", "", ""),
    ("REGISTRY.example/app", "REGISTRY.example", "app", "", ""),
    ("[fd00::1]:5000/app", "[fd00::1]:5000", "app", "", ""),
    ("a__b/c---d/e_f.g", "docker.io", "a__b/c---d/e_f.g", "", ""),
    ("registry:5000", "docker.io", "library/registry", "5000", ""),
    ("my_registry.example/app", "my_registry.example", "app", "", ""),
    ("app:" + "t" * 128, "docker.io", "library/app", "t" * 128, ""),
]
INVALID = [
    *("", " ", ":tag", "@" + SHA, "/app", "app/", "a//b", "app:", "app@", "app@sha256", "nginx latest", "nginx\n"),
    *("NGINX", "team/App", "-app", "app-", "_app", "a___b", "a..b", "app:.tag", "app:-tag", "app:" + "t" * 129),
    *("app@sha256:abcd", "app@sha256:" + "A" * 64, "app@md5:" + "a" * 32, "a" * 64),
    *("https://registry.example/app", "registry.example:x/app"),
    *("registry.example/" + "a" * 256, "${IMAGE}", "{{ .Values.image }}", "nginx:1.27:2", "naïve/app", "[::1]app"),
]


@pytest.mark.parametrize(("image", "registry", "repository", "tag", "digest"), CASES)
def test_a_reference_has_these_parts(image: str, registry: str, repository: str, tag: str, digest: str) -> None:
    assert parse(image) == Reference(registry, repository, tag, digest)


@pytest.mark.parametrize("image", INVALID)
def test_what_no_runtime_would_take_is_no_reference(image: str) -> None:
    assert parse(image) is None


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("app", "Always"),
        ("app:latest", "Always"),
        ("app:1", "IfNotPresent"),
        (f"app@{SHA}", "IfNotPresent"),
        (f"app:latest@{SHA}", "Always"),
        ("localhost:5000/app", "Always"),
        ("my_registry.example/app", "Always"),
        ("my_registry.example/app:1", "IfNotPresent"),
    ],
)
@pytest.mark.controlplane
def test_the_pull_policy_is_the_one_the_api_server_sets(controlplane: ControlPlane, image: str, policy: str) -> None:
    spec = {"containers": [{"name": "c", "image": image}]}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    _, answer = controlplane.request("POST", "/api/v1/namespaces/default/pods?dryRun=All", body)
    assert json.loads(answer)["spec"]["containers"][0]["imagePullPolicy"] == policy
    reference = parse(image)
    assert reference is not None
    assert reference.default_pull_policy == policy


_component = st.from_regex(r"\A[a-z0-9]{1,5}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}\Z")
_hosts = st.from_regex(r"\A[a-zA-Z0-9]{1,8}\.[a-zA-Z0-9]{1,8}(?::[0-9]{1,5})?\Z")
_tags = st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}\Z")


@given(_hosts, st.lists(_component, min_size=1, max_size=4), st.none() | _tags, st.none() | st.just(SHA))
def test_what_the_grammar_makes_is_read_back(host: str, path: list[str], tag: str | None, digest: str | None) -> None:
    image = f"{host}/{'/'.join(path)}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    found = parse(image)
    assert found is not None
    assert (found.registry, found.tag, found.digest) == (host, tag or "", digest or "")


@given(st.text(max_size=60) | st.from_regex(r"[a-zA-Z0-9./:@_-]{0,40}"))
def test_writing_a_reference_and_reading_it_again_changes_nothing(image: str) -> None:
    found = parse(image)
    assert found is None or parse(str(found)) == found


@pytest.mark.parametrize(
    ("image_id", "digest"),
    [
        (f"registry.example/app@{SHA}", SHA),
        (f"docker-pullable://registry.example/app@{SHA}", SHA),
        (f"docker://{SHA}", SHA),
        (SHA, SHA),
        ("registry.example/app:1", ""),
        ("", ""),
    ],
)
def test_the_digest_in_an_image_id(image_id: str, digest: str) -> None:
    assert digest_of(image_id) == digest


@pytest.mark.parametrize(
    ("repository", "suffix", "fits"),
    [
        ("istio/proxyv2", "istio/proxyv2", True),
        ("mirror/hub/istio/proxyv2", "istio/proxyv2", True),
        ("notistio/proxyv2", "istio/proxyv2", False),
        ("istio/proxyv2-debug", "istio/proxyv2", False),
        ("proxyv2", "istio/proxyv2", False),
    ],
)
def test_suffixes_match_whole_parts(repository: str, suffix: str, fits: bool) -> None:
    assert has_suffix(repository, suffix) is fits
