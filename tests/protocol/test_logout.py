"""RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.protocol.browser import Browser, Page
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

Enter = Callable[..., Tokens]
BYE = "http://localhost:9/bye"


def signed_out(browser: Browser, portal: RelyingParty) -> bool:
    page = browser.get("/authorize", portal.parameters(prompt="none"))
    callback = browser.callback(page)
    return "error" in callback.names() and callback["error"] == "login_required"


def said_goodbye(page: Page) -> None:
    assert (page.path, page.status) == ("/logout/done", 200)
    assert "signed out" in page.text


def refused(page: Page) -> None:
    """An error page, and nobody is sent anywhere (section 4)."""
    assert (page.path, page.status, page.location) == ("/logout", 400, "")


@pytest.mark.parametrize("state", ["s" * 128, "a b&c=d%\u4e2d", None])
def test_a_hint_and_a_registered_uri_lead_straight_back_with_the_state(
    browser: Browser, portal: RelyingParty, enter: Enter, state: str | None
) -> None:
    """Sections 2 and 3: the same state and no other parameter."""
    given = {"id_token_hint": enter(portal).id_token, "post_logout_redirect_uri": BYE}
    page = browser.get("/logout", given | ({"state": state} if state else {}))
    assert page.status == 303
    assert page.location.split("?")[0] == BYE
    assert parse_qsl(urlsplit(page.location).query) == ([("state", state)] if state else [])
    assert signed_out(browser, portal)


def test_the_uris_own_query_is_kept(browser: Browser, new_portal: NewPortal, enter: Enter) -> None:
    """Section 3."""
    uri = "http://localhost:9/bye?tenant=1"
    portal = new_portal(post_logout_redirect_uris=[uri])
    given = {"id_token_hint": enter(portal).id_token, "post_logout_redirect_uri": uri}
    assert browser.get("/logout", {**given, "state": "x"}).location == uri + "&state=x"


def test_logging_out_ends_the_session_on_the_server(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R25: a kept cookie is worth nothing."""
    tokens = enter(portal)
    cookies = dict(browser.http.cookies)
    browser.get("/logout", {"id_token_hint": tokens.id_token})
    assert "tongxing_session" not in dict(browser.http.cookies)
    for name, value in cookies.items():
        browser.http.cookies.set(name, value)
    assert signed_out(browser, portal)
    assert portal.userinfo(tokens.access_token).status_code == 401


def test_an_expired_id_token_is_as_good_a_hint(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """Section 2: the provider should accept it."""
    hint = enter(portal).id_token
    provider.clock.advance(900)
    page = browser.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE})
    assert page.location == BYE
    assert signed_out(browser, portal)


