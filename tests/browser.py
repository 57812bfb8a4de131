"""pytest fixtures: Debian's Chromium, and pages that note every request, console message and error."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

REQUIRED = "K8SREADY_REQUIRE_BROWSER"
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # a playwright route would do too, but asks the test about every file and turns the cache off
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(slots=True)
class Seen:
    """A page and what it did: requests that would leave the machine, console errors, exceptions."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without one the test is skipped, or fails if a browser is required."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        reason = "The browser tests need Chromium (Debian's package chromium)."
        pytest.fail(reason, pytrace=False) if os.environ.get(REQUIRED) else pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield chromium
        chromium.close()


@contextmanager
def pages(browser: Browser) -> Iterator[Callable[..., Seen]]:
    """Opens pages in contexts of their own, which are closed in the end; options are those of a playwright context."""
    contexts: list[Any] = []

    def open_one(**options: Any) -> Seen:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 1000}, **options})
        contexts.append(context)
        context.set_default_timeout(90_000)  # patience costs a test nothing that passes
        seen = Seen(context.new_page())
        seen.page.on("request", lambda request: None if _is_local(request.url) else seen.requests.append(request.url))
        seen.page.on("console", lambda told: seen.errors.append(told.text) if told.type == "error" else None)
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        return seen

    try:
        yield open_one
    finally:
        for context in contexts:
            context.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Seen]]:
    """Opens pages that live as long as the test."""
    with pages(browser) as open_one:
        yield open_one


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname in ("127.0.0.1", "localhost")
