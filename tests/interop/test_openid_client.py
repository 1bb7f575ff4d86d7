"""npm's openid-client 6 and jose, in our kit's portal, with Node and a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from playwright.sync_api import Page

from idp.clock import epoch_seconds
from idp.sessions.session import EndReason
from idp.tokens import jws
from tests.interop.node_portal import NodePortal, node_portal
from tests.interop.person import (
    AuthorizationRequests,
    enter,
    sign_in,
    sign_out_at_the_provider,
)
from tests.interop.registration import RegisteredClient, register_kit
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port

KIT = "openid-client"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYP = "logout+jwt"


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
def portal(provider: RunningProvider, client: RegisteredClient, port: int) -> Iterator[NodePortal]:
    with node_portal(KIT, provider.url, client, port) as running:
        yield running


def _enter(page: Page, portal: NodePortal, citizen: Citizen) -> None:
    enter(page, f"{portal.url}/login", citizen)
    assert page.url == portal.home


def _is_signed_in(page: Page, portal: NodePortal) -> bool:
    page.goto(portal.home)
    return page.locator("#sign-out").count() == 1


def _location(page: Page, url: str) -> str:
    """Where the answer at `url` sends the browser, which does not go there."""
    return page.context.request.get(url, max_redirects=0).headers["location"]


def test_a_person_signs_in_and_the_page_shows_who_they_are(
    page: Page, portal: NodePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    requests = AuthorizationRequests(page, provider.url)
    _enter(page, portal, citizen)
    assert page.locator("#phone_number").inner_text().endswith(citizen.phone)
    assert page.locator("#acr").inner_text() in provider.services.settings.acr_values
    sent = parse_qs(urlsplit(requests.urls[0]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(sent)


@pytest.mark.parametrize("iss", ["http://localhost:1", None], ids=["another", "none"])
def test_an_answer_that_names_another_issuer_or_none_is_refused(
    page: Page, portal: NodePortal, citizen: Citizen, iss: str | None
) -> None:
    _enter(page, portal, citizen)
    page.context.clear_cookies(domain="127.0.0.1")  # the portal forgets; the provider does not
    request = _location(page, f"{portal.url}/login")
    parts = urlsplit(_location(page, request))
    assert parts.path == "/callback"
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != "iss"]
    assert len(pairs) == len(parse_qsl(parts.query)) - 1
    query = urlencode([*pairs, *([("iss", iss)] if iss else [])])
    page.goto(parts._replace(query=query).geturl())
    assert page.locator("#reason").inner_text() == "OAUTH_INVALID_RESPONSE"
    assert not _is_signed_in(page, portal)


def test_tokens_are_refreshed_again_and_again(
    page: Page, portal: NodePortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    for count in ("1", "2", "3"):
        page.locator("#refresh").click()
        page.locator("#refreshed").filter(has_text=count).wait_for()
    assert page.locator("#name").inner_text() == citizen.name


def test_signing_out_at_the_portal_signs_out_at_the_provider(
    page: Page, portal: NodePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    page.locator("#sign-out").click()
    page.wait_for_url(f"{portal.url}/signed-out?state=*")
    page.goto(f"{portal.url}/login")
    assert page.url.startswith(f"{provider.url}/login")


def test_signing_out_at_the_portal_after_a_refresh_needs_no_confirmation(
    page: Page, portal: NodePortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    page.locator("#refresh").click()
    page.locator("#refreshed").filter(has_text="1").wait_for()
    page.locator("#sign-out").click()
    page.wait_for_url(f"{portal.url}/signed-out?state=*")


def test_signing_out_at_the_provider_ends_the_session_of_the_portal(
    page: Page, portal: NodePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    sign_out_at_the_provider(page, provider.url)
    assert page.locator(".ledger-row .badge-success").count() == 1
    assert not _is_signed_in(page, portal)


def test_a_refresh_after_the_person_signed_out_ends_the_session(
    page: Page, portal: NodePortal, provider: RunningProvider, citizen: Citizen
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
    page: Page, portal: NodePortal, citizen: Citizen
) -> None:
    page.goto(f"{portal.url}/login")
    sign_in(page, citizen)
    page.locator("#consent-deny").click()
    page.wait_for_url(f"{portal.url}/callback?**")
    assert page.locator("#reason").inner_text() == "access_denied"
    assert not _is_signed_in(page, portal)


def _logout_claims(
    provider: RunningProvider, client: RegisteredClient, **changes: object
) -> dict[str, Any]:
    now = epoch_seconds(provider.clock.now())
    claims = {
        "iss": provider.url,
        "aud": client.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": f"jti-{client.client_id}",
        "sub": "somebody",
        "sid": "nobody's session",
        "events": {EVENT: {}},
    }
    merged = {**claims, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _deliver(page: Page, portal: NodePortal, token: str) -> int:
    answer = page.context.request.post(
        f"{portal.url}/backchannel-logout", form={"logout_token": token}
    )
    return answer.status


def test_a_logout_token_is_accepted_once(
    page: Page, portal: NodePortal, provider: RunningProvider, client: RegisteredClient
) -> None:
    claims = _logout_claims(provider, client)
    token = jws.sign(provider.services.keys, "ES256", TYP, claims)
    assert [_deliver(page, portal, token) for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    ("typ", "changes"),
    [
        ("JWT", {}),
        (TYP, {"aud": "another-portal"}),
        (TYP, {"iss": "https://id.example.com"}),
        (TYP, {"nonce": "n"}),
        (TYP, {"events": {"https://example.com/event": {}}}),
        (TYP, {"sid": None, "sub": None}),
        (TYP, {"exp": 1}),
        (TYP, {"jti": None}),
    ],
    ids=["type", "audience", "issuer", "nonce", "event", "subject", "expired", "jti"],
)
def test_a_logout_token_with_anything_wrong_is_refused(
    page: Page,
    portal: NodePortal,
    provider: RunningProvider,
    client: RegisteredClient,
    typ: str,
    changes: dict[str, object],
) -> None:
    claims = _logout_claims(provider, client, **changes)
    token = jws.sign(provider.services.keys, "ES256", typ, claims)
    assert _deliver(page, portal, token) == 400


def test_a_logout_token_under_another_key_is_refused(
    page: Page, portal: NodePortal, provider: RunningProvider, client: RegisteredClient
) -> None:
    key = ECKey.generate_key("P-256")
    kid = provider.services.keys.jwks()["keys"][0]["kid"]
    header = {"alg": "ES256", "kid": kid, "typ": TYP}
    token = jwt.encode(header, _logout_claims(provider, client), key, algorithms=["ES256"])
    assert _deliver(page, portal, token) == 400