def test_a_hint_without_a_uri_ends_on_the_signed_out_page(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """Section 2."""
    page = browser.get("/logout", {"id_token_hint": enter(portal).id_token})
    said_goodbye(page)
    assert "Tax services" in page.text
    assert signed_out(browser, portal)


@pytest.mark.parametrize("given", [{}, {"state": "x"}, {"ui_locales": "en"}, {"unknown": "1"}])
def test_without_a_hint_the_person_is_asked_first(
    browser: Browser, portal: RelyingParty, enter: Enter, given: dict[str, str]
) -> None:
    """Section 6, R29: another site must not sign people out."""
    enter(portal)
    page = browser.get("/logout", given)
    assert (page.path, page.status) == ("/logout", 200)
    assert not signed_out(browser, portal)
    said_goodbye(browser.submit(page, page.form("/logout"), "logout-confirm"))
    assert signed_out(browser, portal)


def test_a_forged_confirmation_has_no_effect(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R27."""
    enter(portal)
    assert browser.post("/logout", {"decision": "logout"}).status == 400
    assert browser.post("/logout", {"decision": "logout", "csrf_token": "x" * 43}).status == 400
    assert not signed_out(browser, portal)


def test_a_browser_without_a_session_is_told_that_it_is_signed_out(browser: Browser) -> None:
    """Section 2."""
    said_goodbye(browser.get("/logout"))


@pytest.mark.parametrize(
    "uri",
    [BYE + "?foo=bar", BYE + "/", BYE + "#", "http://localhost:9/other", "https://evil.example/",
     "//evil.example", "http://localhost:9/callback", "javascript:alert(1)", "x" * 3000],
)  # fmt: skip
def test_an_unregistered_uri_is_refused_and_nobody_is_signed_out(
    browser: Browser, portal: RelyingParty, enter: Enter, uri: str
) -> None:
    """Section 3: compared byte for byte, R8."""
    hint = enter(portal).id_token
    refused(browser.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": uri}))
    assert not signed_out(browser, portal)


def test_a_uri_without_a_hint_is_refused(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """Section 3: nothing else proves for whom it is registered."""
    enter(portal)
    refused(browser.get("/logout", {"post_logout_redirect_uri": BYE}))
    given = {"post_logout_redirect_uri": BYE, "client_id": portal.client_id}
    refused(browser.get("/logout", given))
    assert not signed_out(browser, portal)


def test_a_uri_of_another_client_is_refused(
    browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """Section 3."""
    portal, other = new_portal(), new_portal(post_logout_redirect_uris=["http://localhost:9/other"])
    hint = enter(portal).id_token
    given = {"id_token_hint": hint, "post_logout_redirect_uri": "http://localhost:9/other"}
    refused(browser.get("/logout", given))
    refused(browser.get("/logout", {**given, "client_id": other.client_id}))


def test_hints_that_are_not_id_tokens_of_ours_are_refused(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """Section 2: unsigned, foreign, altered, of another kind (R13)."""
    tokens = enter(portal)
    head, payload, _ = tokens.id_token.split(".")
    for hint in (
        f"eyJhbGciOiJub25lIn0.{payload}.",
        f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.",
        f"{head}.{payload}." + "A" * 86,
        tokens.access_token,
        tokens.refresh_token,
        "nonsense",
        "W10.W10.W10",
    ):
        refused(browser.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE}))
        refused(browser.get("/logout", {"id_token_hint": hint}))
    assert not signed_out(browser, portal)


def test_a_client_id_that_is_not_the_hints_audience_is_refused(
    browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """Section 2."""
    portal, other = new_portal(), new_portal()
    hint = enter(portal).id_token
    refused(browser.get("/logout", {"id_token_hint": hint, "client_id": other.client_id}))
    given = {"id_token_hint": hint, "client_id": portal.client_id}
    said_goodbye(browser.get("/logout", given))


@pytest.mark.parametrize(
    "name", ["id_token_hint", "client_id", "state", "post_logout_redirect_uri"]
)
def test_a_repeated_parameter_is_refused(browser: Browser, name: str) -> None:
    """R6."""
    refused(browser.get(f"/logout?{name}=a&{name}=b"))


def test_the_hint_of_an_earlier_session_asks_first(
    browser: Browser, citizen: Citizen, portal: RelyingParty, enter: Enter
) -> None:
    """Section 2: a hint about another session than the current one proves nothing about it."""
    old = enter(portal).id_token
    browser.get("/logout", {"id_token_hint": old})
    enter(portal)
    page = browser.get("/logout", {"id_token_hint": old, "post_logout_redirect_uri": BYE})
    assert page.status == 200
    assert not signed_out(browser, portal)
    assert browser.submit(page, page.form("/logout"), "logout-confirm").location == BYE
    assert signed_out(browser, portal)


def test_somebody_elses_hint_does_not_sign_a_person_out_silently(
    provider: RunningProvider,
    browser: Browser,
    new_browser: Callable[[], Browser],
    portal: RelyingParty,
    enter: Enter,
) -> None:
    """R29: an ID token of the attacker's own is no proof."""
    enter(portal)
    attacker = new_browser()
    page = attacker.get("/authorize", portal.parameters())
    hint = portal.tokens(attacker.pass_pages(page, provider.citizen())["code"]).id_token
    assert browser.get("/logout", {"id_token_hint": hint}).status == 200
    assert not signed_out(browser, portal)


def test_a_post_from_the_clients_site_ends_the_session_too(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """Section 2: GET and POST. Browsers keep our cookies back from such a POST (SameSite=Lax);
    without care only the cookie would go and the session would stay."""
    given = {"id_token_hint": enter(portal).id_token, "post_logout_redirect_uri": BYE, "state": "x"}
    kept = dict(browser.http.cookies)
    browser.http.cookies.clear()
    answer = browser.http.post("/logout", data=given)
    assert "set-cookie" not in answer.headers
    for name, value in kept.items():
        browser.http.cookies.set(name, value)
    page = browser.get(answer.headers["location"])
    assert page.location == BYE + "?state=x"
    assert signed_out(browser, portal)


def test_receipts_cannot_be_made_up(browser: Browser) -> None:
    """R43: the page lists who was told to whom signed out, and to nobody else."""
    for receipt in ("x", "0" * 32, "0" * 32 + "." + "A" * 43):
        page = browser.get("/logout/done", {"receipt": receipt})
        assert page.status == 404


def test_the_signed_out_page_links_only_to_registered_addresses(browser: Browser) -> None:
    """R8: nothing of the query becomes a link away from here."""
    page = browser.get(
        "/logout/done", {"client_id": "nobody", "continue_url": "https://evil.example"}
    )
    assert page.status == 200
    assert 'href="https://evil.example' not in page.text
