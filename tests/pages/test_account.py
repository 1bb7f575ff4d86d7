"""The account page: what its owner sees and can take back, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from idp.audit.repository import read_account_events
from idp.audit.tags import Tag
from tests.pages.conftest import Resident
from tests.pages.enrolling import Enrolling, form_to
from tests.protocol.browser import Browser, Page
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; ALN-AL00 Build/HUAWEIALN-AL00; wv) AppleWebKit/537.36"
    " (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065"
    " MMWEBSDK/20231202 MicroMessenger/8.0.47.2560(0x28002F30) WeChat/arm64"
)
END = re.compile(r'action="(/account/sessions/[0-9a-f]{32}/end)"')

SignIn = Callable[..., Browser]


@pytest.fixture
def citizen(provider: RunningProvider) -> Citizen:
    return provider.citizen()


@pytest.fixture
def sign_in(provider: RunningProvider, new_browser: Callable[[], Browser]) -> SignIn:
    def run(citizen: Citizen, user_agent: str = EDGE) -> Browser:
        browser = new_browser()
        browser.http.headers["user-agent"] = user_agent
        page = Enrolling(provider, browser).sign_in(citizen.phone, citizen.password)
        assert page.path == "/account", f"{page.path} {page.status}"
        return browser

    return run


def press(browser: Browser, page: Page, action: str) -> Page:
    return browser.submit(page, form_to(page, action))


def csrf_token(page: Page) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_who_is_not_signed_in_is_led_to_the_login_page(browser: Browser) -> None:
    assert browser.get("/account").path == "/login"


def test_the_account_shows_level_source_and_masked_documents(
    enrolling: Enrolling, resident: Resident
) -> None:
    enrolling.register(resident.phone, resident.name, resident.id_number)
    page = enrolling.browser.get("/account")
    for words in (
        ">L2</span>",
        "National population register",
        "Resident identity card",
        "The account was created",
        "The identity was verified",
    ):
        assert words in page.text
    for secret in (resident.name, resident.id_number, resident.phone):
        assert secret not in page.text
    assert page.response.headers["cache-control"] == "no-store"


def test_sessions_are_shown_with_browser_and_system(citizen: Citizen, sign_in: SignIn) -> None:
    sign_in(citizen, WECHAT)
    page = sign_in(citizen, EDGE).get("/account")
    headings = re.findall(r"<h3>([^<]+?) on ([^<]+?)(?: <span|</h3>)", page.text)
    assert headings == [("Edge", "Windows"), ("WeChat", "Android")]
    assert page.text.count("This device") == 1
    chinese = sign_in(citizen, WECHAT).get("/account?ui_locales=zh-CN")
    assert "微信 · 安卓系统" in chinese.text


def test_another_device_is_signed_out_and_this_one_stays(citizen: Citizen, sign_in: SignIn) -> None:
    phone, desk = sign_in(citizen, WECHAT), sign_in(citizen, EDGE)
    page = desk.get("/account")
    _, other = END.findall(page.text)
    page = press(desk, page, other)
    assert (page.path, page.status) == ("/account", 200)
    assert "That device is signed out" in page.text
    assert len(END.findall(page.text)) == 1
    assert phone.get("/account").path == "/login"
    assert desk.get("/account").path == "/account"


def test_ending_this_session_is_a_logout(citizen: Citizen, sign_in: SignIn) -> None:
    browser = sign_in(citizen)
    page = browser.get("/account")
    (own,) = END.findall(page.text)
    page = press(browser, page, own)
    assert page.path == "/logout/done"
    assert "signed out" in page.text
    assert browser.get("/account").path == "/login"


def test_another_persons_session_and_an_unknown_one_are_answered_alike(
    provider: RunningProvider, citizen: Citizen, sign_in: SignIn
) -> None:
    other = sign_in(provider.citizen())
    (foreign,) = END.findall(other.get("/account").text)
    browser = sign_in(citizen)
    token = csrf_token(browser.get("/account"))
    texts = set()
    for action in (foreign, f"/account/sessions/{'0' * 32}/end", "/account/sessions/x/end"):
        page = browser.post(action, {"csrf_token": token})
        assert page.status == 404
        texts.add(re.sub(r"/sessions/\w+/end|[0-9a-f]{32}", "", page.text))
    assert len(texts) == 1
    assert other.get("/account").path == "/account"


@pytest.mark.parametrize(
    "action", ["sessions/{}/end", "consents/some-portal/withdraw", "access/some-portal/end"]
)
def test_a_form_of_another_site_changes_nothing(
    citizen: Citizen, sign_in: SignIn, action: str
) -> None:
    browser = sign_in(citizen)
    (own,) = END.findall(browser.get("/account").text)
    path = f"/account/{action}".format(own.split("/")[3])
    assert browser.post(path, {}).status == 400
    assert browser.post(path, {"csrf_token": "x" * 43}).status == 400
    assert browser.get(path).status == 405
    assert browser.get("/account").path == "/account"


def test_consent_is_shown_and_withdrawn_with_every_token(
    citizen: Citizen, sign_in: SignIn, portal: RelyingParty
) -> None:
    browser = sign_in(citizen)
    page = browser.get("/authorize", portal.parameters(prompt="consent"))
    tokens = portal.tokens(browser.callback(browser.consent(page))["code"])
    page = browser.get("/account")
    assert "Tax services" in page.text
    assert "Mobile number" in page.text
    assert "Went on to a service" in page.text

    page = press(browser, page, f"/account/consents/{portal.client_id}/withdraw")
    assert (page.path, page.status) == ("/account", 200)
    assert "Your consent is withdrawn" in page.text
    assert "Withdrew consent" in page.text
    assert f"/account/consents/{portal.client_id}/withdraw" not in page.text
    assert portal.userinfo(tokens.access_token).status_code == 401
    assert portal.refresh(tokens.refresh_token).status_code == 400
    again = browser.get("/authorize", portal.parameters())
    assert again.path == "/consent"


def test_withdrawing_what_was_never_given_is_answered_404(
    citizen: Citizen, sign_in: SignIn, portal: RelyingParty
) -> None:
    browser = sign_in(citizen)
    token = csrf_token(browser.get("/account"))
    for client_id in (portal.client_id, "unknown-portal"):
        page = browser.post(f"/account/consents/{client_id}/withdraw", {"csrf_token": token})
        assert page.status == 404


def test_a_failed_sign_in_is_shown_to_the_owner(
    provider: RunningProvider, citizen: Citizen, sign_in: SignIn, browser: Browser
) -> None:
    Enrolling(provider, browser).sign_in(citizen.phone, "not the password")
    page = sign_in(citizen).get("/account")
    assert "An attempt to sign in with a wrong password" in page.text


def test_the_front_page_greets_who_is_signed_in(
    citizen: Citizen, sign_in: SignIn, browser: Browser
) -> None:
    assert "You are signed in as 林**." in sign_in(citizen).get("/").text
    assert "You are signed in" not in browser.get("/").text


def test_what_the_law_provides_is_told_apart_and_offers_nothing_to_withdraw(
    provider: RunningProvider, citizen: Citizen, sign_in: SignIn, portal: RelyingParty
) -> None:
    law = {"legal_basis": "statutory", "basis_text": "税收征收管理法"}
    claims = [{"name": "phone_number", "purpose": "通知", "purpose#en": "To notify you", **law}]
    provider.register({**portal.metadata, "claims": claims}, portal.secret)
    browser = sign_in(citizen)
    browser.callback(browser.get("/authorize", portal.parameters(scope="openid phone")))
    page = browser.get("/account")
    assert "Provided by law: Mobile number" in page.text
    assert f"/account/consents/{portal.client_id}/withdraw" not in page.text


def by_law_only(provider: RunningProvider, portal: RelyingParty) -> None:
    """Let the portal read the number by law: there is nothing to agree to."""
    law = {"legal_basis": "statutory", "basis_text": "税收征收管理法"}
    claims = [{"name": "phone_number", "purpose": "通知", "purpose#en": "To notify you", **law}]
    provider.register({**portal.metadata, "claims": claims}, portal.secret)


def enter(browser: Browser, portal: RelyingParty, **changes: str) -> Tokens:
    page = browser.get("/authorize", portal.parameters(**changes))
    page = browser.consent(page) if page.path == "/consent" else page
    return portal.tokens(browser.callback(page)["code"])


def test_a_service_that_reads_by_law_loses_its_access_while_the_person_is_away(
    provider: RunningProvider, citizen: Citizen, sign_in: SignIn, portal: RelyingParty
) -> None:
    """There is no consent to withdraw, but lasting access was asked for and can be taken back."""
    by_law_only(provider, portal)
    tokens = enter(sign_in(citizen), portal, prompt="consent")
    browser = sign_in(citizen)
    page = browser.get("/account")
    assert f"/account/consents/{portal.client_id}/withdraw" not in page.text
    assert "Keeps its access while you are not signed in, at most until <time" in page.text

    page = press(browser, page, f"/account/access/{portal.client_id}/end")
    assert (page.path, page.status) == ("/account", 200)
    assert "access has ended" in page.text
    assert f"/account/access/{portal.client_id}/end" not in page.text
    assert "Provided by law: Mobile number" in page.text, "that it was told stays on record"
    assert portal.userinfo(tokens.access_token).status_code == 401
    assert portal.refresh(tokens.refresh_token).json()["error"] == "invalid_grant"
    assert "token:family:revoked" in recorded(provider, citizen, portal)


def test_ending_access_keeps_what_was_agreed_to(
    citizen: Citizen, sign_in: SignIn, portal: RelyingParty
) -> None:
    browser = sign_in(citizen)
    tokens = enter(browser, portal, prompt="consent")
    page = press(browser, browser.get("/account"), f"/account/access/{portal.client_id}/end")
    assert f"/account/consents/{portal.client_id}/withdraw" in page.text
    assert portal.refresh(tokens.refresh_token).status_code == 400
    again = enter(browser, portal)
    assert again.body["scope"] == "openid phone"
    assert portal.userinfo(again.access_token).status_code == 200


def test_access_that_ends_with_the_session_needs_no_button(
    citizen: Citizen, sign_in: SignIn, portal: RelyingParty
) -> None:
    browser = sign_in(citizen)
    enter(browser, portal)
    page = browser.get("/account")
    assert "/account/access/" not in page.text
    assert "while you are not signed in" not in page.text


def test_ending_access_of_nobody_or_to_somebody_else_is_answered_404(
    provider: RunningProvider, citizen: Citizen, sign_in: SignIn, portal: RelyingParty
) -> None:
    other = sign_in(provider.citizen())
    tokens = enter(other, portal, prompt="consent")
    browser = sign_in(citizen)
    token = csrf_token(browser.get("/account"))
    for client_id in (portal.client_id, "unknown-portal"):
        page = browser.post(f"/account/access/{client_id}/end", {"csrf_token": token})
        assert page.status == 404
    assert portal.refresh(tokens.refresh_token).status_code == 200
    assert f"/account/access/{portal.client_id}/end" in other.get("/account").text


def recorded(provider: RunningProvider, citizen: Citizen, portal: RelyingParty) -> list[str]:
    """Return the audit tags about a person at a portal, newest first."""

    async def read() -> list[str]:
        tags = tuple(tag.value for tag in Tag)
        async with provider.services.database.read() as transaction:
            rows = await read_account_events(transaction, citizen.account_id, tags, 100)
        return [row.tag for row in rows if row.client_id == portal.client_id]

    return provider.call(read())
