"""What cannot be read never turns a check green, and evidence only narrows the score."""

import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

import k8sready
from k8sready import bundle
from k8sready.answers import Exemption, Said
from k8sready.assessment import Assessment, assess, compare
from k8sready.checks import Status
from k8sready.reporting import to_json
from k8sready.snapshot import Origin, Reading, Snapshot
from k8sready.tables import Tables
from tests.checklist.clusters import without

DEMO = k8sready.open(bundle.demo())
WHOLE = Tables(DEMO)
KINDS = sorted(DEMO.coverage)
ROUNDING = 1e-6


@pytest.fixture(scope="module")
def whole() -> Assessment:
    return assess(DEMO, tables=WHOLE)


def statuses(assessment: Assessment) -> dict[str, Status]:
    return {result.check: result.status for result in assessment.results}


def unread(whole: Assessment, key: str, reading: Reading) -> Assessment:
    """Without a kind. Checks whose tables do not read it stand as they were; that tables read no others is tested."""
    snapshot = without(DEMO, [key], reading)
    return assess(snapshot, tables=Tables(snapshot, WHOLE), before=whole)


@pytest.mark.parametrize("key", KINDS)
def test_a_denied_kind_turns_nothing_green_and_is_shown(whole: Assessment, key: str) -> None:
    denied = unread(whole, key, Reading.FORBIDDEN)
    before, after = statuses(whole), statuses(denied)
    assert [name for name in after if after[name] is Status.PASS and before[name] is not Status.PASS] == []
    shown = {item["resource"]: item["reading"] for item in json.loads(to_json(denied))["coverage"]}
    assert shown[key] == "forbidden"
    assert denied.score.worst <= whole.score.worst + ROUNDING
    assert denied.score.best >= whole.score.best - ROUNDING


@pytest.mark.parametrize("key", KINDS)
def test_an_absent_kind_turns_nothing_green(whole: Assessment, key: str) -> None:
    before, after = statuses(whole), statuses(unread(whole, key, Reading.ABSENT))
    assert [name for name in after if after[name] is Status.PASS and before[name] is not Status.PASS] == []


def test_everything_denied_is_the_whole_interval() -> None:
    denied = assess(without(DEMO, KINDS, Reading.FORBIDDEN))
    assert (denied.score.worst, denied.score.best) == (0.0, 100.0)
    assert {result.status for result in denied.results} == {Status.UNKNOWN}


def test_exempting_any_finding_never_lowers_the_score(whole: Assessment) -> None:
    for finding in whole.findings[::7]:
        named = finding.object
        exemption = Exemption(finding.check, "accepted", "team", named.kind, named.namespace, named.name)
        score = assess(DEMO, Said(exemptions=(exemption,))).score
        assert score.worst >= whole.score.worst - ROUNDING
        assert score.best >= whole.score.best - ROUNDING


def test_exemptions_that_match_nothing_or_have_ended_are_reported(whole: Assessment) -> None:
    from datetime import date

    idle = Exemption("image_pinned", "r", "o", namespace="nowhere")
    ended = Exemption("image_pinned", "r", "o", until=date(2020, 1, 1))
    assessment = assess(DEMO, Said(exemptions=(idle, ended)))
    assert (assessment.idle_exemptions, assessment.expired_exemptions) == ((idle,), (ended,))
    assert assessment.score == whole.score


def test_a_finding_whose_check_is_unknown_now_is_not_fixed(whole: Assessment) -> None:
    later = compare(whole, assess(without(DEMO, ["resourcequotas"], Reading.FORBIDDEN)))
    gone = {finding.check for finding in later.no_longer_known}
    assert "quota_set" in gone
    assert "quota_set" not in {finding.check for finding in later.fixed}
    assert later.new == ()


def test_a_comparison_tells_new_from_fixed_from_open(whole: Assessment) -> None:
    finding = next(item for item in whole.findings if item.check == "quota_set")
    healed: Snapshot = DEMO.apply(finding.remedy)
    compared = compare(whole, assess(healed))
    assert [item.key for item in compared.fixed if item.check == "quota_set"] == [finding.key]
    assert compared.new == ()
    reverse = compare(assess(healed), whole)
    assert [item.key for item in reverse.new if item.check == "quota_set"] == [finding.key]
    assert len(reverse.still_open) == len(compared.still_open)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"findings": ()}, True),
        ({"findings": (), "status": Status.UNKNOWN}, False),
        ({"findings": (), "detail": "resourcequotas: partial"}, False),  # it saw only a part
        ({"passed": None}, False),  # of this object it cannot tell
        ({"passed": None, "item": "another"}, True),
    ],
)
def test_only_what_the_later_assessment_could_have_seen_is_fixed(
    whole: Assessment, change: dict[str, Any], told: bool
) -> None:
    result = whole.result("quota_set")
    finding = result.open_findings[0]
    left = (structs.replace(finding, **change),) if "passed" in change else ()
    changed = replace(result, **{"findings": left} if left else change)
    compared = compare(whole, replace(whole, results=(changed,)))
    assert (finding in compared.fixed, finding in compared.no_longer_known) == (told, not told)
    assert all(item.check != "quota_set" for item in compared.still_open)
    assert {item.check for item in compared.fixed} <= {"quota_set"}  # of no other check is anything known


@pytest.mark.parametrize(
    ("earlier", "later", "one"),
    [
        ({"uid": "a"}, {"uid": "b"}, False),
        ({"uid": "a", "server": "x"}, {"uid": "a", "server": "y"}, True),  # reached by another name
        ({"uid": "a", "server": "x"}, {"uid": "", "server": "x"}, True),
        ({"uid": "", "server": "x"}, {"uid": "a", "server": "y"}, False),
        ({"uid": "", "server": "x"}, {"uid": "", "server": "y"}, False),
        ({"uid": "", "origin": Origin.DUMP}, {"uid": "", "origin": Origin.MANIFESTS}, False),
    ],
)
def test_two_clusters_are_not_compared(
    whole: Assessment, earlier: dict[str, Any], later: dict[str, Any], one: bool
) -> None:
    first, second = (replace(whole, identity=replace(whole.identity, **change)) for change in (earlier, later))
    if one:
        assert compare(first, second).new == ()
    else:
        with pytest.raises(ValueError, match="different clusters"):
            compare(first, second)
