"""The notebooks in a real JupyterLab in a real browser: they run, filters filter, answers are kept."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from k8sready import answers
from tests.browser import Seen

from .lab import lab, restart, run_all, window

pytestmark = pytest.mark.browser
__all__ = ["lab", "window"]


def test_every_notebook_runs_offline_on_the_demo_cluster(lab: tuple[str, Path], window: Seen) -> None:
    work = lab[1]
    for path in sorted(work.glob("*.ipynb")):
        run_all(window, path.name)
        assert window.requests == []
    assert (work / "k8sready-report.html").stat().st_size > 500_000


def test_a_filter_changes_what_is_shown_and_the_chart_outlives_a_narrow_window(window: Seen) -> None:
    seen = window
    run_all(seen, "10_secrets.ipynb")
    cards = seen.page.locator(".k8r .card.fail")
    cards.first.wait_for(state="attached")
    before = seen.page.locator(".k8r .card li").count()
    seen.page.locator(".widget-dropdown select:has(option:text-is('legacy'))").first.select_option(label="legacy")
    expect(cards.first).to_contain_text("legacy", timeout=60_000)
    after = seen.page.locator(".k8r .card li")
    expect(after).not_to_have_count(before, timeout=60_000)
    assert 0 < after.count() < before
    assert all("legacy" in text for text in after.all_text_contents())
    seen.page.set_viewport_size({"width": 1024, "height": 900})
    seen.page.wait_for_timeout(1000)  # plotly redraws, or, were it wrong, makes it flat
    chart = seen.page.locator(".jp-RenderedPlotly .main-svg").first
    assert float(chart.get_attribute("height") or 0) > 300
    body = seen.page.locator(".jp-Notebook").bounding_box()
    for control in seen.page.locator(".widget-hbox button, .widget-hbox select, .widget-hbox textarea").all():
        place = control.bounding_box()
        assert body
        assert place
        assert place["x"] + place["width"] <= body["x"] + body["width"]
    seen.page.set_viewport_size({"width": 640, "height": 900})
    seen.page.wait_for_timeout(1000)
    assert float(chart.get_attribute("width") or 0) >= 600  # it scrolls, so that names do not lie on one another
    cut = seen.page.locator(".widget-html-content:has(> .k8r)").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right + 1)"
        ".map(e => e.textContent.slice(0, 80))"
    )
    assert cut == []
    nameless = [
        box.evaluate("e => e.labels.length && e.labels[0].textContent.trim() ? '' : e.outerHTML")
        for box in seen.page.locator(".jp-OutputArea :is(select,input,textarea)").all()
    ]
    assert [told for told in nameless if told] == []


def test_an_answer_moves_the_score_and_it_and_an_exemption_survive_the_kernel(
    lab: tuple[str, Path], window: Seen
) -> None:
    work, seen = lab[1], window
    run_all(seen, "04_namespaces.ipynb")
    score = seen.page.locator(".k8r .big").first
    score.wait_for(state="attached")
    before = score.inner_text()
    form = seen.page.locator(".widget-vbox:has(> .widget-hbox textarea)").first
    form.locator("select").select_option(label="yes")
    form.locator("textarea").fill("Decided in the platform meeting")
    form.locator("button").click()
    expect(score).not_to_have_text(before, timeout=60_000)
    kept = answers.read(work / "assessment").answers
    assert [(item.question, item.reply.value, item.note) for item in kept] == [
        ("tenancy_decided", "yes", "Decided in the platform meeting")
    ]
    answered = score.inner_text()
    seen.page.get_by_label("Reason").fill("Moves with the next release")
    seen.page.get_by_label("Owner").fill("platform team")
    seen.page.get_by_role("button", name="Exempt").click()
    exempted = seen.page.locator(".k8r .card", has_text="1 exempted")
    expect(exempted).to_have_count(1, timeout=60_000)
    restart(seen)
    expect(score).to_have_text(answered, timeout=60_000)
    expect(exempted).to_have_count(1, timeout=60_000)
    assert form.locator("textarea").input_value() == "Decided in the platform meeting"
    seen.page.get_by_role("button", name="Take back").click()
    expect(exempted).to_have_count(0, timeout=60_000)
    assert answers.read(work / "assessment").exemptions == ()
