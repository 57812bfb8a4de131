"""A second visit: the page and the JSON say what changed since an earlier assessment."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

import k8sready
from k8sready import bundle
from k8sready.assessment import Assessment, Comparison, compare
from k8sready.reporting import to_json
from k8sready.reporting.html import render
from k8sready.snapshot import Reading, Snapshot
from tests.assessment.test_denials import without
from tests.browser import Seen
from tests.checklist.clusters import cluster
from tests.reporting.test_page import Open, opened

HOSTILE = "<img src=x onerror=document.title='owned'>"


def visits(earlier: Snapshot, later: Snapshot) -> tuple[Assessment, Comparison]:
    now = replace(later.identity, captured_at=earlier.identity.captured_at + timedelta(days=30))
    assessment = k8sready.assess(replace(later, identity=now), prove=False)
    return assessment, compare(k8sready.assess(earlier, prove=False), assessment)


def second_visit() -> tuple[Assessment, Comparison, Snapshot]:
    """One namespace has a quota now, a pod with a moving tag is new, and ServiceAccounts cannot be listed any more."""
    demo = k8sready.open(bundle.demo())
    quota = next(item for item in k8sready.assess(demo, prove=False).findings if item.check == "quota_set")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "late", "namespace": quota.object.name},
        "spec": {"containers": [{"name": "c", "image": f"nginx{HOSTILE}"}, {"name": "d", "image": "nginx"}]},
    }
    later = without(demo.apply([*quota.remedy, pod]), ["serviceaccounts"], Reading.FORBIDDEN)
    return *visits(demo, later), later


def counted(seen: Seen) -> dict[str, int]:
    told = [item.inner_text().split(maxsplit=2) for item in seen.page.locator("#since .counts li").all()]
    return {word: int(count) for count, _, word in told}


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_says_what_is_new_and_what_is_fixed(open_page: Open, tmp_path: Path, scheme: str) -> None:
    assessment, compared, later = second_visit()
    path = k8sready.report(assessment, later, tmp_path / "later.html", compared=compared)
    seen = opened(open_page, path, color_scheme=scheme, bypass_csp=True)
    assert counted(seen) == {
        "new": len(compared.new),
        "fixed": len(compared.fixed),
        "can no longer be told": len(compared.no_longer_known),
        "still open": len(compared.still_open),
    }
    assert min(counted(seen).values()) > 0
    assert seen.page.title().startswith("Production readiness")
    links = seen.page.locator("#since .top a")
    assert any("nginx" in text for text in links.all_inner_texts())
    for link in links.all():
        assert seen.page.locator(str(link.get_attribute("href"))).count() == 1
    assert Axe().run(seen.page, context="#since").response["violations"] == []


def test_a_report_without_an_earlier_one_says_nothing_of_it() -> None:
    demo = k8sready.open(bundle.demo())
    assessment = k8sready.assess(demo, prove=False)
    assert 'id="since"' not in render(assessment)
    assert json.loads(to_json(assessment))["comparison"] is None


def test_the_json_has_every_finding_that_changed() -> None:
    assessment, compared, _ = second_visit()
    told = json.loads(to_json(assessment, compared))["comparison"]
    assert told["since"] == compared.since.isoformat()
    for name in ("new", "fixed", "still_open", "no_longer_known"):
        expected = [(item.check, item.object.name, item.item) for item in getattr(compared, name)]
        assert [(item["check"], item["name"], item["item"]) for item in told[name]] == expected
    open_now = {
        (item["check"], item["namespace"], item["name"]) for item in json.loads(to_json(assessment))["findings"]
    }
    assert {(item["check"], item["namespace"], item["name"]) for item in told["new"]} <= open_now


def test_many_changes_are_counted_and_the_first_of_them_named() -> None:
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"p{number}", "namespace": "shop", "uid": f"p{number}"},
            "spec": {"containers": [{"name": "c", "image": "nginx"}]},
        }
        for number in range(60)
    ]
    assessment, compared = visits(cluster(pods[:1]), cluster(pods))
    page = render(assessment, compared=compared)
    part = page[page.index('id="since"') : page.index('id="top-title"')]
    named = part.count("#check-")
    assert 0 < named < len(compared.new)
    assert f"<li>+ {len(compared.new) - named}</li>" in part
