"""The page on paper, on a phone, in few colours and for executives: nothing cut off, no link that leads nowhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import k8sready
from k8sready import bundle
from k8sready.answers import Exemption, Said
from k8sready.snapshot import Reading
from tests.checklist.clusters import cluster, without
from tests.reporting.test_page import Open, draw_all, opened, written

pytestmark = pytest.mark.browser
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "a", "uid": "1"}}
IMAGE = {"containers": [{"name": "c", "image": "nginx"}]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(k8sready.open(bundle.demo()), tmp_path_factory.mktemp("layout") / "demo.html")


def too_wide(page: Page) -> list[str]:
    """Charts and labels of charts that reach out of their frame, which hides what does."""
    return page.locator(".chart").evaluate_all(  # type: ignore[no-any-return]
        """charts => charts.flatMap(chart => {
          const frame = chart.getBoundingClientRect(), out = e => {
            const place = e.getBoundingClientRect();
            return place.right > frame.right + 1 || place.left < frame.left - 1 || place.top < frame.top - 1;
          };
          return [...chart.querySelectorAll(".main-svg, .xtick text, .ytick text, .node-label")].filter(out)
            .map(e => chart.dataset.chart + ": " + (e.textContent || e.className.baseVal).slice(0, 40));
        })"""
    )


def on_one_another(page: Page) -> list[str]:
    """Labels of charts that lie on one another."""
    return page.locator(".chart").evaluate_all(  # type: ignore[no-any-return]
        """charts => charts.flatMap(chart => {
          const labels = [...chart.querySelectorAll(".xtick text, .node-label")];
          const all = labels.map(e => [e.textContent, e.getBoundingClientRect()]);
          return all.flatMap(([a, p], i) => all.slice(i + 1).filter(([, q]) => p.left < q.right && q.left < p.right
            && p.top + 4 < q.bottom && q.top + 4 < p.bottom).map(([b]) => a + " on " + b));
        })"""
    )


@pytest.mark.parametrize("what", ["the demo", "one namespace"])
def test_charts_are_whole_on_paper_and_as_before_afterwards(
    open_page: Open, demo: Path, tmp_path: Path, what: str
) -> None:
    """Nothing redraws a chart for paper, which is narrower than the window was; that of one row is very wide."""
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "uid": "2"}}
    path = demo if what == "the demo" else written(cluster([space, {**POD, "spec": IMAGE}]), tmp_path / "one.html")
    seen = opened(open_page, path, viewport={"width": 1440, "height": 900})
    draw_all(seen)
    svg = seen.page.locator(".chart .main-svg").first
    before = svg.bounding_box()
    seen.page.emulate_media(media="print")
    seen.page.evaluate("() => { dispatchEvent(new Event('beforeprint')); document.body.style.width = '700px'; }")
    assert too_wide(seen.page) == []
    assert max(seen.page.locator(".chart").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")) < 700
    assert seen.page.locator(".interval").evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
    seen.page.emulate_media(media="screen")
    seen.page.evaluate("() => { dispatchEvent(new Event('afterprint')); document.body.style.width = ''; }")
    assert svg.bounding_box() == before


def test_a_check_begins_on_the_page_of_the_one_before(open_page: Open, demo: Path) -> None:
    """A check may be longer than a page: only its findings are kept whole."""
    page = opened(open_page, demo).page
    page.emulate_media(media="print")
    kept = page.locator("article.check").first.evaluate("e => getComputedStyle(e).breakInside")
    assert kept == "auto"
    assert page.locator(".findings > li").first.evaluate("e => getComputedStyle(e).breakInside") == "avoid"


def test_on_a_phone_no_label_is_cut_and_no_heading_is_broken_within_a_word(open_page: Open, demo: Path) -> None:
    seen = opened(open_page, demo, viewport={"width": 390, "height": 800})
    draw_all(seen)
    assert too_wide(seen.page) == []
    assert on_one_another(seen.page) == []
    broken = seen.page.locator(".matrix thead th, .prose th").evaluate_all(
        """heads => heads.flatMap(head => {
          const text = head.firstChild, range = document.createRange();
          return [...text.data.matchAll(/\\S+/g)].filter(word => {
            range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
            return range.getClientRects().length > 1;
          }).map(word => word[0]);
        })"""
    )
    assert broken == []
    assert seen.page.locator("body").evaluate("e => e.scrollWidth <= innerWidth")


def test_long_names_leave_the_labels_of_charts_whole(open_page: Open, tmp_path: Path) -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n" * 63, "uid": "2"}}
    metadata = {**POD["metadata"], "namespace": "n" * 63}  # type: ignore[dict-item]
    uses = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s" * 63, "key": "a"}}}
    snapshot = cluster([space, {**POD, "metadata": metadata, "spec": {"containers": [{"name": "c", "env": [uses]}]}}])
    seen = opened(open_page, written(snapshot, tmp_path / "long.html"), viewport={"width": 390, "height": 800})
    draw_all(seen)
    assert [seen.page.locator(label).count() for label in (".xtick text", ".node-label")] == [4, 2]
    assert too_wide(seen.page) == []
    assert on_one_another(seen.page) == []


def test_a_number_stays_behind_the_names_that_run_from_right_to_left(open_page: Open, tmp_path: Path) -> None:
    names = [f"שירות{letter}" for letter in "אבגדהו"]
    pods = [{**POD, "metadata": {"name": "p", "namespace": name, "uid": name}, "spec": IMAGE} for name in names]
    page = opened(open_page, written(cluster(pods), tmp_path / "rtl.html")).page
    line = page.locator(".top li .muted", has_text="+ 2").first
    number = line.evaluate(
        """e => { const range = document.createRange(), text = [...e.childNodes].find(n => n.data?.includes("+ 2"));
          range.setStart(text, text.data.indexOf("2")); range.setEnd(text, text.data.indexOf("2") + 1);
          return range.getBoundingClientRect().left; }"""
    )
    assert number >= max(line.locator("bdi").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)"))


def test_the_score_is_seen_with_forced_colours(open_page: Open, demo: Path) -> None:
    page = opened(open_page, demo, forced_colors="active").page
    bar = page.locator(".interval .known").evaluate("e => getComputedStyle(e).backgroundColor")
    assert bar != page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")


def dead_links(page: Page) -> list[str]:
    """Links within the page that lead to nothing."""
    return page.locator("a[href^='#']").evaluate_all(  # type: ignore[no-any-return]
        "all => all.filter(e => !document.querySelector(e.hash)).map(e => e.outerHTML)"
    )


@pytest.mark.parametrize(
    "objects", [[], [{**POD, "spec": IMAGE}]], ids=["a cluster of nothing", "a cluster of one pod"]
)
def test_every_link_leads_somewhere(open_page: Open, tmp_path: Path, objects: Sequence[dict[str, Any]]) -> None:
    snapshot = cluster(objects)
    said = Said(exemptions=(Exemption("image_pinned", "Later", "team-a"), Exemption("no_such_check", "A slip", "b")))
    path = k8sready.report(k8sready.assess(snapshot, said, prove=False), snapshot, tmp_path / "links.html")
    page = open_page().page
    page.goto(path.as_uri())
    assert dead_links(page) == []
    told = page.locator("#exemptions tbody tr").all_inner_texts()
    assert "there is no such check" in told[1]
    assert "matches no finding" in told[0] or objects


def test_executives_who_follow_a_namespace_see_its_findings(open_page: Open, demo: Path) -> None:
    page = opened(open_page, demo).page
    page.click("#view")
    table = page.locator("#table")
    expect(table).to_be_hidden()
    page.click(".matrix a[data-namespace='legacy']")
    expect(table).to_be_visible()
    assert page.locator("#view").get_attribute("aria-pressed") == "false"


def test_without_findings_the_page_says_so_and_how_much_is_unknown(open_page: Open, tmp_path: Path) -> None:
    snapshot = cluster()
    page = open_page().page
    page.goto(written(snapshot, tmp_path / "nothing.html").as_uri())
    expect(page.locator("#findings")).to_contain_text("No open findings here.")
    expect(page.locator("#table")).to_be_hidden()
    unread = without(snapshot, list(snapshot.coverage), Reading.FORBIDDEN)
    page.goto(written(unread, tmp_path / "unread.html").as_uri())
    expect(page.locator("#findings")).to_contain_text("? unknown")
