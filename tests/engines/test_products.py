"""Which tools run here: evidence is classed, names alone never count, and no signature claims another's images."""

import re

import pytest

from k8sready.engines.products import Product, RunningImage, Seen, Sign, State, detect, signatures

HOST = "registry.example/mirror"


def one(seen: Seen, name: str) -> Product | None:
    return next((product for product in detect(seen) if product.name == name), None)


def image(path: str, ready: bool = True, version: str = "") -> Seen:
    return Seen(images=[RunningImage(f"{HOST}/{path}", ready, version)])


def test_nothing_seen_finds_nothing() -> None:
    assert detect(Seen()) == ()


@pytest.mark.parametrize("name", ["argocd", "flux-system", "istio-system", "kyverno"])
def test_a_namespace_name_alone_never_counts(name: str) -> None:
    assert detect(Seen(namespaces=[name])) == ()


def test_served_types_alone_may_be_leftovers() -> None:
    found = one(Seen(resources=[("kyverno.io", "clusterpolicies")]), "Kyverno")
    assert found is not None
    assert (found.state, found.strong) == (State.PRESENT, False)


@pytest.mark.parametrize(("ready", "state"), [(True, State.INSTALLED), (False, State.PRESENT)])
def test_an_image_is_installed_only_with_a_ready_pod(ready: bool, state: State) -> None:
    found = one(image("kyverno/kyverno:v1.15.0", ready), "Kyverno")
    assert found is not None
    assert (found.state, found.version, found.strong) == (state, "v1.15.0", False)


def test_two_classes_with_an_image_are_strong_and_custom_resources_are_use() -> None:
    seen = Seen(
        resources=[("argoproj.io", "applications")],
        images=[RunningImage(f"{HOST}/argoproj/argocd:v3.1.0", True)],
        custom={"applications.argoproj.io": 4},
        namespaces=["argocd"],
    )
    found = one(seen, "Argo CD")
    assert found is not None
    assert (found.state, found.strong, found.version) == (State.IN_USE, True, "v3.1.0")
    assert {item.sign for item in found.evidence} == {Sign.API, Sign.CUSTOM, Sign.IMAGE, Sign.NAMESPACE}


def test_no_custom_resources_is_no_use() -> None:
    found = one(Seen(resources=[("flagger.app", "canaries")], custom={"canaries.flagger.app": 0}), "Flagger")
    assert found is not None
    assert found.state is State.PRESENT


def test_tools_that_share_a_group_are_told_apart_by_their_resources() -> None:
    assert [item.name for item in detect(Seen(resources=[("argoproj.io", "rollouts")]))] == ["Argo Rollouts"]
    assert [item.name for item in detect(Seen(resources=[("cilium.io", "tracingpolicies")]))] == ["Tetragon"]


def test_a_digest_alone_gives_no_version_unless_a_label_does() -> None:
    digest = "@sha256:" + "a" * 64
    bare, labelled = (
        one(image(f"istio/pilot{digest}"), "Istio"),
        one(image(f"istio/pilot{digest}", True, "1.29.1"), "Istio"),
    )
    assert bare is not None
    assert labelled is not None
    assert (bare.version, labelled.version) == ("", "1.29.1")


@pytest.mark.parametrize("hostile", ["", ":", "@", "://", "a" * 5000, "UPPER/CASE:x", "\N{NULL}", "x:y:z@w"])
def test_broken_image_names_are_no_evidence(hostile: str) -> None:
    assert detect(Seen(images=[RunningImage(hostile, True)])) == ()


@pytest.mark.parametrize("path", ["myargoproj/argocd-copy:1", "team/kyverno:1", "shop/fluxcd:2", "library/nginx:1"])
def test_a_part_of_a_path_is_no_evidence(path: str) -> None:
    assert detect(image(path)) == ()


def test_tracked_objects_are_use_and_the_value_of_a_label_matters() -> None:
    assert one(Seen(labels=[("app.kubernetes.io/managed-by", "Helm")]), "Helm") is not None
    assert one(Seen(labels=[("app.kubernetes.io/managed-by", "shell")]), "Helm") is None


def _examples() -> list[tuple[str, str]]:
    """One image for every alternative of every signature, without its expression's marks."""
    pairs = []
    for signature in signatures():
        body = re.sub(r"^\(\?:\^\|/\)\(\?:|\)\$$", "", signature.images.pattern)
        for part in [] if body == "(?!)" else re.split(r"\|(?![^(]*\))", body):
            group = re.search(r"\(\?:([^)]*)\)", part)
            for choice in group[1].split("|") if group else [""]:
                path = part.replace(group[0], choice) if group else part
                pairs.append((signature.name, path.replace("[^/]*", "-x").replace(".*", "x").replace("\\", "")))
    return pairs


@pytest.mark.parametrize(("name", "path"), _examples())
def test_every_signature_knows_its_image_on_any_host_and_no_other_tool_claims_it(name: str, path: str) -> None:
    assert [product.name for product in detect(image(f"{path}:v1.2.3"))] == [name]
