"""OpenID Connect Front-Channel Logout 1.0: the browser loads each portal's logout address."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from tests.protocol.browser import Browser, Page
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

Enter = Callable[..., Tokens]
BYE = "http://localhost:9/bye"
OUT = "http://localhost:9/out"


@pytest.fixture
def framed_portal(new_portal: NewPortal) -> RelyingParty:
    return new_portal(frontchannel_logout_uri=OUT, frontchannel_logout_session_required=True)


def frames(page: Page) -> list[str]:
    """The addresses that the browser is asked to load."""
    assert page.status == 200, f"{page.path} {page.status}"
    return [html.unescape(found) for found in re.findall(r'<iframe src="([^"]*)"', page.text)]


def next_address(page: Page) -> str:
    """Where the page goes on to; the link and the header without scripts must agree."""
    (link,) = re.findall(r'id="logout-continue" href="([^"]*)"', page.text)
    (refresh,) = re.findall(r'http-equiv="refresh" content="\d+;url=([^"]*)"', page.text)
    assert link == refresh
    return html.unescape(link)


def frame_sources(page: Page) -> list[str]:
    policy = page.response.headers["content-security-policy"]
    found = [part.split()[1:] for part in policy.split("; ") if part.startswith("frame-src")]
    return found[0] if found else []


def test_the_frame_has_issuer_and_sid_as_the_id_token_and_leads_to_the_redirect(
    provider: RunningProvider, browser: Browser, framed_portal: RelyingParty, enter: Enter
) -> None:
    """Sections 2 and 3."""
    tokens = enter(framed_portal)
    hint = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": BYE, "state": "a&b"}
    page = browser.get("/logout", hint)
    (url,) = frames(page)
    claims = framed_portal.claims(tokens.id_token)
    assert url.startswith(OUT + "?")
    assert parse_qsl(urlsplit(url).query) == [("iss", provider.url), ("sid", claims["sid"])]
    assert next_address(page) == BYE + "?state=a%26b"
    assert browser.get("/account").path == "/login"


def test_the_page_keeps_every_header_and_opens_to_those_origins_alone(
    browser: Browser, framed_portal: RelyingParty, enter: Enter
) -> None:
    """R31."""
    page = browser.get("/logout", {"id_token_hint": enter(framed_portal).id_token})
    headers = page.response.headers
    assert frame_sources(page) == ["http://localhost:9"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_a_query_of_the_registered_address_is_kept(
    browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """Section 2."""
    portal = new_portal(frontchannel_logout_uri=OUT + "?tenant=a%20b")
    page = browser.get("/logout", {"id_token_hint": enter(portal).id_token})
    (url,) = frames(page)
    names = [name for name, _ in parse_qsl(urlsplit(url).query)]
    assert url.startswith(OUT + "?tenant=a%20b&")
    assert names == ["tenant", "iss", "sid"]


def test_every_client_of_the_session_has_its_own_frame_and_sid(
    browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """R15: who was not entered, and who registered no address, has none."""
    one, two, never_entered = (
        new_portal(redirect_uris=[f"{origin}/callback"], frontchannel_logout_uri=f"{origin}/out")
        for origin in ("http://localhost:9", "http://127.0.0.1:9", "http://localhost:10")
    )
    entered = [one, two, new_portal()]
    tokens = [enter(portal) for portal in entered]
    sids = [p.claims(each.id_token)["sid"] for p, each in zip(entered, tokens, strict=True)]
    page = browser.get("/logout", {"id_token_hint": tokens[-1].id_token})
    urls = [urlsplit(url) for url in frames(page)]
    told = {url.netloc: dict(parse_qsl(url.query))["sid"] for url in urls}
    assert told == {"localhost:9": sids[0], "127.0.0.1:9": sids[1]}
    assert len(set(sids)) == 3
    assert sorted(frame_sources(page)) == ["http://127.0.0.1:9", "http://localhost:9"]
    assert never_entered.metadata["frontchannel_logout_uri"] not in page.text


def test_without_such_a_client_the_browser_goes_back_at_once(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    hint = {"id_token_hint": enter(portal).id_token, "post_logout_redirect_uri": BYE}
    page = browser.get("/logout", hint)
    assert (page.status, page.location) == (303, BYE)


def test_frames_are_shown_once_and_to_no_other_browser(
    browser: Browser, new_browser: Callable[[], Browser], framed_portal: RelyingParty, enter: Enter
) -> None:
    hint = {"id_token_hint": enter(framed_portal).id_token}
    assert frames(browser.get("/logout", hint))
    assert frames(browser.get("/logout", hint)) == []
    assert frames(new_browser().get("/logout", hint)) == []


def test_a_persons_own_confirmation_shows_the_frames_and_then_the_ledger(
    browser: Browser, framed_portal: RelyingParty, enter: Enter
) -> None:
    """The ledger says that the browser was asked, never that the portal took it."""
    enter(framed_portal)
    asking = browser.get("/logout")
    page = browser.submit(asking, asking.form("/logout"), "logout-confirm")
    assert len(frames(page)) == 1
    done = browser.get(next_address(page))
    assert (done.path, done.status) == ("/logout/done", 200)
    assert "Asked in this browser" in done.text
    assert "Cannot be notified" not in done.text
    assert "badge-success" not in done.text


def test_a_disabled_client_has_no_frame(
    provider: RunningProvider, browser: Browser, framed_portal: RelyingParty, enter: Enter
) -> None:
    enter(framed_portal)
    provider.disable(framed_portal.client_id)
    asking = browser.get("/logout")
    page = browser.submit(asking, asking.form("/logout"), "logout-confirm")
    assert frames(page) == []


def test_signing_out_everywhere_frames_this_browsers_portals_alone(
    browser: Browser,
    new_browser: Callable[[], Browser],
    citizen: Citizen,
    new_portal: NewPortal,
    framed_portal: RelyingParty,
    enter: Enter,
) -> None:
    """What another browser's session had opened is told over the back channel."""
    tokens = enter(framed_portal)
    elsewhere, other = new_browser(), new_portal(frontchannel_logout_uri="http://localhost:9/other")
    begun = elsewhere.get("/authorize", other.parameters())
    their = other.tokens(elsewhere.pass_pages(begun, citizen)["code"])
    account = browser.get("/account")
    page = browser.submit(account, account.form("/account/sessions/end-all"))
    (url,) = frames(page)
    assert url.startswith(OUT + "?")
    assert elsewhere.get("/account").path == "/login"
    assert browser.get("/account").path == "/login"
    assert framed_portal.userinfo(tokens.access_token).status_code == 401
    assert other.userinfo(their.access_token).status_code == 401


def test_discovery_says_that_frames_are_loaded_with_a_session(http: httpx2.Client) -> None:
    """Section 3."""
    document = http.get("/.well-known/openid-configuration").json()
    assert document["frontchannel_logout_supported"] is True
    assert document["frontchannel_logout_session_supported"] is True
