"""Authlib and requests-oauth2client, each in our kit's portal, with a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page

from idp.sessions.session import EndReason
from tests.interop.logout_tokens import FAULTS, foreign_logout_token, logout_token
from tests.interop.person import AuthorizationRequests, sign_in, sign_out_at_the_provider
from tests.interop.python_portal import PythonPortal, python_portal
from tests.interop.registration import RegisteredClient, register_kit
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port

KITS = ("authlib", "requests-oauth2client")
PUSH = {"requests-oauth2client"}
"""Kits that push their requests (RFC 9126) wherever the metadata name an endpoint for it."""
REASONS = {
    "authlib": ("issuer_mismatch", "issuer_mismatch", "mismatching_state"),
    "requests-oauth2client": ("MismatchingIssuer", "MissingIssuer", "unknown_state"),
}
"""What the portals say of another issuer, no issuer, another state."""


@pytest.fixture(scope="module", params=KITS)
def kit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def port(kit: str) -> int:
    return free_port()


@pytest.fixture(scope="module")
def client(provider_of_module: RunningProvider, kit: str, port: int) -> RegisteredClient:
    url = f"http://127.0.0.1:{port}"
    return register_kit(provider_of_module, kit, client_id=f"portal-{kit}", portal_url=url)


@pytest.fixture(scope="module")
def portal(
    provider_of_module: RunningProvider, kit: str, client: RegisteredClient, port: int
) -> Iterator[PythonPortal]:
    with python_portal(kit, provider_of_module.url, client, port) as running:
        yield running


def test_a_person_signs_in_and_the_page_shows_who_they_are(
    page: Page, portal: PythonPortal, provider: RunningProvider, citizen: Citizen, kit: str
) -> None:
    requests = AuthorizationRequests(page, provider.url)
    portal.enter(page, citizen)
    assert page.locator("#phone_number").inner_text().endswith(citizen.phone)
    assert page.locator("#acr").inner_text() in provider.services.settings.acr_values
    sent = parse_qs(urlsplit(requests.urls[0]).query)
    if kit in PUSH:
        assert sent.keys() == {"client_id", "request_uri"}
        assert sent["request_uri"][0].startswith("urn:ietf:params:oauth:request_uri:")
    else:
        assert sent["code_challenge_method"] == ["S256"]
        assert {"state", "nonce", "code_challenge"} <= set(sent)


def test_an_answer_to_somebody_else_is_refused(
    page: Page, portal: PythonPortal, citizen: Citizen, kit: str
) -> None:
    portal.enter(page, citizen)
    portal.forget(page)
    changes: tuple[dict[str, str | None], ...] = (
        {"iss": "http://localhost:1"},
        {"iss": None},
        {"state": "another"},
    )
    for change, reason in zip(changes, REASONS[kit], strict=True):
        page.goto(portal.answer(page, **change))
        assert page.locator("#reason").inner_text() == reason
        assert not portal.is_signed_in(page)


def test_sign_ins_of_two_tabs_do_not_disturb_each_other(
    page: Page, portal: PythonPortal, citizen: Citizen
) -> None:
    portal.enter(page, citizen)
    portal.forget(page)
    answers = [portal.answer(page) for _ in range(2)]
    for answer in answers:
        page.goto(answer)
        assert page.url == portal.home
        assert page.locator("#name").inner_text() == citizen.name


def test_an_answer_that_was_used_is_refused(
    page: Page, portal: PythonPortal, citizen: Citizen, kit: str
) -> None:
    portal.enter(page, citizen)
    portal.forget(page)
    answer = portal.answer(page)
    page.goto(answer)
    page.goto(answer)
    assert page.locator("#reason").inner_text() == REASONS[kit][-1]


def test_tokens_are_refreshed_again_and_again(
    page: Page, portal: PythonPortal, citizen: Citizen
) -> None:
    portal.enter(page, citizen)
    for count in ("1", "2", "3"):
        page.locator("#refresh").click()
        page.locator("#refreshed").filter(has_text=count).wait_for()
    assert page.locator("#name").inner_text() == citizen.name


def test_signing_out_at_the_portal_signs_out_at_the_provider(
    page: Page, portal: PythonPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    portal.enter(page, citizen)
    page.locator("#refresh").click()
    page.locator("#refreshed").filter(has_text="1").wait_for()
    page.locator("#sign-out").click()
    page.wait_for_url(f"{portal.url}/signed-out?state=*")
    page.goto(f"{portal.url}/login")
    assert page.url.startswith(f"{provider.url}/login")


def test_signing_out_at_the_provider_ends_the_sign_in_at_the_portal(
    page: Page, portal: PythonPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    portal.enter(page, citizen)
    sign_out_at_the_provider(page, provider.url)
    assert page.locator(".ledger-row .badge-success").count() == 1
    assert not portal.is_signed_in(page)


def test_a_refresh_after_the_person_signed_out_ends_the_sign_in(
    page: Page, portal: PythonPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    """Even when the logout message gets lost."""
    portal.enter(page, citizen)
    provider.call(_end_sessions_untold(provider, citizen))
    assert portal.is_signed_in(page)
    page.locator("#refresh").click()
    page.locator("#sign-in").wait_for()


async def _end_sessions_untold(provider: RunningProvider, citizen: Citizen) -> None:
    """End the sessions without delivering the logout tokens."""
    services = provider.services
    async with services.database.write() as transaction:
        await services.logout.end_account(transaction, citizen.account_id, EndReason.LOGOUT)


def test_a_person_who_does_not_agree_comes_back_and_is_not_signed_in(
    page: Page, portal: PythonPortal, citizen: Citizen
) -> None:
    page.goto(f"{portal.url}/login")
    sign_in(page, citizen)
    page.locator("#consent-deny").click()
    page.wait_for_url(f"{portal.url}/callback?**")
    assert page.locator("#reason").inner_text() == "access_denied"
    assert not portal.is_signed_in(page)


def test_only_genuine_logout_tokens_are_accepted(
    page: Page, portal: PythonPortal, provider: RunningProvider, client: RegisteredClient
) -> None:
    assert portal.deliver(page, logout_token(provider, client)) == 200
    tokens = {name: logout_token(provider, client, **fault) for name, fault in FAULTS.items()}
    tokens["key"] = foreign_logout_token(provider, client)
    tokens["form"] = "no token"
    outcomes = {name: portal.deliver(page, token) for name, token in tokens.items()}
    assert outcomes == dict.fromkeys(tokens, 400)


def test_no_code_and_no_token_is_in_the_log(
    page: Page, portal: PythonPortal, citizen: Citizen
) -> None:
    portal.enter(page, citizen)
    portal.forget(page)
    answer = portal.answer(page, state="another")
    page.goto(answer)
    code = dict(parse_qsl(urlsplit(answer).query))["code"]
    log = portal.log.read_text(encoding="utf-8")
    assert "sign-in refused" in log
    assert code not in log
    assert "eyJ" not in log


def test_another_site_cannot_sign_a_person_out(
    page: Page, portal: PythonPortal, citizen: Citizen
) -> None:
    portal.enter(page, citizen)
    answer = page.context.request.post(
        f"{portal.url}/logout", headers={"Origin": "https://example.com"}, max_redirects=0
    )
    assert answer.status == 403
    assert portal.is_signed_in(page)
