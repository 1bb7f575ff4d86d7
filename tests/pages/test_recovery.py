"""Getting back into an account, and what ends with the old password."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert

from idp.authn.models import failure_counters
from idp.authn.throttle import Factor, Subject
from idp.clock import ManualClock
from tests.pages.enrolling import Enrolling, form_to
from tests.protocol.browser import Browser, Page
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen, RunningProvider

NEW_PASSWORD = "nine lanterns over a sleepy harbour"


@pytest.fixture
def citizen(provider: RunningProvider) -> Citizen:
    return provider.citizen()


def identify(enrolling: Enrolling, citizen: Citizen, **wrong: str) -> Page:
    page = enrolling.verify_phone(citizen.phone, "/recover")
    assert page.path == "/recover/identity", f"{page.path} {page.status}"
    given = {"name": citizen.name, "id_number": citizen.id_number, **wrong}
    return enrolling.fill(page, "", **given)


def recover(enrolling: Enrolling, citizen: Citizen) -> Page:
    page = identify(enrolling, citizen)
    assert page.path == "/recover/password", f"{page.path} {page.status}"
    return enrolling.fill(page, password=NEW_PASSWORD)


def test_a_new_password_opens_the_account_and_the_old_one_does_not(
    enrolling: Enrolling, citizen: Citizen
) -> None:
    done = recover(enrolling, citizen)
    assert (done.path, done.status) == ("/recover/done", 200)
    assert "Your new password is set" in done.text
    login = enrolling.browser.get(f"/login?{urlsplit(done.url).query}")
    refused = enrolling.sign_in(citizen.phone, citizen.password, login)
    assert refused.status == 400
    assert enrolling.sign_in(citizen.phone, NEW_PASSWORD, refused).path == "/account"


def test_every_session_and_every_token_ends_and_the_owner_is_told(
    provider: RunningProvider,
    enrolling: Enrolling,
    citizen: Citizen,
    portal: RelyingParty,
    new_browser: Callable[[], Browser],
) -> None:
    earlier = new_browser()
    page = earlier.get("/authorize", portal.parameters(prompt="consent"))
    tokens = portal.tokens(earlier.pass_pages(page, citizen)["code"])
    assert earlier.get("/account").path == "/account"
    refreshed = portal.read(portal.refresh(tokens.refresh_token))

    recover(enrolling, citizen)
    assert earlier.get("/account").path == "/login"
    refusal = portal.refresh(refreshed.refresh_token)
    assert (refusal.status_code, refusal.json()["error"]) == (400, "invalid_grant")
    assert portal.userinfo(refreshed.access_token).status_code == 401
    assert "密码已重置" in provider.messages_to(f"+86{citizen.phone}")[-1]


def test_the_page_for_a_number_without_an_account_is_the_same(
    provider: RunningProvider, enrolling: Enrolling, new_browser: Callable[[], Browser], phone: str
) -> None:
    citizen = provider.citizen()
    known = enrolling.send_code(citizen.phone, "/recover")
    stranger = Enrolling(provider, new_browser())
    unknown = stranger.send_code(phone, "/recover")
    assert (known.path, known.status) == (unknown.path, unknown.status) == ("/recover/code", 200)
    assert without_identity(known.text) == without_identity(unknown.text)
    assert "has no account" in provider.messages_to(f"+86{phone}")[-1]
    assert stranger.fill(unknown, code="123456").status == 400


def without_identity(text: str) -> str:
    text = re.sub(r"transaction=[0-9a-f]{32}|\d{3}\*{4}\d{4}|[0-9a-f]{32}", "", text)
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


@pytest.mark.parametrize("wrong", [{"name": "王不对"}, {"id_number": "100000199003077711"}])
def test_a_wrong_name_and_a_wrong_number_get_the_same_page_and_change_nothing(
    enrolling: Enrolling, citizen: Citizen, wrong: dict[str, str]
) -> None:
    page = identify(enrolling, citizen, **wrong)
    assert (page.path, page.status) == ("/recover/identity", 400)
    assert "We could not confirm it is you" in page.text
    query = urlsplit(page.url).query
    assert f'href="/recover/identity?{query}"' in page.text
    assert enrolling.browser.get(f"/recover/password?{query}").path == "/recover/identity"
    assert enrolling.sign_in(citizen.phone, citizen.password).path == "/account"


def test_a_slip_can_be_put_right_without_a_new_code(enrolling: Enrolling, citizen: Citizen) -> None:
    page = identify(enrolling, citizen, name="王不对")
    again = enrolling.browser.get(f"/recover/identity?{urlsplit(page.url).query}")
    assert form_to(again, "/recover/identity").fields["name"] == ""
    page = enrolling.fill(again, name=citizen.name, id_number=citizen.id_number)
    assert page.path == "/recover/password"


def test_guessing_the_identity_is_paused(enrolling: Enrolling, citizen: Citizen) -> None:
    page = identify(enrolling, citizen, name="王不对")
    for _ in range(6):
        again = enrolling.browser.get(f"/recover/identity?{urlsplit(page.url).query}")
        page = enrolling.fill(again, name="王不对", id_number=citizen.id_number)
    assert page.status == 429
    assert "Too many attempts" in page.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("no longer checked online", "Go to a counter")), ("zh", ("不再", "到窗口办理"))],
)
def test_where_no_waiting_helps_the_page_says_so_and_leads_to_a_counter(
    provider: RunningProvider,
    enrolling: Enrolling,
    citizen: Citizen,
    language: str,
    words: tuple[str, ...],
) -> None:
    page = enrolling.verify_phone(citizen.phone, "/recover")
    provider.call(_use_up_recovery(provider, citizen.account_id))
    enrolling.browser.http.headers["Accept-Language"] = language
    page = enrolling.fill(page, name=citizen.name, id_number=citizen.id_number)
    assert (page.path, page.status) == ("/recover/identity", 403)
    assert all(word in page.text for word in words)
    assert "12345" in page.text
    assert 'class="button" href=' not in page.text, "there is nothing to try again"


async def _use_up_recovery(provider: RunningProvider, account_id: str) -> None:
    """Note as many failures as are allowed."""
    services = provider.services
    async with services.database.write() as transaction:
        await transaction.execute(
            insert(failure_counters).values(
                subject=Subject.account(account_id).key,
                factor=Factor.RECOVERY.value,
                failures=services.settings.authn.throttle.hard_cap,
                last_at=services.clock.now(),
            )
        )


def test_a_weak_password_is_refused_and_the_recovery_goes_on(
    enrolling: Enrolling, citizen: Citizen
) -> None:
    page = identify(enrolling, citizen)
    page = enrolling.fill(page, password="short")
    assert (page.path, page.status) == ("/recover/password", 400)
    assert enrolling.fill(page, password=NEW_PASSWORD).path == "/recover/done"


def test_a_recovery_is_used_up(enrolling: Enrolling, citizen: Citizen) -> None:
    page = identify(enrolling, citizen)
    kept = enrolling.browser.http.cookies["tongxing_recovery"]
    enrolling.fill(page, password=NEW_PASSWORD)
    enrolling.browser.http.cookies.set("tongxing_recovery", kept, domain="localhost.local")
    again = enrolling.fill(page, password="another password that is long enough")
    assert again.status == 400
    assert "Your time for this has run out" in again.text
    assert enrolling.sign_in(citizen.phone, NEW_PASSWORD).path == "/account"


def test_a_new_code_can_be_asked_for_after_a_minute(
    enrolling: Enrolling, citizen: Citizen, clock: ManualClock
) -> None:
    page = enrolling.send_code(citizen.phone, "/recover")
    assert enrolling.fill(page, "/recover/code/resend").status == 429
    clock.advance(61)
    page = enrolling.fill(page, "/recover/code/resend")
    page = enrolling.fill(page, code=enrolling.provider.code_for(f"+86{citizen.phone}"))
    assert page.path == "/recover/identity"
