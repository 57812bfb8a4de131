"""How reading a kind ended: whole only if nothing at all is missing, and nothing read is told by why."""

from typing import Any

import pytest

from k8sready.objects.base import Object
from k8sready.objects.core import Namespace
from k8sready.objects.kinds import BY_KEY
from k8sready.objects.meta import ObjectMeta
from k8sready.snapshot import Reading
from k8sready.sources.tally import FORBIDDEN, Tally, distinct

ABSENT, BROKEN = "the API server does not serve it (404)", "500"
WHOLE, TWO = None, ("a", "b")


def named(space: str, name: str, uid: str = "") -> Object:
    return Namespace(metadata=ObjectMeta(namespace=space, name=name, uid=uid))


@pytest.mark.parametrize(
    ("scope", "lacking", "fields", "reading"),
    [
        (WHOLE, [], {}, Reading.COMPLETE),
        (TWO, [], {"pages": 2}, Reading.COMPLETE),
        (WHOLE, [], {"broken": ["a/x: odd"]}, Reading.PARTIAL),
        (TWO, [], {"others": True}, Reading.PARTIAL),  # there may be namespaces that nobody named
        (WHOLE, [FORBIDDEN], {}, Reading.FORBIDDEN),
        (WHOLE, [ABSENT], {}, Reading.ABSENT),
        (WHOLE, [BROKEN], {}, Reading.FAILED),
        (WHOLE, [BROKEN], {"pages": 1}, Reading.PARTIAL),  # cut short, even if the first page held nothing
        (WHOLE, [BROKEN], {"objects": [named("", "a")]}, Reading.PARTIAL),
        (TWO, [FORBIDDEN], {}, Reading.PARTIAL),  # the other was read, and holds nothing
        (TWO, [FORBIDDEN, FORBIDDEN], {}, Reading.FORBIDDEN),
        (TWO, [FORBIDDEN, BROKEN], {}, Reading.FORBIDDEN),
        (TWO, [BROKEN, BROKEN], {}, Reading.FAILED),
        (TWO, [ABSENT, ABSENT], {}, Reading.ABSENT),
    ],
)
def test_reading_ended_as_its_lists_did(
    scope: tuple[str, ...] | None, lacking: list[str], fields: dict[str, Any], reading: Reading
) -> None:
    tally = Tally(**fields)
    for space, why in zip(TWO if scope else ("",), lacking, strict=False):
        tally.lacks(space, why)
    covered = tally.outcome(BY_KEY["namespaces"], scope).coverage
    assert covered.reading is reading
    assert covered.missing == (TWO[: len(lacking)] if scope else ())
    assert all(why in covered.reason for why in lacking)
    assert bool(covered.reason) is bool(lacking or tally.broken)


def test_objects_are_in_one_order_and_each_is_there_once() -> None:
    listed = [named("b", "x", "1"), named("a", "z", "2"), named("a", "y", "3"), named("a", "z", "2"), named("", "q")]
    tally = Tally(objects=distinct([*listed, named("", "q")]))  # what has no uid cannot be told apart
    objects = tally.outcome(BY_KEY["namespaces"], None).objects
    told = [(item.metadata.namespace, item.metadata.name) for item in objects if isinstance(item, Namespace)]
    assert told == [("", "q"), ("", "q"), ("a", "y"), ("a", "z"), ("b", "x")]
    assert tally.outcome(BY_KEY["namespaces"], None).coverage.count == 5
