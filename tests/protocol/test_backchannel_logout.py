"""OpenID Connect Back-Channel Logout 1.0: every portal is told, and told again until it hears."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.due_jobs import run_due_jobs
from tests.protocol.receiver import Receiver, receiving
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider
from tests.unit.launcher.conftest import wait_for

Enter = Callable[..., Tokens]
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


@pytest.fixture
def listening_portal(new_portal: NewPortal, receiver: Receiver) -> RelyingParty:
    return new_portal(backchannel_logout_uri=receiver.url + "/backchannel")


def test_the_logout_token_says_exactly_what_it_must(
    provider: RunningProvider,
    browser: Browser,
    listening_portal: RelyingParty,
    receiver: Receiver,
    enter: Enter,
) -> None:
    """Section 2.4."""
    tokens = enter(listening_portal)
    id_token = listening_portal.claims(tokens.id_token)
    browser.get("/logout", {"id_token_hint": tokens.id_token})

    (token,) = receiver.tokens()
    assert receiver.headers[0]["content-type"] == "application/x-www-form-urlencoded"
    header, claims = listening_portal.header(token), listening_portal.claims(token)
    assert header["typ"] == "logout+jwt"
    assert header["alg"] == "ES256"
    assert claims.keys() == {"iss", "aud", "iat", "exp", "jti", "events", "sub", "sid"}
    assert claims["events"] == {EVENT: {}}
    for name in ("iss", "aud", "sub", "sid"):
        assert claims[name] == id_token[name], name
    now = int(provider.clock.now().timestamp())
    assert claims["iat"] == now
    assert now < claims["exp"] <= now + 120
    assert "nonce" not in claims


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_it_is_signed_like_the_clients_id_tokens(
    browser: Browser, new_portal: NewPortal, receiver: Receiver, enter: Enter, algorithm: str
) -> None:
    """Section 2.6: the RP validates it as it does its ID tokens."""
    portal = new_portal(backchannel_logout_uri=receiver.url, id_token_signed_response_alg=algorithm)
    browser.get("/logout", {"id_token_hint": enter(portal).id_token})
    (token,) = receiver.tokens()
    assert portal.header(token)["alg"] == algorithm
    assert portal.claims(token)["aud"] == portal.client_id


def test_every_portal_that_was_entered_is_told_about_its_own_session(
    browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """Section 2.1: each sees its own sid; R15."""
    with receiving() as one, receiving() as two, receiving() as three:
        portals = [new_portal(backchannel_logout_uri=r.url) for r in (one, two)]
        new_portal(backchannel_logout_uri=three.url)
        tokens = [enter(portal) for portal in portals]
        page = browser.get("/logout", {"id_token_hint": tokens[0].id_token})
        told = [p.claims(r.tokens()[0]) for p, r in zip(portals, (one, two), strict=True)]
        assert [claims["aud"] for claims in told] == [portal.client_id for portal in portals]
        assert told[0]["sid"] != told[1]["sid"]
        assert three.forms == [], "who was not entered is not told"
        assert page.status == 200


def test_a_portal_that_answers_with_an_error_is_told_again_with_a_fresh_token(
    provider: RunningProvider,
    browser: Browser,
    listening_portal: RelyingParty,
    receiver: Receiver,
    enter: Enter,
) -> None:
    """R29: delivered with retry."""
    receiver.statuses = [500, 503]
    page = browser.get("/logout", {"id_token_hint": enter(listening_portal).id_token})
    assert page.status == 200, "the person does not wait for the portal"
    assert len(receiver.forms) == 1
    assert run_due_jobs(provider) == 0, "not before its time"
    provider.clock.advance(3)
    assert run_due_jobs(provider) == 1
    assert len(receiver.forms) == 2
    provider.clock.advance(6)
    assert run_due_jobs(provider) == 1
    assert len(receiver.forms) == 3
    provider.clock.advance(100_000)
    run_due_jobs(provider)
    assert len(receiver.forms) == 3, "who has heard is not told again"
    claims = [listening_portal.claims(token) for token in receiver.tokens()]
    assert len({token["jti"] for token in claims}) == 3
    assert claims[0]["iat"] < claims[1]["iat"] < claims[2]["iat"]
    again = browser.get(page.url)
    assert again.status == 200


def test_redirects_are_not_followed_and_a_silent_portal_is_given_up_in_the_end(
    provider: RunningProvider,
    browser: Browser,
    listening_portal: RelyingParty,
    receiver: Receiver,
    enter: Enter,
) -> None:
    """R23: no redirects. The attempts are counted."""
    attempts = len(provider.services.settings.logout.retry_seconds) + 1
    receiver.statuses = [302] * (attempts + 5)
    browser.get("/logout", {"id_token_hint": enter(listening_portal).id_token})
    for _ in range(attempts + 3):
        provider.clock.advance(10_000)
        run_due_jobs(provider)
    assert len(receiver.forms) == attempts


def test_a_portal_that_is_not_there_does_not_hold_up_the_logout(
    provider: RunningProvider, browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """R29: the session ends whether or not a portal can be told."""
    portal = new_portal(backchannel_logout_uri="http://127.0.0.1:9/gone")
    tokens = enter(portal)
    given = {
        "id_token_hint": tokens.id_token,
        "post_logout_redirect_uri": "http://localhost:9/bye",
    }
    assert browser.get("/logout", given).status == 303
    assert portal.userinfo(tokens.access_token).status_code == 401


def test_a_logout_token_is_no_id_token_hint(
    browser: Browser, listening_portal: RelyingParty, receiver: Receiver, enter: Enter
) -> None:
    """R13: tokens are not interchangeable."""
    browser.get("/logout", {"id_token_hint": enter(listening_portal).id_token})
    (token,) = receiver.tokens()
    assert browser.get("/logout", {"id_token_hint": token}).status == 400
    assert listening_portal.userinfo(token).status_code == 401


def test_somebody_else_signing_in_tells_the_portals_of_whoever_was_there(
    provider: RunningProvider,
    browser: Browser,
    listening_portal: RelyingParty,
    receiver: Receiver,
    enter: Enter,
) -> None:
    """R29: a session that ends by another's login ends at the portals too."""
    sid = listening_portal.claims(enter(listening_portal).id_token)["sid"]
    page = browser.get("/authorize", listening_portal.parameters(prompt="login"))
    browser.pass_pages(page, provider.citizen())
    (token,) = receiver.tokens()
    assert listening_portal.claims(token)["sid"] == sid


