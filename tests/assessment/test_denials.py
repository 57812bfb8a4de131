"""What cannot be read never turns a check green, and evidence only narrows the score."""

import json

import pytest

import k8sready
from k8sready import bundle
from k8sready.answers import Exemption, Said
from k8sready.assessment import Assessment, assess, compare
from k8sready.checks import Status
from k8sready.reporting import to_json
from k8sready.snapshot import Reading, Snapshot
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


def test_two_clusters_are_not_compared(whole: Assessment) -> None:
    from dataclasses import replace

    other = replace(whole, identity=replace(whole.identity, uid="another"))
    with pytest.raises(ValueError, match="different clusters"):
        compare(whole, other)
