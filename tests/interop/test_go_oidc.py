"""CoreOS's go-oidc 3 and x/oauth2, in our kit's portal, with a real Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from playwright.sync_api import Page

from idp.sessions.session import EndReason
from tests.interop.go_portal import GoPortal, go_portal
from tests.interop.logout_tokens import FAULTS, foreign_logout_token, logout_token
from tests.interop.person import (
    AuthorizationRequests,
    enter,
    sign_in,
    sign_out_at_the_provider,
)
from tests.interop.registration import RegisteredClient, register_kit
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port

KIT = "go-oidc"
SIDE_BY_SIDE = 4
MANY = 10
KEYS_PAUSE_SECONDS = 5


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def client(
    provider: RunningProvider, new_client_id: Callable[[], str], port: int
) -> RegisteredClient:
    url = f"http://127.0.0.1:{port}"
    return register_kit(provider, KIT, client_id=new_client_id(), portal_url=url)


@pytest.fixture
def portal(provider: RunningProvider, client: RegisteredClient, port: int) -> Iterator[GoPortal]:
    with go_portal(provider.url, client, port) as running:
        yield running


def _enter(page: Page, portal: GoPortal, citizen: Citizen) -> None:
    enter(page, f"{portal.url}/login", citizen)
    assert page.url == portal.home


def _is_signed_in(page: Page, portal: GoPortal) -> bool:
    page.goto(portal.home)
    return page.locator("#sign-out").count() == 1


def _location(page: Page, url: str) -> str:
    """Where the answer at `url` sends the browser, which does not go there."""
    return page.context.request.get(url, max_redirects=0).headers["location"]


def _answer(page: Page, portal: GoPortal, **changes: str | None) -> str:
    """Return the callback URL of a new sign-in, its parameters changed; None takes one away.

    The person is signed in at the provider and has been at the portal before.
    """
    page.context.clear_cookies(domain="127.0.0.1")  # the portal forgets; the provider does not
    return _changed(_location(page, _location(page, f"{portal.url}/login")), **changes)


def _changed(url: str, **changes: str | None) -> str:
    parts = urlsplit(url)
    sent = dict(parse_qsl(parts.query))
    assert set(changes) <= set(sent)
    query = {name: value for name, value in {**sent, **changes}.items() if value is not None}
    return parts._replace(query=urlencode(query)).geturl()


def test_a_person_signs_in_and_the_page_shows_who_they_are(
    page: Page, portal: GoPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    requests = AuthorizationRequests(page, provider.url)
    _enter(page, portal, citizen)
    assert page.locator("#phone_number").inner_text().endswith(citizen.phone)
    assert page.locator("#acr").inner_text() in provider.services.settings.acr_values
    sent = parse_qs(urlsplit(requests.urls[0]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(sent)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "http://localhost:1"}, "wrong_issuer"),
        ({"iss": None}, "wrong_issuer"),
        ({"state": "another"}, "unknown_state"),
        ({"code": "another"}, "invalid_grant"),
    ],
    ids=["another issuer", "no issuer", "another state", "another code"],
)
def test_a_forged_answer_is_refused(
    page: Page, portal: GoPortal, citizen: Citizen, changes: dict[str, str | None], reason: str
) -> None:
    _enter(page, portal, citizen)
    page.goto(_answer(page, portal, **changes))
    assert page.locator("#reason").inner_text() == reason
    assert not _is_signed_in(page, portal)


def test_an_id_token_for_another_request_is_refused(
    page: Page, portal: GoPortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    page.goto(_changed(_location(page, f"{portal.url}/login"), nonce="another"))
    assert page.locator("#reason").inner_text() == "wrong_nonce"


def test_an_answer_counts_once_and_in_its_own_browser_only(
    page: Page, portal: GoPortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    answer = _answer(page, portal)
    page.goto(answer)
    assert page.url == portal.home
    page.goto(answer)
    assert page.locator("#reason").inner_text() == "unknown_state"
    answer = _answer(page, portal)
    page.context.clear_cookies(domain="127.0.0.1")
    page.goto(answer)
    assert page.locator("#reason").inner_text() == "unknown_state"


def test_tokens_are_refreshed_again_and_again(
    page: Page, portal: GoPortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    for count in ("1", "2", "3"):
        page.locator("#refresh").click()
        page.locator("#refreshed").filter(has_text=count).wait_for()
    assert page.locator("#name").inner_text() == citizen.name


def test_refreshes_side_by_side_take_turns(page: Page, portal: GoPortal, citizen: Citizen) -> None:
    _enter(page, portal, citizen)
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies(portal.url)}
    with httpx2.Client(cookies=cookies) as browser, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        answers = pool.map(browser.post, [f"{portal.url}/refresh"] * SIDE_BY_SIDE)
        assert [answer.status_code for answer in answers] == [303] * SIDE_BY_SIDE
    page.goto(portal.home)
    assert page.locator("#refreshed").inner_text() == str(SIDE_BY_SIDE)


def test_signing_out_at_the_portal_signs_out_at_the_provider(
    page: Page, portal: GoPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    """Without a question, also when the ID token of the sign-in is no longer the newest."""
    _enter(page, portal, citizen)
    page.locator("#refresh").click()
    page.locator("#refreshed").filter(has_text="1").wait_for()
    page.locator("#sign-out").click()
    page.wait_for_url(f"{portal.url}/signed-out?state=*")
    page.goto(f"{portal.url}/login")
    assert page.url.startswith(f"{provider.url}/login")


def test_another_site_cannot_sign_a_person_out(
    page: Page, portal: GoPortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    answer = page.context.request.post(
        f"{portal.url}/logout", headers={"Origin": "https://example.com"}
    )
    assert answer.status == 403
    assert _is_signed_in(page, portal)


def test_signing_out_at_the_provider_ends_the_session_of_the_portal(
    page: Page, portal: GoPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    sign_out_at_the_provider(page, provider.url)
    assert page.locator(".ledger-row .badge-success").count() == 1
    assert not _is_signed_in(page, portal)


def test_a_refresh_after_the_person_signed_out_ends_the_session(
    page: Page, portal: GoPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    """Even when the logout message gets lost."""
    _enter(page, portal, citizen)
    provider.call(_end_sessions_untold(provider, citizen))
    assert _is_signed_in(page, portal)
    page.locator("#refresh").click()
    page.locator("#sign-in").wait_for()


async def _end_sessions_untold(provider: RunningProvider, citizen: Citizen) -> None:
    """End the sessions without delivering the logout tokens."""
    services = provider.services
    async with services.database.write() as transaction:
        await services.logout.end_account(transaction, citizen.account_id, EndReason.LOGOUT)


def test_a_person_who_does_not_agree_comes_back_and_is_not_signed_in(
    page: Page, portal: GoPortal, citizen: Citizen
) -> None:
    page.goto(f"{portal.url}/login")
    sign_in(page, citizen)
    page.locator("#consent-deny").click()
    page.wait_for_url(f"{portal.url}/callback?**")
    assert page.locator("#reason").inner_text() == "access_denied"
    assert not _is_signed_in(page, portal)


def _deliver(page: Page, portal: GoPortal, token: str) -> int:
    answer = page.context.request.post(
        f"{portal.url}/backchannel-logout", form={"logout_token": token}
    )
    return answer.status


def test_bad_logout_tokens_are_refused_and_a_good_one_is_accepted_once(
    page: Page, portal: GoPortal, provider: RunningProvider, client: RegisteredClient
) -> None:
    """One portal for all of them: what is refused must not stand in the way of the good one."""
    faults = {**FAULTS, "audiences": {"aud": [client.client_id, "another-portal"]}}
    faults["age"] = {"iat": 1}
    bad = {name: logout_token(provider, client, **changes) for name, changes in faults.items()}
    bad["key"] = foreign_logout_token(provider, client)
    bad["nothing"] = ""
    taken = {name for name, token in bad.items() if _deliver(page, portal, token) != 400}
    assert taken == set()
    good = logout_token(provider, client)
    assert [_deliver(page, portal, good) for _ in range(2)] == [200, 400]


def test_bad_logout_tokens_do_not_make_the_portal_ask_for_keys_all_the_time(
    page: Page, portal: GoPortal, provider: RunningProvider, client: RegisteredClient
) -> None:
    def asked() -> int:
        return sum(line.get("route") == "/jwks" for line in provider.log_lines())

    before, start = asked(), time.monotonic()
    for _ in range(MANY):
        assert _deliver(page, portal, foreign_logout_token(provider, client)) == 400
    pauses = (time.monotonic() - start) / KEYS_PAUSE_SECONDS
    assert 1 <= asked() - before <= 1 + pauses
