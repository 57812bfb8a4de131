"""What a reader finds on the page: every check on screen and on paper, what was said, and enough without scripts."""

from pathlib import Path

import pytest

from tests.browser import Seen
from tests.checklist.clusters import cluster
from tests.reporting.test_page import Open, opened, written

pytestmark = pytest.mark.browser
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "a", "uid": "1"}}


def out_of_sight(seen: Seen, what: str) -> list[str]:
    """Texts of the elements that are not drawn, or beside the page."""
    return seen.page.locator(what).evaluate_all(  # type: ignore[no-any-return]
        "all => all.filter(e => !(e.getBoundingClientRect().right > 0)).map(e => e.textContent.trim().slice(0, 80))"
    )


@pytest.mark.parametrize("media", ["screen", "print"])
def test_every_check_verdict_and_count_is_in_sight(open_page: Open, tmp_path: Path, media: str) -> None:
    pod = {**POD, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    seen = opened(open_page, written(cluster([pod]), tmp_path / "skipped.html"))
    seen.page.emulate_media(media=media)  # type: ignore[arg-type]
    assert seen.page.locator("article.check.skip").count() > 0
    assert out_of_sight(seen, "article.check, .verdict .status, .counts li") == []
