"""The report in a real browser: nothing requested, accessible, searchable, and hostile names stay text."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import k8sready
from k8sready.checklist import CHECKLIST
from k8sready.snapshot import Snapshot
from tests.browser import Seen
from tests.checklist.clusters import cluster

pytestmark = pytest.mark.browser
Open = Callable[..., Seen]
LINK = "<a href='https://attacker.example'>x</a>"
CHARTS = sum(len(section.charts) for section in CHECKLIST)
HOSTILE = "<img src=x onerror=document.title='owned'>"


@pytest.fixture(scope="module")
def report(demo: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo cluster's report."""
    return written(demo, tmp_path_factory.mktemp("report") / "demo.html")


def written(snapshot: Snapshot, path: Path) -> Path:
    return k8sready.report(k8sready.assess(snapshot, prove=False), snapshot, path)


def opened(open_page: Open, path: Path, **options: Any) -> Seen:
    seen = open_page(**options)
    seen.page.goto(path.as_uri())
    seen.page.wait_for_selector("#table tbody tr", state="attached")
    return seen


def draw_all(seen: Seen) -> None:
    """Scroll to every chart and wait until it is drawn (polling by locator: the page's CSP forbids eval)."""
    for chart in seen.page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator(".main-svg").first.wait_for(state="attached", timeout=60_000)


def test_it_requests_nothing_draws_its_charts_and_raises_no_error(open_page: Open, report: Path) -> None:
    seen = opened(open_page, report)
    drawn = seen.page.locator(".chart .main-svg:first-child")
    # nobody scrolled: a print has all
    expect(seen.page.locator(".chart[data-drawn]")).to_have_count(CHARTS, timeout=60_000)
    seen.page.set_viewport_size({"width": 900, "height": 800})
    seen.page.wait_for_timeout(500)
    for place in range(CHARTS):
        frame, chart = seen.page.locator(".chart").nth(place).bounding_box(), drawn.nth(place).bounding_box()
        assert frame
        assert chart
        assert 200 < chart["height"] <= frame["height"]
        assert chart["width"] <= frame["width"]
    assert seen.requests == []
    assert seen.errors == []
    assert "Content-Security-Policy" in report.read_text(encoding="utf-8")


def test_it_is_small_enough_to_mail(report: Path) -> None:
    assert report.stat().st_size <= 3_000_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(open_page: Open, report: Path, scheme: str) -> None:
    seen = opened(open_page, report, color_scheme=scheme, bypass_csp=True)
    draw_all(seen)
    found = Axe().run(seen.page)
    told = [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in found.response["violations"]]
    assert told == []


def test_the_table_of_findings_is_searched_filtered_and_sorted(open_page: Open, report: Path) -> None:
    page = opened(open_page, report).page
    every = page.locator("#table tbody tr").count()
    page.fill("#search", "redis")
    few = page.locator("#table tbody tr").count()
    assert 0 < few < every
    assert page.locator("#count").inner_text().startswith(f"{few} ")
    page.fill("#search", "")
    page.click(".matrix a[data-namespace='legacy']")
    assert page.locator("#by-namespace").input_value() == "legacy"
    assert all("legacy" in text for text in page.locator("#table tbody tr td:nth-child(3)").all_inner_texts())
    page.select_option("#by-namespace", "")
    page.click("button[data-sort='2']")
    objects = page.locator("#table tbody tr td:nth-child(3)").all_inner_texts()
    assert objects == sorted(objects)
    assert page.locator("th[aria-sort='ascending'] button").get_attribute("data-sort") == "2"


def test_a_remedy_is_copied(open_page: Open, report: Path) -> None:
    seen = opened(open_page, report, permissions=["clipboard-read", "clipboard-write"])
    seen.page.locator("#check-image_pinned details:has(.remedy) > summary").first.click()
    button = seen.page.locator("#check-image_pinned .remedy .copy").first
    assert button.inner_text() == "Copy"
    button.click()
    seen.page.locator("#check-image_pinned .remedy .copy", has_text="Copied").first.wait_for(timeout=5000)


def test_paper_has_the_remedies_and_executives_the_summary_only(open_page: Open, report: Path) -> None:
    page = opened(open_page, report).page
    remedy = page.locator(".check .remedy").first
    assert not remedy.is_visible()
    page.evaluate("() => { dispatchEvent(new Event('beforeprint')); }")
    assert remedy.is_visible()
    page.evaluate("() => { dispatchEvent(new Event('afterprint')); }")
    assert not remedy.is_visible()
    page.click("#view")
    assert not page.locator(".check .findings").first.is_visible()
    assert page.locator(".score").is_visible()


def test_hostile_names_stay_text(open_page: Open, tmp_path: Path) -> None:
    spec = {"containers": [{"name": HOSTILE, "image": "</script><script>document.title='owned'</script>:latest"}]}
    spec["containers"].append({"name": "=cmd|'/c calc'!A1", "image": "nginx"})
    metadata = {"name": f"{HOSTILE}\x1b[31m\u202egnp", "namespace": HOSTILE, "uid": "1", "labels": {HOSTILE: HOSTILE}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {"phase": "Running"}}
    spec["containers"][1]["env"] = [{"name": "A", "valueFrom": {"secretKeyRef": {"name": LINK, "key": "a"}}}]
    spec["containers"].append({"name": "n" * 253, "image": "nginx"})
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOSTILE, "uid": "2"}}
    seen = opened(open_page, written(cluster([space, pod]), tmp_path / "hostile.html"))
    draw_all(seen)
    assert seen.page.title() != "owned"
    assert seen.page.locator("img, .chart a").count() == 0
    assert LINK[-15:] in seen.page.locator(".chart").all_inner_texts()[-1]
    body = seen.page.locator("body")
    assert not {"\u202e", "\x1b"} & set(body.inner_text())
    assert "\\u202e" in body.inner_text()
    assert body.evaluate("e => e.scrollWidth <= innerWidth")
    assert seen.errors == []
    assert HOSTILE in seen.page.locator("#table").inner_text()


def test_thousands_of_findings_are_all_there(open_page: Open, tmp_path: Path) -> None:
    spec = {"containers": [{"name": "c", "image": "nginx"}]}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"p{n}", "namespace": "a", "uid": str(n)},
            "spec": spec,
        }
        for n in range(3000)
    ]
    seen = opened(open_page, written(cluster(pods), tmp_path / "many.html"))
    assert int(seen.page.locator("#count").inner_text().split(" ")[0]) >= 3000
    seen.page.fill("#search", "p2999")
    assert seen.page.locator("#table tbody tr").count() >= 1


def test_the_same_snapshot_gives_the_same_bytes_in_two_processes(tmp_path: Path) -> None:
    names = ("html", "json", "csv")
    programs = []
    for seed in ("1", "2"):
        exports = [argument for name in names for argument in (f"--{name}", str(tmp_path / f"{seed}.{name}"))]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        command = [sys.executable, "-m", "k8sready", "demo", *exports]
        programs.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    assert [program.wait(120) for program in programs] == [0, 0]
    for name in names:
        first, second = ((tmp_path / f"{seed}.{name}").read_bytes() for seed in ("1", "2"))
        assert first == second, name
