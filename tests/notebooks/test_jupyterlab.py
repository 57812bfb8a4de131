"""The notebooks in a real JupyterLab in a real browser: they run, filters filter, answers are kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from k8sready import answers
from tests.browser import Seen

from .lab import lab, run_all

pytestmark = pytest.mark.browser
__all__ = ["lab"]
Open = Callable[..., Seen]


def test_every_notebook_runs_offline_on_the_demo_cluster(lab: tuple[str, Path], open_page: Open) -> None:
    address, work = lab
    names = sorted(path.name for path in work.glob("*.ipynb"))
    assert names == ["00_start_here.ipynb", "01_base_images.ipynb", "04_namespaces.ipynb", "10_secrets.ipynb", "99_report.ipynb"]
    for name in names:
        seen = open_page(viewport={"width": 1400, "height": 1000})
        run_all(seen, address, name)
        assert seen.requests == []
    assert (work / "k8sready-report.html").stat().st_size > 500_000


def test_a_filter_changes_what_is_shown(lab: tuple[str, Path], open_page: Open) -> None:
    seen = open_page(viewport={"width": 1400, "height": 1000})
    run_all(seen, lab[0], "10_secrets.ipynb")
    cards = seen.page.locator(".k8r .card.fail")
    cards.first.wait_for(state="attached")
    before = seen.page.locator(".k8r .card li").count()
    seen.page.locator(".widget-dropdown select:has(option:text-is('legacy'))").first.select_option(label="legacy")
    seen.page.wait_for_timeout(1500)
    after = seen.page.locator(".k8r .card li")
    assert 0 < after.count() < before
    assert all("legacy" in text or "told" in text for text in after.all_inner_texts())


def test_an_answer_moves_the_score_and_survives_the_kernel(lab: tuple[str, Path], open_page: Open) -> None:
    address, work = lab
    seen = open_page(viewport={"width": 1400, "height": 1000})
    run_all(seen, address, "04_namespaces.ipynb")
    score = seen.page.locator(".k8r .big").first
    score.wait_for(state="attached")
    before = score.inner_text()
    form = seen.page.locator(".widget-vbox:has(> .widget-hbox textarea)").first
    form.locator("select").select_option(label="yes")
    form.locator("textarea").fill("Decided in the platform meeting")
    form.locator("button").click()
    seen.page.wait_for_timeout(2500)
    assert score.inner_text() != before
    kept = answers.read(work / "assessment").answers
    assert [(item.question, item.reply.value, item.note) for item in kept] == [
        ("tenancy_decided", "yes", "Decided in the platform meeting")
    ]
