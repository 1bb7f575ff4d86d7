"""Spring Security 6 in Spring Boot 3, in our kit's portal, with Java and a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import APIResponse, Browser, Page

from idp.clock import epoch_seconds
from idp.sessions.session import EndReason
from idp.tokens import jws
from tests.interop.jvm_portal import JvmPortal, jvm_portal
from tests.interop.logout_tokens import FAULTS, logout_token
from tests.interop.person import (
    AuthorizationRequests,
    enter,
    sign_in,
    sign_out_at_the_provider,
)
from tests.interop.registration import RegisteredClient, register_kit
from tests.protocol.relying_party import basic
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port

CLIENT_ID = "interop-spring-portal"
SIGN_IN = "/oauth2/authorization/tongxing"
# Spring also takes `typ: JWT`, which OpenID Connect Back-Channel Logout section 2.4 allows.
_FAULTS = {**FAULTS, "type": {"typ": "at+jwt"}}


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def client(provider_of_module: RunningProvider, port: int) -> RegisteredClient:
    url = f"http://127.0.0.1:{port}"
    return register_kit(provider_of_module, "spring-security", client_id=CLIENT_ID, portal_url=url)


@pytest.fixture(scope="module")
def portal(
    provider_of_module: RunningProvider,
    client: RegisteredClient,
    port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[JvmPortal]:
    folder = tmp_path_factory.mktemp("portal")
    with jvm_portal(provider_of_module.url, client, port, folder) as running:
        yield running


def _enter(page: Page, portal: JvmPortal, citizen: Citizen) -> None:
    enter(page, portal.url + SIGN_IN, citizen)
    assert page.url == portal.person


def _is_signed_in(page: Page, portal: JvmPortal) -> bool:
    """Whether the portal shows the person's page without asking the provider."""
    answer = page.context.request.get(portal.person, max_redirects=0)
    assert answer.status in (200, 302)
    return answer.status == 200


def _location(page: Page, url: str) -> str:
    """Where the answer at `url` sends the browser, which does not go there."""
    return page.context.request.get(url, max_redirects=0).headers["location"]


def test_a_person_signs_in_and_the_page_shows_who_they_are(
    page: Page, portal: JvmPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    requests = AuthorizationRequests(page, provider.url)
    _enter(page, portal, citizen)
    assert page.locator("#phone_number").inner_text().endswith(citizen.phone)
    assert page.locator("#acr").inner_text() in provider.services.settings.acr_values
    sent = parse_qs(urlsplit(requests.urls[0]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(sent)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("iss", "http://localhost:1", "issuer_mismatch"),
        ("iss", None, "issuer_mismatch"),
        ("state", "another", "authorization_request_not_found"),
    ],
    ids=["another issuer", "no issuer", "another state"],
)
def test_an_answer_that_belongs_elsewhere_is_refused(
    page: Page, portal: JvmPortal, citizen: Citizen, name: str, value: str | None, reason: str
) -> None:
    _enter(page, portal, citizen)
    page.context.clear_cookies(name="JSESSIONID")  # the portal forgets; the provider does not
    parts = urlsplit(_location(page, _location(page, portal.url + SIGN_IN)))
    assert parts.path == "/login/oauth2/code/tongxing"
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != name]
    assert len(pairs) == len(parse_qsl(parts.query)) - 1
    query = urlencode([*pairs, *([(name, value)] if value else [])])
    page.goto(parts._replace(query=query).geturl())
    assert page.locator("#reason").inner_text() == reason
    assert not _is_signed_in(page, portal)


def test_tokens_are_refreshed_again_and_again(
    page: Page, portal: JvmPortal, citizen: Citizen
) -> None:
    """Access tokens live a minute here, and Spring refreshes from a minute before their end."""
    _enter(page, portal, citizen)
    times = {page.locator("#renewed").inner_text()}
    for _ in range(3):
        page.reload()
        times.add(page.locator("#renewed").inner_text())
    assert len(times) == 4
    assert page.locator("#name").inner_text() == citizen.name


