"""Signing in and out by hand: what the browser gets, whatever happens beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import event

from tests.pages.conftest import Resident
from tests.pages.enrolling import PASSWORD, Enrolling
from tests.protocol.browser import Browser
from tests.protocol.relying_party import RelyingParty
from tests.provider import RunningProvider

FREE_FAILURES = 5


@contextmanager
def completed_elsewhere(provider: RunningProvider, interaction_id: str) -> Iterator[None]:
    """Complete an interaction as soon as a page has loaded it, before that can note anything."""
    engine = provider.services.database.engine.sync_engine
    seen: list[str] = []

    def on_execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM interactions" in statement:
            seen.append(interaction_id)

    def on_checkin(*_: object) -> None:
        if not seen:
            return
        with closing(sqlite3.connect(provider.folder / "tongxing.db")) as another, another:
            another.execute("DELETE FROM interactions WHERE id = ?", (seen.pop(),))

    event.listen(engine, "before_cursor_execute", on_execute)
    event.listen(engine, "checkin", on_checkin)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", on_execute)
        event.remove(engine, "checkin", on_checkin)


def transaction_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["transaction"][0]


def test_a_sign_in_that_another_window_overtook_still_signs_in(
    provider: RunningProvider, enrolling: Enrolling, portal: RelyingParty
) -> None:
    citizen = provider.citizen()
    browser = enrolling.browser
    login = browser.get("/authorize", portal.parameters())
    transaction = transaction_of(login.url)
    with completed_elsewhere(provider, transaction):
        page = enrolling.sign_in(citizen.phone, citizen.password, login)
    assert (page.path, page.status) == ("/account", 200)
    assert "tongxing_device" in browser.http.cookies
    assert browser.get(f"/authorize/resume?transaction={transaction}").status == 400
    assert browser.get("/account").path == "/account"


def test_a_registration_that_another_window_overtook_still_signs_in(
    provider: RunningProvider, enrolling: Enrolling, resident: Resident
) -> None:
    page = enrolling.identify(resident.phone, resident.name, resident.id_number)
    with completed_elsewhere(provider, transaction_of(page.url)):
        page = enrolling.fill(page, password=PASSWORD)
    assert (page.path, page.status) == ("/account", 200)
    assert "tongxing_draft" not in enrolling.browser.http.cookies
    assert enrolling.browser.get("/account").path == "/account"


def test_an_attacker_who_exhausts_the_counter_does_not_lock_the_browser_that_registered(
    provider: RunningProvider,
    enrolling: Enrolling,
    resident: Resident,
    new_browser: Callable[[], Browser],
) -> None:
    enrolling.register(resident.phone, resident.name, resident.id_number)
    attacker = Enrolling(provider, new_browser())
    for _ in range(FREE_FAILURES):
        assert attacker.sign_in(resident.phone, "not the password").status == 400
    assert attacker.sign_in(resident.phone, PASSWORD).status == 429
    stranger = Enrolling(provider, new_browser())
    assert stranger.sign_in(resident.phone, PASSWORD).status == 429

    own = enrolling.browser.http.cookies
    own.delete("tongxing_session")
    assert enrolling.browser.get("/account").path == "/login"
    assert enrolling.sign_in(resident.phone, PASSWORD).path == "/account"


def test_the_confirmation_of_signing_out_says_who_is_signed_in(
    provider: RunningProvider, enrolling: Enrolling
) -> None:
    citizen = provider.citizen()
    enrolling.sign_in(citizen.phone, citizen.password)
    page = enrolling.browser.get("/logout")
    assert (page.path, page.status) == ("/logout", 200)
    assert "You are signed in as <strong>林**</strong>." in page.text
    for secret in (citizen.name, citizen.phone, citizen.id_number):
        assert secret not in page.text