def test_it_is_sent_when_the_browser_does_not_wait_for_the_answer(
    provider: RunningProvider,
    browser: Browser,
    listening_portal: RelyingParty,
    receiver: Receiver,
    enter: Enter,
) -> None:
    """R29: a closed tab ends the session and tells the portal all the same."""
    hint = enter(listening_portal).id_token
    cookies = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    request = (
        f"GET /logout?id_token_hint={hint} HTTP/1.1\r\nHost: localhost:{provider.port}\r\n"
        f"Cookie: {cookies}\r\nAccept: text/html\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", provider.port)) as link:
        link.sendall(request.encode())
    wait_for(lambda: len(receiver.forms) == 1, 10)
    assert browser.get("/account").path == "/login"


def test_signing_out_everywhere_tells_of_every_session(
    browser: Browser,
    new_browser: Callable[[], Browser],
    citizen: Citizen,
    listening_portal: RelyingParty,
    receiver: Receiver,
    enter: Enter,
) -> None:
    """R28: account-wide logout takes the same way."""
    here = listening_portal.claims(enter(listening_portal).id_token)
    elsewhere = new_browser()
    begun = elsewhere.get("/authorize", listening_portal.parameters())
    tokens = listening_portal.tokens(elsewhere.pass_pages(begun, citizen)["code"])
    there = listening_portal.claims(tokens.id_token)
    account = browser.get("/account")
    done = browser.submit(account, account.form("/account/sessions/end-all"))
    assert done.path == "/logout/done"
    told = [listening_portal.claims(token) for token in receiver.tokens()]
    assert {claims["sid"] for claims in told} == {here["sid"], there["sid"]}
    assert {claims["sub"] for claims in told} == {here["sub"]} == {there["sub"]}
    assert elsewhere.get("/account").path == "/login"
