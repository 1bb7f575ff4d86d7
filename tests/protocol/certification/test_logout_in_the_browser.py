"""Front-channel logout and session management: line 48 of docs/certification.md."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from tests.protocol.browser import Callback
from tests.protocol.certification.suite_client import BYE, RESPONSE_TYPES, Suite, SuiteClient

OUT = "https://rp.example/test/frontchannel"
ORIGIN = "https://rp.example"


@pytest.fixture
def watching(suite: Suite) -> SuiteClient:
    return suite.register(
        post_logout_redirect_uris=[BYE],
        frontchannel_logout_uri=OUT,
        frontchannel_logout_session_required=True,
    )


def test_the_front_channel_gets_issuer_and_session_in_a_frame_before_the_return(
    suite: Suite, watching: SuiteClient
) -> None:
    """48. Front-Channel Logout sections 2 and 3."""
    hint = suite.enter(watching).id_token
    given = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": "abc"}
    page = suite.browser.get(suite.discovery()["end_session_endpoint"], given)
    assert page.status == 200
    (frame,) = [html.unescape(uri) for uri in re.findall(r'<iframe[^>]*src="([^"]*)"', page.text)]
    assert frame.startswith(OUT + "?")
    claims = watching.claims(hint)
    assert dict(parse_qsl(urlsplit(frame).query)) == {"iss": claims["iss"], "sid": claims["sid"]}
    assert re.search(r"frame-src [^;]*https://rp\.example", policy(page.response.headers))
    assert f'href="{BYE}?state=abc"' in html.unescape(page.text)


def test_that_the_front_channel_is_served_is_advertised(suite: Suite) -> None:
    """48. Front-Channel Logout section 3.1."""
    metadata = suite.discovery()
    assert metadata["frontchannel_logout_supported"] is True
    assert metadata["frontchannel_logout_session_supported"] is True


def test_the_page_for_frames_may_be_framed_and_has_a_script(suite: Suite) -> None:
    """48. Session Management sections 3.2 and 3.3, `check_session_iframe`."""
    response = suite.http.get(suite.discovery()["check_session_iframe"])
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "x-frame-options" not in response.headers
    assert "frame-ancestors 'none'" not in policy(response.headers)
    (script,) = re.findall(r'<script[^>]*src="([^"]+)"', response.text)
    assert suite.http.get(script).status_code == 200


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_every_response_has_a_session_state(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """48. Session Management section 2: no space in it."""
    state = suite.authorize(client, response_type=response_type)["session_state"]
    assert state and " " not in state


def test_the_state_is_unchanged_until_the_session_ends(suite: Suite, watching: SuiteClient) -> None:
    """48. Session Management section 3.2: what the page's script finds in its cookie."""
    callback = suite.authorize(watching)
    assert is_unchanged(suite, watching, callback)
    again = suite.silently(watching, prompt="none")
    assert is_unchanged(suite, watching, callback) and is_unchanged(suite, watching, again)
    hint = watching.tokens(again["code"]).id_token
    suite.browser.get("/logout", {"id_token_hint": hint})
    assert not is_unchanged(suite, watching, callback)


def is_unchanged(suite: Suite, client: SuiteClient, callback: Callback) -> bool:
    """Compute what the page's script does (idp/web/static/check_session.js); a real browser runs it
    in the journeys."""
    hashed, _, salt = callback["session_state"].rpartition(".")
    named = [value for name, value in suite.browser.http.cookies.items() if "browser_state" in name]
    text = f"{client.client_id} {ORIGIN} {''.join(named)} {salt}"
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == hashed


def policy(headers: httpx2.Headers) -> str:
    return headers["content-security-policy"]
