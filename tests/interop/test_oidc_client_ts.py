"""npm's oidc-client-ts 3, in our kit's single-page application, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route

from tests.interop.node_portal import node_program
from tests.interop.person import AuthorizationRequests, allow_everything, sign_in
from tests.interop.registration import CLIENT_ID, RegisteredClient, register_kit
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port

KIT = "oidc-client-ts"
ISSUER = "https://id.example.gov.cn"


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
def home(provider: RunningProvider, client: RegisteredClient, port: int) -> Iterator[str]:
    """Where the application is."""
    edits = {ISSUER: provider.url, CLIENT_ID: client.client_id}
    with node_program(KIT, "serve.mjs", port, {"PORTAL_PORT": str(port)}, edits):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def refused_by_policy(page: Page) -> list[str]:
    """What the console says of things that the application's own policy does not allow."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if "Policy" in line.text else None)
    return said


def _enter(page: Page, home: str, citizen: Citizen) -> None:
    page.goto(home)
    page.locator("#sign-in").click()
    sign_in(page, citizen)
    allow_everything(page)
    _is_shown(page, home, citizen)


def _is_shown(page: Page, home: str, citizen: Citizen) -> None:
    page.locator("#name").filter(has_text=citizen.name).wait_for()
    assert page.url == home


def _refresh(page: Page, times: str) -> None:
    page.locator("#refresh").click()
    page.locator("#refreshed").filter(has_text=times).wait_for()


class TokenRequests:
    """The forms that a page posts to /token, in order."""

    def __init__(self, page: Page, issuer: str) -> None:
        self.forms: list[dict[str, list[str]]] = []
        self._url = f"{issuer}/token"
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.url == self._url and request.method == "POST":
            self.forms.append(parse_qs(request.post_data or ""))


