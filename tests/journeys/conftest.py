"""One demonstration for all journeys, a new browser profile for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.demonstration import Demonstration, start, stop
from tests.servers.requirements import require

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The whole demonstration, stopped by Ctrl-C at the end."""
    demonstration = start(tmp_path_factory.mktemp("demo") / "home")
    yield demonstration
    assert stop(demonstration) == 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser as nobody has used it before; Chinese, desk width."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A window that fails the test when a page breaks its own security policy."""
    page = context.new_page()
    page.on("console", _refuse_policy_violations)
    return page


def _refuse_policy_violations(message: object) -> None:
    text = str(getattr(message, "text", ""))
    assert "Content Security Policy" not in text, text


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path:
    """Where a journey leaves its pictures."""
    folder = Path(__file__).parents[1] / ".artifacts" / "journeys" / request.node.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
