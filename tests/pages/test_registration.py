"""Registering: from the first page to a signed-in account."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.clock import ManualClock
from tests.pages.conftest import Resident
from tests.pages.enrolling import PASSWORD, SOMEBODY, Enrolling, form_to
from tests.protocol.browser import Browser
from tests.protocol.relying_party import RelyingParty
from tests.provider import RunningProvider


def test_a_resident_registers_and_arrives_signed_in_at_the_account(
    enrolling: Enrolling, resident: Resident
) -> None:
    done = enrolling.register(resident.phone, resident.name, resident.id_number)
    assert (done.path, done.status) == ("/register/done", 200)
    assert "Your account is ready" in done.text
    assert ">L2</span>" in done.text

    continue_url = f"/authorize/resume?{urlsplit(done.url).query}"
    assert f'href="{continue_url}"' in done.text
    account = enrolling.browser.get(continue_url)
    assert (account.path, account.status) == ("/account", 200)
    assert resident.name[0] + "*" in account.text
    assert resident.name not in account.text
    assert resident.id_number not in account.text
    assert f"{resident.id_number[:4]}**********{resident.id_number[-4:]}" in account.text


def test_the_new_account_signs_in_with_its_number_and_password(
    enrolling: Enrolling, resident: Resident, new_browser: Callable[[], Browser]
) -> None:
    enrolling.register(resident.phone, resident.name, resident.id_number)
    elsewhere = Enrolling(enrolling.provider, new_browser())
    assert elsewhere.sign_in(resident.phone, PASSWORD).path == "/account"


def test_a_portals_visitor_registers_on_the_way_and_returns_to_the_portal(
    enrolling: Enrolling, resident: Resident, portal: RelyingParty
) -> None:
    browser = enrolling.browser
    login = browser.get("/authorize", portal.parameters())
    assert login.path == "/login"
    transaction = parse_qs(urlsplit(login.url).query)["transaction"][0]
    phone_page = browser.get(f"/register?transaction={transaction}")
    done = enrolling.register(resident.phone, resident.name, resident.id_number, page=phone_page)
    assert "Continue to the service" in done.text

    consent = browser.get(f"/authorize/resume?transaction={transaction}")
    callback = browser.callback(browser.consent(consent))
    claims = portal.claims(portal.tokens(callback["code"]).id_token)
    assert claims["acr"] == "urn:tongxing:acr:l2"
    assert set(claims["amr"]) == {"pwd", "sms"}


def test_whoever_takes_all_the_time_that_settings_give_still_returns_to_the_portal(
    enrolling: Enrolling,
    resident: Resident,
    portal: RelyingParty,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The authorization waits for as long as the registration may take."""
    settings, browser = enrolling.provider.services.settings.enrolment, enrolling.browser
    monkeypatch.setattr(settings, "draft_seconds", 7200)
    login = browser.get("/authorize", portal.parameters())
    transaction = parse_qs(urlsplit(login.url).query)["transaction"][0]
    page = browser.get(f"/register?transaction={transaction}")
    password = enrolling.identify(resident.phone, resident.name, resident.id_number, page)
    clock.advance(7100)
    done = enrolling.fill(password, password=PASSWORD)
    assert "Continue to the service" in done.text
    consent = browser.get(f"/authorize/resume?transaction={transaction}")
    assert browser.callback(browser.consent(consent))["code"]


def test_every_step_carries_the_transaction_in_address_and_form(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.browser.get("/register")
    transaction = parse_qs(urlsplit(page.url).query)["transaction"][0]
    for step in ("/register", "/register/code"):
        form = form_to(page, step)
        assert form.fields["transaction"] == transaction
        assert form.action == f"{step}?transaction={transaction}"
        page = enrolling.fill(page, phone=phone) if step == "/register" else page


def test_the_draft_cookie_is_a_session_cookie_out_of_reach_of_scripts(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.browser.get("/register")
    form = form_to(page, "/register")
    sent = {**form.fields, "phone": phone}
    response = enrolling.browser.http.post(form.action, data=sent)
    (cookie,) = [
        one for one in response.headers.get_list("set-cookie") if one.startswith("tongxing_draft=")
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "expires" not in cookie.lower()
    assert "max-age" not in cookie.lower()


def test_a_page_whose_turn_has_not_come_leads_to_the_one_whose_turn_it_is(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.send_code(phone)
    query = urlsplit(page.url).query
    for later in ("/register/password", "/register/identity"):
        assert enrolling.browser.get(f"{later}?{query}").path == "/register/code"
    page = enrolling.fill(page, code=enrolling.provider.code_for(f"+86{phone}"))
    assert enrolling.browser.get(f"/register/code?{query}").path == "/register/identity"
    assert enrolling.browser.get(f"/register/password?{query}").path == "/register/identity"
    enrolling.declare(page, *SOMEBODY)
    assert enrolling.browser.get(f"/register/code?{query}").path == "/register/password"
    assert enrolling.browser.get(f"/register/identity?{query}").path == "/register/identity"


def test_the_identity_can_be_changed_before_the_password_is_chosen(
    enrolling: Enrolling, resident: Resident
) -> None:
    page = enrolling.identify(resident.phone, *SOMEBODY)
    page = enrolling.declare_again(page, resident.name, resident.id_number)
    assert page.path == "/register/password"
    assert enrolling.fill(page, password=PASSWORD).path == "/register/done"


def test_the_password_can_be_changed_until_the_identity_is_proven(
    enrolling: Enrolling, resident: Resident, new_browser: Callable[[], Browser]
) -> None:
    refused = enrolling.register(resident.phone, "王不对", resident.id_number)
    again = enrolling.browser.get(f"/register/password?{urlsplit(refused.url).query}")
    other = "nine lanterns over a sleepy harbour"
    refused = enrolling.fill(again, password=other)
    done = enrolling.declare_again(refused, resident.name, resident.id_number)
    assert done.path == "/register/done"
    elsewhere = Enrolling(enrolling.provider, new_browser())
    assert elsewhere.sign_in(resident.phone, PASSWORD).status == 400
    assert elsewhere.sign_in(resident.phone, other).path == "/account"


def test_somebody_elses_session_in_this_browser_ends_when_a_new_account_is_opened(
    provider: RunningProvider,
    enrolling: Enrolling,
    resident: Resident,
    new_browser: Callable[[], Browser],
) -> None:
    earlier = provider.citizen()
    enrolling.sign_in(earlier.phone, earlier.password)
    stolen = new_browser()
    for cookie in enrolling.browser.http.cookies.jar:
        stolen.http.cookies.set(cookie.name, cookie.value or "", domain=cookie.domain)
    assert stolen.get("/account").path == "/account"
    enrolling.register(resident.phone, resident.name, resident.id_number)
    assert stolen.get("/account").path == "/login"


def test_the_password_page_names_the_account_for_password_managers(
    enrolling: Enrolling, phone: str
) -> None:
    page = enrolling.identify(phone, *SOMEBODY)
    assert page.path == "/register/password"
    assert 'autocomplete="username"' in page.text
    assert f'value="{phone}"' in page.text
    assert 'autocomplete="new-password"' in page.text
