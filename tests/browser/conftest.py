"""A real browser for the stories: Chromium through Playwright, axe for accessibility, a server in a thread.

Fixtures: `browser` (one for the run), `new_page` (another person at another computer at each call), `page` (one such),
`serve` (a WSGI application on a free port of 127.0.0.1), `axe` (fails with every violation it finds).
A page that breaks the content security policy, throws, or logs an error fails the story that opened it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.browser.chromium import NODE, find_chromium

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HERE = {"locale": "pl-PL", "timezone_id": "Europe/Warsaw", "viewport": {"width": 1366, "height": 768}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this run."""
    chromium = find_chromium()
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(NODE)  # Playwright's own Node needs libatomic, which a bare Debian lacks
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(chromium.path),
            env={**os.environ, **chromium.environment},
            args=["--font-render-hinting=none", "--disable-dev-shm-usage"],
        )
        with closing(started):
            yield started


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Call it for a page that shares no cookies; keywords go to Playwright's new_context (viewport, locale …)."""
    with ExitStack() as opened:

        def open_page(**settings: Any) -> Page:
            return opened.enter_context(_watched(browser.new_context(**(HERE | settings))))

        yield open_page


@contextmanager
def _watched(context: BrowserContext) -> Iterator[Page]:
    complaints: list[str] = []
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda message: _note(message, complaints))
    yield page
    context.close()
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


def _note(message: Any, complaints: list[str]) -> None:
    """Keep what a script logged as an error; an answer of 4xx is also logged, but is often what the story is about."""
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        complaints.append(f"{message.location.get('url')}: {message.text}")


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One person at one computer."""
    return new_page()


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Call it with a WSGI application; answers its address. It stops when the story ends."""
    with ExitStack() as running:
        yield lambda application: running.enter_context(_serving(application))


@contextmanager
def _serving(application: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Call it with a page: WCAG 2.0 to 2.2 A and AA, and best practice, must find nothing."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": STANDARDS}).response["violations"]
        assert not found, f"{page.url}\n" + "\n".join(_violation(one) for one in found)

    return check


def _violation(found: dict[str, Any]) -> str:
    places = "\n".join(f"    {node['html'][:160]}" for node in found["nodes"])
    return f"  {found['id']} ({found['impact']}): {found['help']}\n{places}"
