"""npm's oauth4webapi 3, in our kit's portal, with Node and a real Chromium."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from tests.interop.node_portal import NodePortal, node_portal
from tests.interop.person import AuthorizationRequests, enter, sign_in, sign_out_at_the_provider
from tests.interop.registration import KITS, RegisteredClient, register_kit
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port
from tests.servers.requirements import require

KIT = "oauth4webapi"
_BETWEEN_LOOKS = 11
"""Seconds; the provider looks at published keys no more often than every ten."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def client(
    provider: RunningProvider, new_client_id: Callable[[], str], port: int
) -> RegisteredClient:
    url = f"http://127.0.0.1:{port}"
    return register_kit(provider, KIT, client_id=new_client_id(), portal_url=url)


def _new_key(folder: Path) -> Path:
    file = folder / "portal-key.json"
    subprocess.run([require("node"), KITS / KIT / "new-key.mjs", file], check=True, timeout=30)
    return file


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return _new_key(tmp_path)


@pytest.fixture
def portal(
    provider: RunningProvider, client: RegisteredClient, port: int, key_file: Path
) -> Iterator[NodePortal]:
    key = str(key_file)
    with node_portal(KIT, provider.url, client, port, PORTAL_KEY_FILE=key) as running:
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


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("iss", "http://localhost:1", "OAUTH_INVALID_RESPONSE"),
        ("iss", None, "OAUTH_INVALID_RESPONSE"),
        ("state", "foreign", "unknown_state"),
        ("code", "foreign", "invalid_grant"),
    ],
    ids=["issuer", "no-issuer", "state", "code"],
)
def test_an_answer_with_anything_foreign_is_refused(
    page: Page, portal: NodePortal, citizen: Citizen, name: str, value: str | None, reason: str
) -> None:
    _enter(page, portal, citizen)
    page.context.clear_cookies(domain="127.0.0.1")  # the portal forgets; the provider does not
    parts = urlsplit(_location(page, _location(page, f"{portal.url}/login")))
    sent: dict[str, str | None] = {**dict(parse_qsl(parts.query)), name: value}
    assert name in dict(parse_qsl(parts.query))
    query = urlencode({key: text for key, text in sent.items() if text is not None})
    page.goto(parts._replace(query=query).geturl())
    assert page.locator("#reason").inner_text() == reason
    assert not _is_signed_in(page, portal)


def test_an_answer_that_another_browser_asked_for_is_refused(
    page: Page, portal: NodePortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    answer = _location(page, _location(page, f"{portal.url}/login"))
    page.context.clear_cookies(domain="127.0.0.1")
    page.goto(answer)
    assert page.locator("#reason").inner_text() == "unknown_state"


def test_tokens_are_refreshed_again_and_again(
    page: Page, portal: NodePortal, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    for count in ("1", "2", "3"):
        page.locator("#refresh").click()
        page.locator("#refreshed").filter(has_text=count).wait_for()
    assert page.locator("#name").inner_text() == citizen.name


def test_signing_out_at_the_portal_signs_out_at_the_provider_without_a_question(
    page: Page, portal: NodePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    page.locator("#refresh").click()
    page.locator("#refreshed").filter(has_text="1").wait_for()
    page.locator("#sign-out").click()
    page.wait_for_url(f"{portal.url}/signed-out?state=*")
    page.goto(f"{portal.url}/login")
    assert page.url.startswith(f"{provider.url}/login")


def test_signing_out_at_the_provider_is_noticed_at_the_next_refresh(
    page: Page, portal: NodePortal, provider: RunningProvider, citizen: Citizen
) -> None:
    _enter(page, portal, citizen)
    sign_out_at_the_provider(page, provider.url)
    page.goto(portal.home)
    page.locator("#refresh").click()
    page.locator("#sign-in").wait_for()


def test_a_person_who_does_not_agree_comes_back_and_is_not_signed_in(
    page: Page, portal: NodePortal, citizen: Citizen
) -> None:
    page.goto(f"{portal.url}/login")
    sign_in(page, citizen)
    page.locator("#consent-deny").click()
    page.wait_for_url(f"{portal.url}/callback?**")
    assert page.locator("#reason").inner_text() == "access_denied"
    assert not _is_signed_in(page, portal)


def test_the_portal_has_a_key_of_its_own_and_publishes_the_public_half(
    page: Page, portal: NodePortal, client: RegisteredClient, key_file: Path
) -> None:
    assert client.secret == ""
    assert key_file.stat().st_mode & 0o777 == 0o600
    private = json.loads(key_file.read_text())
    (published,) = page.context.request.get(f"{portal.url}/jwks.json").json()["keys"]
    assert "d" not in published
    assert {name: published[name] for name in ("kid", "x", "y")} == {
        name: private[name] for name in ("kid", "x", "y")
    }


def test_a_portal_with_a_new_key_goes_on_after_a_restart(
    page: Page,
    provider: RunningProvider,
    client: RegisteredClient,
    port: int,
    tmp_path_factory: pytest.TempPathFactory,
    citizen: Citizen,
) -> None:
    """The provider looks again at what is published when it meets a key it does not know."""
    with _portal_with_new_key(provider, client, port, tmp_path_factory) as portal:
        _enter(page, portal, citizen)
    provider.clock.advance(_BETWEEN_LOOKS)
    with _portal_with_new_key(provider, client, port, tmp_path_factory) as portal:
        page.goto(f"{portal.url}/login")
        page.locator("#name").filter(has_text=citizen.name).wait_for()


def _portal_with_new_key(
    provider: RunningProvider,
    client: RegisteredClient,
    port: int,
    folders: pytest.TempPathFactory,
) -> AbstractContextManager[NodePortal]:
    key = str(_new_key(folders.mktemp("key")))
    return node_portal(KIT, provider.url, client, port, PORTAL_KEY_FILE=key)
