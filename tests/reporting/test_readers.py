"""What a reader finds on the page: every check on screen and on paper, what was said, and enough without scripts."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

import k8sready
from k8sready.answers import Answer, Exemption, Reply, Said
from k8sready.snapshot import Snapshot
from tests.browser import Seen
from tests.checklist.clusters import cluster
from tests.reporting.test_page import Open, opened, written

pytestmark = pytest.mark.browser
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "a", "uid": "1"}}


def out_of_sight(seen: Seen, what: str) -> list[str]:
    """Texts of the elements that are not drawn, or beside the page."""
    return seen.page.locator(what).evaluate_all(
        "all => all.filter(e => !(e.getBoundingClientRect().right > 0)).map(e => e.textContent.trim().slice(0, 80))"
    )


@pytest.mark.parametrize("media", ["screen", "print"])
def test_every_check_verdict_and_count_is_in_sight(open_page: Open, tmp_path: Path, media: str) -> None:
    pod = {**POD, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    seen = opened(open_page, written(cluster([pod]), tmp_path / "skipped.html"))
    seen.page.emulate_media(media=media)
    assert seen.page.locator("article.check.skip").count() > 0
    assert out_of_sight(seen, "article.check, .verdict .status, .counts li") == []


def test_without_scripts_the_page_says_what_is_missing_and_shows_the_rest(
    open_page: Open, demo: Snapshot, tmp_path: Path
) -> None:
    path = written(demo, tmp_path / "demo.html")
    page = open_page(java_script_enabled=False).page
    page.goto(path.as_uri())
    expect(page.get_by_text("Here scripts do not run")).to_be_visible()
    expect(page.locator("figure, .filters, .tools, #table").filter(visible=True)).to_have_count(0)
    expect(page.locator(".check .findings").first).to_be_visible()


def test_a_namespace_without_findings_does_not_lead_to_those_of_others(
    open_page: Open, demo: Snapshot, tmp_path: Path
) -> None:
    page = opened(open_page, written(demo, tmp_path / "demo.html")).page
    names = page.locator(".matrix tbody tr")
    linked = names.filter(has=page.locator("a.jump"))
    assert 0 < linked.count() < names.count()
    for link in linked.locator("a.jump").all():
        link.click()
        assert page.locator("#by-namespace").input_value() == link.inner_text()


def test_an_exempted_answer_tells_by_whom_and_why_and_a_note_keeps_its_lines(open_page: Open, tmp_path: Path) -> None:
    snapshot = cluster([{**POD, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}])
    exemptions = (
        Exemption("secrets_rotated", "The vault is new", "team-a", until=date(2027, 1, 1)),
        Exemption("no_such_check", "A typing error", "team-b", namespace="legacy"),
    )
    said = Said((Answer("secrets_rotated", Reply.NO, "First line\nSecond line", "Ana"),), exemptions)
    path = k8sready.report(k8sready.assess(snapshot, said, prove=False), snapshot, tmp_path / "said.html")
    page = opened(open_page, path).page
    answer = page.locator("#check-secrets_rotated")
    assert "First line\nSecond line" in answer.inner_text()
    assert "exempted: The vault is new (team-a, until 2027-01-01)" in answer.inner_text()
    rows = page.locator("#exemptions tbody tr").all_inner_texts()
    assert rows[0].startswith("Are secrets rotated, and when was it last done?\tevery object\t")
    assert rows[1].startswith("no_such_check\tlegacy/*\t")


def test_on_a_phone_nothing_that_is_unfolded_widens_the_page(open_page: Open, demo: Snapshot, tmp_path: Path) -> None:
    said = Said(exemptions=(Exemption("image_pinned", "r" * 90, "team-a"),))
    path = k8sready.report(k8sready.assess(demo, said, prove=False), demo, tmp_path / "said.html")
    page = opened(open_page, path, viewport={"width": 375, "height": 800}).page
    wider = page.locator("details").evaluate_all(
        "all => all.filter(e => (e.open = true, document.documentElement.scrollWidth > innerWidth))"
        ".map(e => e.textContent.trim().slice(0, 80))"
    )
    assert wider == []
    table = page.locator("#exemptions table").bounding_box()
    assert table
    assert table["width"] > 500  # it scrolls in its frame: columns of a phone's width break every word
