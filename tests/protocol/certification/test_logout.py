"""Signing out: lines 45 to 47 of docs/certification.md."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.protocol.assertions import new_key, sign
from tests.protocol.browser import Page
from tests.protocol.certification.suite_client import BYE, Suite, SuiteClient, unsigned
from tests.protocol.certification.tls_front import TlsFront, passing_on
from tests.protocol.receiver import Receiver, receiving

STATE = "s" * 128
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def leaving(suite: Suite) -> SuiteClient:
    return suite.register(post_logout_redirect_uris=[BYE])


def leave(suite: Suite, **parameters: str) -> Page:
    """Go to the address of signing out, and agree where asked."""
    endpoint = suite.discovery()["end_session_endpoint"]
    page = suite.browser.get(endpoint, parameters)
    forms = [form for form in page.forms() if "logout-confirm" in form.buttons]
    return suite.browser.submit(page, forms[0], "logout-confirm") if forms else page


def is_signed_out(suite: Suite, client: SuiteClient) -> bool:
    callback = suite.silently(client, prompt="none")
    return "error" in callback.names() and callback["error"] == "login_required"


def test_a_genuine_hint_and_a_registered_address_lead_straight_back(
    suite: Suite, leaving: SuiteClient
) -> None:
    """45. RP-Initiated Logout sections 2 and 3: the same state and nothing else."""
    hint = suite.enter(leaving).id_token
    given = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": STATE}
    page = suite.browser.get(suite.discovery()["end_session_endpoint"], given)
    assert page.location == f"{BYE}?state={STATE}"
    assert is_signed_out(suite, leaving)


def test_without_a_state_none_comes_back(suite: Suite, leaving: SuiteClient) -> None:
    """45. RP-Initiated Logout section 3."""
    hint = suite.enter(leaving).id_token
    assert leave(suite, id_token_hint=hint, post_logout_redirect_uri=BYE).location == BYE


def test_a_hint_that_has_expired_counts(suite: Suite, leaving: SuiteClient) -> None:
    """45. RP-Initiated Logout section 2, `id_token_hint`."""
    hint = suite.enter(leaving).id_token
    suite.provider.clock.advance(1200)
    assert leaving.claims(hint)["exp"] < suite.now
    given = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": STATE}
    assert leave(suite, **given).location == f"{BYE}?state={STATE}"


@pytest.mark.parametrize("uri", [BYE + "?foo=bar", BYE + "/", "https://elsewhere.example/bye"])
def test_an_unregistered_address_leads_nowhere(
    suite: Suite, leaving: SuiteClient, uri: str
) -> None:
    """46. RP-Initiated Logout section 3: compared exactly."""
    hint = suite.enter(leaving).id_token
    leads_nowhere(leave(suite, id_token_hint=hint, post_logout_redirect_uri=uri, state=STATE))


@pytest.mark.parametrize("kind", ["none", "foreign", "modified"])
def test_a_forged_hint_leads_nowhere(suite: Suite, leaving: SuiteClient, kind: str) -> None:
    """46. RP-Initiated Logout section 4."""
    token = suite.enter(leaving).id_token
    claims, header = leaving.claims(token), leaving.header(token)
    forge: dict[str, Callable[[], str]] = {
        "none": lambda: unsigned(**claims),
        "foreign": lambda: sign(header, json.dumps(claims).encode(), new_key("RS256")),
        "modified": lambda: f"{token[:-8]}{'A' if token[-8] != 'A' else 'B'}{token[-7:]}",
    }
    given = {"id_token_hint": forge[kind](), "post_logout_redirect_uri": BYE, "state": STATE}
    leads_nowhere(leave(suite, **given))


def test_an_address_without_a_hint_leads_nowhere(suite: Suite, leaving: SuiteClient) -> None:
    """46. RP-Initiated Logout sections 2 and 3."""
    suite.enter(leaving)
    leads_nowhere(leave(suite, post_logout_redirect_uri=BYE, state=STATE))


@pytest.mark.parametrize("asked", ["nothing", "state alone", "hint alone"])
def test_who_names_no_address_is_signed_out_and_told_so(
    suite: Suite, leaving: SuiteClient, asked: str
) -> None:
    """46. RP-Initiated Logout sections 2 and 3."""
    hint = suite.enter(leaving).id_token
    given = {
        "nothing": {},
        "state alone": {"state": STATE},
        "hint alone": {"id_token_hint": hint, "state": STATE},
    }
    page = leave(suite, **given[asked])
    leads_nowhere(page)
    assert page.status == 200 and "signed out" in page.text
    assert is_signed_out(suite, leaving)


def leads_nowhere(page: Page) -> None:
    """A page, from which nothing brings the browser to the client by itself."""
    assert page.location == ""
    assert page.response.headers["content-type"].startswith("text/html")
    assert "http-equiv" not in page.text and "refresh" not in page.response.headers
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
    assert not [uri for uri in addresses if urlsplit(uri).hostname not in (None, "localhost")]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


@pytest.fixture
def told(suite: Suite, receiver: Receiver) -> tuple[SuiteClient, dict[str, Any], dict[str, Any]]:
    """A client whose session ended: it, the claims of its ID token and of its logout token."""
    client = suite.register(
        post_logout_redirect_uris=[BYE],
        backchannel_logout_uri=receiver.url + "/backchannel",
        backchannel_logout_session_required=True,
    )
    hint = suite.enter(client).id_token
    leave(suite, id_token_hint=hint, post_logout_redirect_uri=BYE)
    (token,) = receiver.tokens()
    assert client.header(token)["alg"] == "RS256"
    return client, client.claims(hint), client.claims(token)


def test_the_back_channel_gets_a_form_with_a_logout_token_alone(
    receiver: Receiver, told: tuple[SuiteClient, dict[str, Any], dict[str, Any]]
) -> None:
    """47. Back-Channel Logout section 2.5."""
    assert receiver.headers[0]["content-type"] == "application/x-www-form-urlencoded"
    assert [[name for name, _ in form] for form in receiver.forms] == [["logout_token"]]
    assert told[0].client_id


def test_a_logout_token_names_the_same_session_and_its_event(
    suite: Suite, told: tuple[SuiteClient, dict[str, Any], dict[str, Any]]
) -> None:
    """47. Back-Channel Logout sections 2.4 and 2.6."""
    client, id_token, claims = told
    assert claims["iss"] == client.issuer
    assert claims["aud"] in (client.client_id, [client.client_id])
    assert (claims["sid"], claims["sub"]) == (id_token["sid"], id_token["sub"])
    assert claims["events"] == {EVENT: {}}
    assert type(claims["iat"]) is int and abs(claims["iat"] - suite.now) <= 60
    assert isinstance(claims["jti"], str) and claims["jti"]
    assert "nonce" not in claims


def test_the_back_channel_is_told_although_the_browser_does_not_come_back(
    suite: Suite, receiver: Receiver
) -> None:
    """47. Back-Channel Logout section 2.5: the person asked for nothing but to be signed out."""
    client = suite.register(backchannel_logout_uri=receiver.url)
    suite.enter(client)
    leave(suite)
    assert len(receiver.tokens()) == 1
    assert client.claims(receiver.tokens()[0])["aud"] in (client.client_id, [client.client_id])


def test_the_back_channel_is_told_over_tls_1_3(
    suite: Suite, front: TlsFront, receiver: Receiver
) -> None:
    """47. Back-Channel Logout section 4, OpenID Connect Core section 16.17."""
    own = front.another()
    with passing_on(own, int(urlsplit(receiver.url).port or 0)):
        client = suite.register(backchannel_logout_uri=own.origin + "/backchannel")
        leave(suite, id_token_hint=suite.enter(client).id_token)
        assert len(receiver.tokens()) == 1
        assert own.versions == ["TLSv1.3"]