def test_signing_out_at_the_portal_after_a_refresh_signs_out_at_the_provider(
    page: Page, portal: JvmPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    page.reload()
    page.locator("#sign-out").click()
    page.wait_for_url(f"{portal.url}/signed-out")
    page.locator("#sign-in").click()
    page.wait_for_url(f"{provider.url}/login**")


def test_signing_out_in_one_browser_leaves_the_same_person_signed_in_in_another(
    page: Page, portal: JvmPortal, chromium: Browser, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    with chromium.new_context(locale="zh-CN") as context:
        another = context.new_page()
        another.goto(portal.person)
        sign_in(another, citizen)
        another.locator("#sign-out").click()
        another.wait_for_url(f"{portal.url}/signed-out")
    page.reload()
    assert page.locator("#name").inner_text() == citizen.name


def test_signing_out_at_the_provider_ends_the_session_of_the_portal(
    page: Page, portal: JvmPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    assert _is_signed_in(page, portal)
    sign_out_at_the_provider(page, provider.url)
    assert page.locator(".ledger-row .badge-success").count() == 1
    assert not _is_signed_in(page, portal)


def test_a_refresh_after_the_person_signed_out_ends_the_session(
    page: Page, portal: JvmPortal, provider: RunningProvider, citizen: Citizen
) -> None:
    """Even when the logout message gets lost."""
    _enter(page, portal, citizen)
    provider.call(_end_sessions_untold(provider, citizen))
    page.goto(portal.person)
    assert page.url == f"{portal.url}/"
    page.locator("#sign-in").wait_for()
    assert not _is_signed_in(page, portal)


async def _end_sessions_untold(provider: RunningProvider, citizen: Citizen) -> None:
    """End the sessions without delivering the logout tokens."""
    services = provider.services
    async with services.database.write() as transaction:
        await services.logout.end_account(transaction, citizen.account_id, EndReason.LOGOUT)


def test_a_person_who_does_not_agree_comes_back_and_is_not_signed_in(
    page: Page, portal: JvmPortal, citizen: Citizen
) -> None:
    page.goto(portal.person)
    sign_in(page, citizen)
    page.locator("#consent-deny").click()
    page.wait_for_url(f"{portal.url}/problem")
    assert page.locator("#reason").inner_text() == "access_denied"
    assert not _is_signed_in(page, portal)


def _deliver(page: Page, portal: JvmPortal, token: str) -> int:
    url = f"{portal.url}/logout/connect/back-channel/tongxing"
    return page.context.request.post(url, form={"logout_token": token}).status


def test_a_logout_token_is_accepted(
    page: Page, portal: JvmPortal, provider: RunningProvider, client: RegisteredClient
) -> None:
    assert _deliver(page, portal, logout_token(provider, client, alg="RS256")) == 200


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_logout_token_with_anything_wrong_is_refused(
    page: Page,
    portal: JvmPortal,
    provider: RunningProvider,
    client: RegisteredClient,
    fault: str,
) -> None:
    token = logout_token(provider, client, alg="RS256", **_FAULTS[fault])
    assert _deliver(page, portal, token) == 400


def test_a_logout_token_under_the_signature_of_another_is_refused(
    page: Page, portal: JvmPortal, provider: RunningProvider, client: RegisteredClient
) -> None:
    genuine = logout_token(provider, client, alg="RS256").rpartition(".")
    another = logout_token(provider, client, alg="RS256", jti="another").rpartition(".")
    assert _deliver(page, portal, f"{genuine[0]}.{another[2]}") == 400


def test_id_tokens_under_es256_are_taken_but_not_yet_logout_tokens(
    page: Page, provider: RunningProvider, citizen: Citizen, tmp_path: Path
) -> None:
    """When the last line fails, a new Spring has learnt it: then the kit can leave RS256."""
    port = free_port()
    client = register_kit(
        provider,
        "spring-security",
        client_id=f"{CLIENT_ID}-es256",
        portal_url=f"http://127.0.0.1:{port}",
        without="id_token_signed_response_alg",
    )
    with jvm_portal(
        provider.url, client, port, tmp_path, PORTAL_ID_TOKEN_ALGORITHM="ES256"
    ) as portal:
        _enter(page, portal, citizen)
        page.reload()
        assert page.locator("#name").inner_text() == citizen.name
        assert _deliver(page, portal, logout_token(provider, client)) == 400


def _call_api(page: Page, portal: JvmPortal, token: str) -> APIResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return page.context.request.get(f"{portal.url}/api/subject", headers=headers)


def test_an_access_token_for_the_api_is_taken_and_one_for_the_provider_is_not(
    page: Page,
    portal: JvmPortal,
    provider: RunningProvider,
    new_client_id: Callable[[], str],
) -> None:
    client_id, secret, api = new_client_id(), "s" * 43, f"{portal.url}/api"
    document = {
        "client_id": client_id,
        "client_name": "Another department",
        "department": "Another",
        "grant_types": ["client_credentials"],
        "response_types": [],
        "redirect_uris": [],
        "resources": [api],
    }
    provider.register(document, secret)
    tokens = [
        page.context.request.post(
            f"{provider.url}/token",
            headers=basic(client_id, secret),
            form={"grant_type": "client_credentials", **target},
        ).json()["access_token"]
        for target in ({"resource": api}, {})
    ]
    answers = [_call_api(page, portal, token) for token in tokens]
    assert [answer.status for answer in answers] == [200, 401]
    assert answers[0].json() == {"sub": client_id, "client_id": client_id}


@pytest.mark.parametrize(
    ("typ", "changes"),
    [
        ("JWT", {}),
        ("logout+jwt", {}),
        ("at+jwt", {"aud": "https://api.example.com"}),
        ("at+jwt", {"iss": "https://id.example.com"}),
        ("at+jwt", {"client_id": None}),
        ("at+jwt", {"exp": 1}),
    ],
    ids=["ID token", "logout token", "audience", "issuer", "client", "expired"],
)
def test_an_access_token_with_anything_wrong_is_refused(
    page: Page,
    portal: JvmPortal,
    provider: RunningProvider,
    typ: str,
    changes: dict[str, object],
) -> None:
    now = epoch_seconds(provider.clock.now())
    claims = {
        "iss": provider.url,
        "aud": f"{portal.url}/api",
        "sub": "somebody",
        "client_id": "another-portal",
        "iat": now,
        "exp": now + 60,
        "jti": "j",
    }
    genuine = jws.sign(provider.services.keys, "ES256", "at+jwt", claims)
    assert _call_api(page, portal, genuine).status == 200
    merged = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    token = jws.sign(provider.services.keys, "ES256", typ, merged)
    assert _call_api(page, portal, token).status == 401


def test_the_session_of_a_browser_opens_no_api(
    page: Page, portal: JvmPortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    assert page.context.request.get(f"{portal.url}/api/subject").status == 401