def test_a_person_signs_in_and_the_page_shows_who_they_are(
    page: Page,
    home: str,
    provider: RunningProvider,
    citizen: Citizen,
    refused_by_policy: list[str],
) -> None:
    requests = AuthorizationRequests(page, provider.url)
    tokens = TokenRequests(page, provider.url)
    _enter(page, home, citizen)
    assert page.locator("#phone_number").inner_text().endswith(citizen.phone)
    assert page.locator("#acr").inner_text() in provider.services.settings.acr_values
    sent = parse_qs(urlsplit(requests.urls[0]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(sent)
    assert "client_secret" not in tokens.forms[0]
    assert refused_by_policy == []


def test_no_token_is_kept_where_it_outlives_the_page(
    page: Page, home: str, citizen: Citizen
) -> None:
    _enter(page, home, citizen)
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "token" not in kept
    assert page.evaluate("document.cookie") == ""


def test_tokens_are_refreshed_again_and_again(page: Page, home: str, citizen: Citizen) -> None:
    _enter(page, home, citizen)
    for times in ("1", "2", "3"):
        _refresh(page, times)
    assert page.locator("#name").inner_text() == citizen.name


def test_tokens_are_refreshed_before_they_expire(
    page: Page, home: str, provider: RunningProvider, citizen: Citizen
) -> None:
    page.clock.install()
    tokens = TokenRequests(page, provider.url)
    _enter(page, home, citizen)
    page.clock.fast_forward(31_000)
    page.locator("#refreshed").filter(has_text="1").wait_for()
    assert tokens.forms[-1]["grant_type"] == ["refresh_token"]


def test_a_second_tab_needs_no_password_and_refreshes_by_itself(
    page: Page, home: str, citizen: Citizen
) -> None:
    _enter(page, home, citizen)
    second = page.context.new_page()
    second.goto(home)
    second.locator("#sign-in").click()
    _is_shown(second, home, citizen)
    for times in ("1", "2"):
        _refresh(page, times)
        _refresh(second, times)


@pytest.mark.parametrize("how", ["reload", "duplicate"])
def test_a_page_opened_anew_in_the_same_tab_session_stays_signed_in(
    page: Page, home: str, provider: RunningProvider, citizen: Citizen, how: str
) -> None:
    """Without any page of the provider, and without touching the other's refresh token."""
    _enter(page, home, citizen)
    if how == "reload":
        requests = AuthorizationRequests(page, provider.url)
        page.reload()
        opened = page
        _is_shown(opened, home, citizen)
        assert parse_qs(urlsplit(requests.urls[0]).query)["prompt"] == ["none"]
    else:
        with page.expect_popup() as popup:
            page.evaluate("open('/')")  # takes a copy of sessionStorage along, as "duplicate" does
        opened = popup.value
        _is_shown(opened, home, citizen)
        _refresh(page, "1")
    _refresh(opened, "1")


def test_a_refresh_token_used_twice_ends_the_sign_in(
    page: Page, home: str, provider: RunningProvider, citizen: Citizen
) -> None:
    """A thief and the person cannot both go on."""
    tokens = TokenRequests(page, provider.url)
    _enter(page, home, citizen)
    _refresh(page, "1")
    stolen = {name: value[0] for name, value in tokens.forms[-1].items()}
    provider.clock.advance(provider.services.settings.tokens.refresh_grace_seconds + 1)
    answer = page.context.request.post(f"{provider.url}/token", form=stolen)
    assert answer.json()["error"] == "invalid_grant"
    page.locator("#refresh").click()
    page.locator("#sign-in").wait_for()
    assert page.locator("#reason").inner_text() == "invalid_grant"


def test_signing_out_ends_the_tokens_and_signs_out_at_the_provider(
    page: Page, home: str, provider: RunningProvider, client: RegisteredClient, citizen: Citizen
) -> None:
    _enter(page, home, citizen)
    tokens = TokenRequests(page, provider.url)
    with page.expect_response(f"{provider.url}/revoke") as revoked:
        page.locator("#sign-out").click()
    assert revoked.value.status == 200
    page.locator("#sign-in").wait_for()
    page.wait_for_url(home)
    assert not page.locator("#problem").is_visible()
    token = parse_qs(revoked.value.request.post_data or "")["token"][0]
    refresh = {"grant_type": "refresh_token", "refresh_token": token}
    answer = page.context.request.post(
        f"{provider.url}/token", form={**refresh, "client_id": client.client_id}
    )
    assert answer.json()["error"] == "invalid_grant"
    assert tokens.forms == []
    page.reload()
    page.locator("#sign-in").click()
    page.wait_for_url(f"{provider.url}/login**")


def test_signing_out_at_the_provider_is_noticed_at_the_next_refresh(
    page: Page, home: str, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, home, citizen)
    other = page.context.new_page()
    other.goto(f"{provider.url}/logout")
    other.locator("#logout-confirm").click()
    other.wait_for_url(f"{provider.url}/logout/done**")
    page.locator("#refresh").click()
    page.locator("#sign-in").wait_for()


def test_a_reload_after_signing_out_elsewhere_just_offers_to_sign_in(
    page: Page, home: str, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, home, citizen)
    page.context.clear_cookies()
    page.reload()
    page.locator("#sign-in").wait_for()
    assert page.url == home
    assert not page.locator("#problem").is_visible()


def test_a_person_who_does_not_agree_comes_back_and_is_not_signed_in(
    page: Page, home: str, citizen: Citizen
) -> None:
    page.goto(home)
    page.locator("#sign-in").click()
    sign_in(page, citizen)
    page.locator("#consent-deny").click()
    page.locator("#reason").filter(has_text="access_denied").wait_for()
    assert not page.locator("#signed-in").is_visible()


def test_an_answer_that_nobody_asked_for_is_refused(
    page: Page, home: str, provider: RunningProvider
) -> None:
    tokens = TokenRequests(page, provider.url)
    page.goto(f"{home}?{urlencode({'code': 'c', 'state': 'foreign', 'iss': provider.url})}")
    page.locator("#reason").filter(has_text="No matching state").wait_for()
    assert tokens.forms == []
    assert page.url == home


@pytest.mark.parametrize("iss", ["http://localhost:1", None], ids=["another", "none"])
def test_an_answer_that_names_another_issuer_or_none_is_refused(
    page: Page, home: str, provider: RunningProvider, citizen: Citizen, iss: str | None
) -> None:
    _enter(page, home, citizen)
    page.evaluate("sessionStorage.clear()")
    tokens = TokenRequests(page, provider.url)

    def forge(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        parts = urlsplit(answer.headers["location"])
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert query.pop("iss") == provider.url
        forged = parts._replace(query=urlencode({**query, **({"iss": iss} if iss else {})}))
        route.fulfill(response=answer, headers={**answer.headers, "location": forged.geturl()})

    page.route(f"{provider.url}/authorize?**", forge)
    page.goto(home)
    page.locator("#sign-in").click()
    page.locator("#reason").filter(has_text="issuer").wait_for()
    assert tokens.forms == []
    assert not page.locator("#signed-in").is_visible()


def test_an_id_token_with_another_nonce_is_refused(
    page: Page, home: str, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, home, citizen)
    page.evaluate("sessionStorage.clear()")

    def change(route: Route) -> None:
        parts = urlsplit(route.request.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        changed = parts._replace(query=urlencode({**query, "nonce": "another"}))
        route.continue_(url=changed.geturl())

    page.route(f"{provider.url}/authorize?**", change)
    page.goto(home)
    page.locator("#sign-in").click()
    page.locator("#reason").filter(has_text="nonce").wait_for()
    assert not page.locator("#signed-in").is_visible()
