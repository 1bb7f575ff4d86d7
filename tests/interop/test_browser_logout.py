"""Front-channel logout and session management in a real Chromium, with frames across origins."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.interop.person import allow_everything, sign_in, sign_out_at_the_provider
from tests.interop.watching_portal import WatchingPortal, watching_portal
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen, RunningProvider, running_provider

FRAMES_SECONDS = 1.0
_SOON = 2_000
_NO_ANSWER = 700


@pytest.fixture(scope="module")
def provider_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("provider") / "home"
    logout = {"frames_seconds": FRAMES_SECONDS}
    with running_provider(folder, sessions={"management": True}, logout=logout) as running:
        running.clock.advance((datetime.now(UTC) - running.clock.now()).total_seconds())
        yield running


@pytest.fixture
def portal(provider: RunningProvider) -> Iterator[WatchingPortal]:
    with watching_portal(provider.url) as serving:
        yield serving


@pytest.fixture
def other(provider: RunningProvider) -> Iterator[WatchingPortal]:
    """A portal on another site, to which the browser gives no cookies in a frame."""
    with watching_portal(provider.url, "127.0.0.1") as serving:
        yield serving


@pytest.fixture
def enter(
    provider: RunningProvider, new_client_id: Callable[[], str], citizen: Citizen
) -> Iterator[Callable[..., tuple[RelyingParty, dict[str, str]]]]:
    """Register a portal, go to it, and return it with the answer that it received."""
    with httpx2.Client(base_url=provider.url) as http:

        def run(page: Page, portal: WatchingPortal) -> tuple[RelyingParty, dict[str, str]]:
            metadata = {
                "client_id": new_client_id(),
                "client_name": "税务服务",
                "redirect_uris": [f"{portal.origin}/callback"],
                "post_logout_redirect_uris": [f"{portal.origin}/bye"],
                "frontchannel_logout_uri": f"{portal.origin}/out",
                "scope": "openid phone",
                "claims": [{"name": "phone_number", "purpose": "通知"}],
            }
            secret = secrets.token_urlsafe(32)
            provider.register(metadata, secret)
            client = RelyingParty(provider.url, metadata, secret, http)
            page.goto(f"{provider.url}/authorize?{urlencode(client.parameters())}")
            if page.url.startswith(f"{provider.url}/login"):
                sign_in(page, citizen)
            allow_everything(page)
            page.wait_for_url(f"{portal.origin}/callback**")
            query = parse_qs(urlsplit(page.url).query)
            return client, {name: values[0] for name, values in query.items()}

        yield run


@pytest.fixture
def console(page: Page) -> list[str]:
    """What the browser says of things that a policy does not allow."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if "Policy" in line.text else None)
    return said


def asker_of(page: Page, portal: WatchingPortal) -> Frame:
    page.goto(f"{portal.origin}/watch")
    frame = page.frame(name="rp")
    assert frame is not None
    return frame


def ask(frame: Frame, question: object, milliseconds: int = _SOON) -> object:
    return frame.evaluate("([q, ms]) => ask(q, ms)", [question, milliseconds])


def logout_address(provider: RunningProvider, client: RelyingParty, hint: str) -> str:
    given = {
        "id_token_hint": hint,
        "post_logout_redirect_uri": client.metadata["post_logout_redirect_uris"][0],
        "state": "s",
    }
    return f"{provider.url}/logout?{urlencode(given)}"


def test_a_watching_frame_hears_unchanged_and_after_logout_changed(
    page: Page,
    provider: RunningProvider,
    portal: WatchingPortal,
    enter: Callable[..., tuple[RelyingParty, dict[str, str]]],
    console: list[str],
) -> None:
    """Session Management sections 3.1 and 3.2."""
    client, answer = enter(page, portal)
    asker = asker_of(page, portal)
    question = f"{client.client_id} {answer['session_state']}"
    assert ask(asker, question) == ["unchanged", provider.url]
    assert ask(asker, f"another {answer['session_state']}") == ["changed", provider.url]
    for malformed in ("", "x", client.client_id, answer["session_state"], 7, None):
        assert ask(asker, malformed) == ["error", provider.url]
    sign_out_at_the_provider(page.context.new_page(), provider.url)
    assert ask(asker, question) == ["changed", provider.url]
    assert console == []


def test_a_frame_of_another_origin_than_the_page_around_it_is_not_answered(
    page: Page,
    portal: WatchingPortal,
    other: WatchingPortal,
    enter: Callable[..., tuple[RelyingParty, dict[str, str]]],
) -> None:
    """Section 3.2: the caller must have the origin of the parent frame."""
    client, answer = enter(page, portal)
    portal.asker = other.asker
    asker = asker_of(page, portal)
    assert ask(asker, f"{client.client_id} {answer['session_state']}", _NO_ANSWER) is None


def test_every_portal_of_the_session_receives_issuer_and_its_own_sid(
    page: Page,
    provider: RunningProvider,
    portal: WatchingPortal,
    other: WatchingPortal,
    enter: Callable[..., tuple[RelyingParty, dict[str, str]]],
    console: list[str],
) -> None:
    """Front-Channel Logout section 3; on another site too, where no cookie comes along."""
    sids, hint = {}, ""
    for entered in (other, portal):
        client, answer = enter(page, entered)
        hint = client.tokens(answer["code"]).id_token
        sids[entered.origin] = client.claims(hint)["sid"]
    page.goto(logout_address(provider, client, hint))
    page.wait_for_url(f"{portal.origin}/bye?state=s")
    for told in (portal, other):
        assert told.logouts == [[("iss", provider.url), ("sid", sids[told.origin])]]
    assert sids[portal.origin] != sids[other.origin]
    assert console == []


def test_a_portal_that_hangs_does_not_keep_the_person(
    page: Page,
    provider: RunningProvider,
    portal: WatchingPortal,
    enter: Callable[..., tuple[RelyingParty, dict[str, str]]],
) -> None:
    client, answer = enter(page, portal)
    portal.hangs = True
    # The page itself is there at once, though a frame of it never is.
    hint = client.tokens(answer["code"]).id_token
    page.goto(logout_address(provider, client, hint), wait_until="commit")
    page.wait_for_url(f"{portal.origin}/bye?state=s", wait_until="commit")
    assert len(portal.logouts) == 1


def test_without_scripts_the_frames_load_and_the_page_goes_on(
    chromium: Browser,
    provider: RunningProvider,
    portal: WatchingPortal,
    enter: Callable[..., tuple[RelyingParty, dict[str, str]]],
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    client, answer = enter(page, portal)
    page.goto(logout_address(provider, client, client.tokens(answer["code"]).id_token))
    assert page.locator("#logout-continue").is_visible()
    page.wait_for_url(f"{portal.origin}/bye?state=s")
    assert len(portal.logouts) == 1
    context.close()
