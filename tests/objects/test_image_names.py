"""Image references keep their tags, and nothing else that a reference may smuggle in."""

import pytest

from k8sready.objects.concealing import clean_image, clean_text
from k8sready.objects.decoding import from_manifest, to_manifest
from k8sready.objects.pods import Pod

DIGEST = "@sha256:" + "a" * 64


@pytest.mark.parametrize(
    "reference",
    [
        "external-secrets:v1.0.0",
        f"registry.example/mirror/external-secrets:v1.0.0{DIGEST}",
        "localhost:5000/token:2",
        f"docker-pullable://registry.example/secrets{DIGEST}",
        "registry.example:5000/credentials",
        "",
    ],
)
def test_an_image_called_like_a_secret_keeps_its_tag(reference: str) -> None:
    assert clean_image(reference) == reference


@pytest.mark.parametrize(
    "reference",
    [
        "robot:C4NARY@registry.example/app:1",
        "https://robot:C4NARY@registry.example/app:1",
        "registry.example/app?token=C4NARY",
        "registry.example/app:1 --password C4NARY",
        "AKIAC4NARYC4NARYC4NA",
    ],
)
def test_what_is_more_than_a_reference_is_cut(reference: str) -> None:
    assert "C4NARY" not in clean_image(reference)
    assert clean_image(clean_image(reference)) == clean_image(reference)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ('Successfully pulled image "registry.example/external-secrets:v1" in 2s', True),
        ('failed to resolve reference "registry.example/a/token:1": not found', True),
        ('image "registry.example/app:1": password:v1', False),
        ('image "password:v1"', False),
    ],
)
def test_a_message_keeps_the_image_it_quotes_and_no_assigned_value(message: str, kept: bool) -> None:
    assert (clean_text(message) == message) is kept


def test_a_pod_says_which_images_it_runs() -> None:
    image = f"registry.example/external-secrets:v1{DIGEST}"
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": image}]},
        "status": {"containerStatuses": [{"name": "c", "image": image, "imageID": image}]},
    }
    kind, item = from_manifest(pod)
    assert isinstance(item, Pod)
    status = item.status.container_statuses[0]
    assert {item.spec.containers[0].image, status.image, status.image_id} == {image}
    assert from_manifest(to_manifest(kind, item)) == (kind, item)
