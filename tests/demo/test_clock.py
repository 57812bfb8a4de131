"""The demo's clock moves times and nothing else."""

from datetime import datetime, timedelta, timezone

import pytest

from data.demo.clock import CLOCK, aged, moved, printed
from k8sready.objects.containers import Container
from k8sready.objects.core import SecretRow
from k8sready.objects.meta import FieldManager, ObjectMeta
from k8sready.objects.pods import Pod, PodSpec, PodStatus
from k8sready.snapshot import Identity, Origin, Snapshot

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("days", "text"), [(0, "0d"), (729, "729d"), (730, "2y"), (731, "2y1d"), (2919, "7y364d"), (2921, "8y")]
)
def test_ages_are_printed_as_kubectl_does(days: int, text: str) -> None:
    assert printed(days) == text


def test_every_time_within_an_object_moves_and_the_shared_template_stays_shared() -> None:
    spec, wrote = PodSpec(containers=(Container(name="a"),)), FieldManager(manager="kubelet", time=NOW)
    pod = Pod(metadata=ObjectMeta(field_managers=(wrote,)), spec=spec, status=PodStatus(start_time=NOW))
    later = moved(pod, timedelta(hours=1))
    assert later.metadata.field_managers == (FieldManager(manager="kubelet", time=NOW - timedelta(hours=1)),)
    assert later.status.start_time == NOW - timedelta(hours=1)
    assert later.spec is spec


def test_what_holds_no_time_is_returned_itself() -> None:
    spec = PodSpec(containers=(Container(name="a"),))
    assert moved(spec, timedelta(days=1)) is spec


def test_objects_are_as_old_as_the_list_says() -> None:
    """A named secret, an ordinary one, and a pod of the last rollout."""

    def born(namespace: str, name: str) -> ObjectMeta:
        return ObjectMeta(namespace=namespace, name=name, creation_timestamp=NOW)

    snapshot = Snapshot(
        Identity(Origin.CLUSTER, NOW.replace(microsecond=5)),
        {
            "secrets": (
                SecretRow(metadata=born("shop-prod", "session-signing-key")),
                SecretRow(metadata=born("shop-prod", "x")),
            ),
            "pods": (Pod(metadata=born("legacy", "stock-sync-1"), status=PodStatus(start_time=NOW)),),
        },
    )
    shown = aged(snapshot)
    first, second = shown.of("secrets", SecretRow)
    (pod,) = shown.of("pods", Pod)
    assert shown.identity.captured_at == CLOCK
    assert (first.age, second.age) == ("4y30d", "210d")
    assert pod.metadata.creation_timestamp is not None
    assert (CLOCK - pod.metadata.creation_timestamp).days == 180
    assert pod.status.start_time == CLOCK - timedelta(days=180)
