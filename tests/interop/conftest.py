"""A provider and a real Chromium for the relying parties of this folder."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.provider import Citizen, RunningProvider, running_provider
from tests.servers.requirements import require

_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--no-first-run", "--disable-sync",
)  # fmt: skip
_NUMBERS = itertools.count(1)
_WAIT_MILLISECONDS = 10_000
ACCESS_TOKEN_SECONDS = 60
"""The shortest there are, so that relying parties that refresh ahead of time do so at once."""


@pytest.fixture(scope="module")
def provider_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("provider") / "home"
    with running_provider(folder, tokens={"access_token_seconds": ACCESS_TOKEN_SECONDS}) as running:
        yield running


@pytest.fixture
def provider(provider_of_module: RunningProvider) -> RunningProvider:
    """The provider, with its clock set: relying parties compare dates with their own."""
    clock = provider_of_module.clock
    clock.advance((datetime.now(UTC) - clock.now()).total_seconds())
    return provider_of_module


@pytest.fixture
def citizen(provider: RunningProvider) -> Citizen:
    return provider.citizen()


@pytest.fixture
def new_client_id() -> Callable[[], str]:
    return lambda: f"interop-portal-{next(_NUMBERS)}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser that has no cookies yet."""
    context = chromium.new_context(locale="zh-CN")
    context.set_default_timeout(_WAIT_MILLISECONDS)
    yield context.new_page()
    context.close()
