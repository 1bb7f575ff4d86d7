"""Registration and recovery under attack, late, or without what they depend on."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from idp.clock import ManualClock
from tests.pages.conftest import LIMIT
from tests.pages.enrolling import Enrolling
from tests.protocol.browser import Browser


@pytest.mark.parametrize("path", ["/register", "/recover"])
def test_a_form_without_the_pages_token_is_refused(
    enrolling: Enrolling, phone: str, path: str
) -> None:
    page = enrolling.fill(enrolling.browser.get(path), phone=phone, csrf_token=None)
    assert page.status == 400
    assert enrolling.provider.messages_to(f"+86{phone}") == []


@pytest.mark.parametrize("cookie", ["tongxing_draft", "tongxing_recovery"])
def test_a_flow_that_another_browser_began_cannot_be_planted_here(
    enrolling: Enrolling, new_browser: Callable[[], Browser], phone: str, cookie: str
) -> None:
    path = "/register" if cookie == "tongxing_draft" else "/recover"
    enrolling.send_code(phone, path)
    planted = enrolling.browser.http.cookies[cookie]
    victim = new_browser()
    page = victim.get(path)
    victim.http.cookies.set(cookie, planted, domain="localhost.local")
    page = victim.get(f"{path}/code?{urlsplit(page.url).query}")
    assert page.status == 400
    assert "Your time for this has run out" in page.text


def test_somebody_elses_transaction_opens_nothing(
    enrolling: Enrolling, new_browser: Callable[[], Browser]
) -> None:
    page = enrolling.browser.get("/register")
    other = new_browser()
    other.get("/register")
    assert other.get(f"/register?{urlsplit(page.url).query}").status == 400


def test_after_half_an_hour_the_registration_is_over(
    enrolling: Enrolling, clock: ManualClock, phone: str
) -> None:
    page = enrolling.send_code(phone)
    clock.advance(1801)
    page = enrolling.fill(page, code=enrolling.provider.code_for(f"+86{phone}"))
    assert page.status == 400


def test_a_message_that_cannot_be_sent_is_admitted(enrolling: Enrolling, phone: str) -> None:
    outbox = enrolling.provider.folder / "outbox.jsonl"
    aside = outbox.with_suffix(".aside")
    if outbox.exists():
        outbox.rename(aside)
    outbox.mkdir()
    try:
        page = enrolling.send_code(phone)
    finally:
        outbox.rmdir()
        if aside.exists():
            aside.rename(outbox)
    assert page.status == 503
    assert "We could not send the text message" in page.text


def test_one_network_cannot_ask_for_codes_without_end(enrolling: Enrolling) -> None:
    page = enrolling.browser.get("/register")
    pages = [enrolling.send_code("1", page=page) for _ in range(2 * LIMIT)]
    assert {one.status for one in pages[:LIMIT]} == {400}
    assert pages[-1].status == 429
    assert "Too many requests" in pages[-1].text
