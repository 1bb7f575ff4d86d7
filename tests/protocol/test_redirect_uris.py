"""Redirect URIs: compared byte for byte, and nothing is sent to one before that (R1, R2)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import shown_on_a_page
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen

Authorize = Callable[..., Callback]


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"client_id": None}, "client_id"),
        ({"client_id": ""}, "client_id"),
        ({"client_id": "nobody"}, "client_id"),
        ({"client_id": "\u4e2d\u6587"}, "client_id"),
        ({"client_id": "x" * 4000}, "client_id"),
        ({"redirect_uri": None}, "redirect_uri"),
        ({"redirect_uri": ""}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:9/other"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:9/callback?added=1"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:9/callback#"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:9/callback/"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:9/%63allback"}, "redirect_uri"),
        ({"redirect_uri": "http://LOCALHOST:9/callback"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:9/a/../callback"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:9@evil.example/callback"}, "redirect_uri"),
        ({"redirect_uri": "https://evil.example/callback"}, "redirect_uri"),
        ({"redirect_uri": "//evil.example"}, "redirect_uri"),
        ({"redirect_uri": "/login"}, "redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:9/callback"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost:10/callback"}, "redirect_uri"),
    ],
)
def test_before_the_redirect_uri_is_proven_an_error_is_a_page_that_names_the_parameter(
    browser: Browser, portal: RelyingParty, changes: dict[str, str | None], parameter: str
) -> None:
    """RFC 6749 section 4.1.2.1, R1, R2: nothing is ever sent to an unproven URI."""
    shown_on_a_page(browser.get("/authorize", portal.parameters(**changes)), parameter)


def test_a_missing_redirect_uri_is_a_page_also_when_several_are_registered(
    browser: Browser, new_portal: NewPortal
) -> None:
    """RFC 6749 section 3.1.2.3."""
    portal = new_portal(redirect_uris=["http://localhost:9/a", "http://localhost:9/b"])
    shown_on_a_page(browser.get("/authorize", portal.parameters(redirect_uri=None)), "redirect_uri")


def test_each_of_several_redirect_uris_is_answered_where_it_asked(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """RFC 6749 section 3.1.2.2."""
    portal = new_portal(redirect_uris=["http://localhost:9/a", "http://localhost:9/b?keep=1"])
    for uri in portal.metadata["redirect_uris"]:
        page = browser.get("/authorize", portal.parameters(redirect_uri=uri))
        assert browser.pass_pages(page, citizen).url.startswith(uri)


def test_a_redirect_uris_own_query_is_kept_and_the_answer_added(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 6749 section 3.1.2."""
    portal = new_portal(redirect_uris=["http://localhost:9/cb?dummy1=lorem&dummy2=ipsum"])
    callback = authorize(portal)
    assert callback.names() == ["dummy1", "dummy2", "code", "state", "iss"]
    assert callback["dummy1"] == "lorem"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_id_or_redirect_uri_is_a_page(
    browser: Browser, portal: RelyingParty, name: str
) -> None:
    """RFC 6749 section 3.1, R6: neither the first nor the last one is taken."""
    pairs = [*portal.parameters().items(), (name, "https://evil.example/")]
    shown_on_a_page(browser.get(f"/authorize?{urlencode(pairs)}"), name)


def test_only_the_port_of_a_native_clients_loopback_address_may_differ(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    """RFC 8252 section 7.3, R1."""
    registered = ["http://127.0.0.1/cb", "cn.example.app:/cb"]
    portal = new_portal(
        application_type="native",
        token_endpoint_auth_method="none",
        redirect_uris=registered,
        sector_identifier="app.example.cn",
    )
    for uri in ("http://127.0.0.1:51004/cb", "http://127.0.0.1/cb", "cn.example.app:/cb"):
        page = browser.get("/authorize", portal.parameters(redirect_uri=uri))
        assert browser.pass_pages(page, citizen).url.startswith(uri)
    for uri in (
        "http://127.0.0.1:51004/other",
        "http://127.0.0.2:51004/cb",
        "http://localhost:51004/cb",
        "https://127.0.0.1:51004/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:99999999/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:80:80/cb",
        "cn.example.app://cb",
    ):
        page = browser.get("/authorize", portal.parameters(redirect_uri=uri))
        shown_on_a_page(page, "redirect_uri")
