"""Before a client that registered itself learns who is there, that person is told (R44)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import sent_back
from tests.protocol.relying_party import RelyingParty
from tests.protocol.self_registered import Registrar, registering_provider
from tests.provider import Citizen, RunningProvider


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with registering_provider(tmp_path_factory.mktemp("provider") / "home") as running:
        yield running


@pytest.fixture
def stranger(provider: RunningProvider, http: httpx2.Client) -> RelyingParty:
    registrar = Registrar(provider, http)
    return registrar.party(
        registrar.register(token_endpoint_auth_method="none", scope="openid", client_name="陌生")
    )


@pytest.fixture
def signed_in(authorize: Callable[..., Callback], new_portal: NewPortal, browser: Browser) -> None:
    """The browser's citizen has a session, begun for a portal of the operator's."""
    authorize(new_portal(scope="openid", claims=[]))


@pytest.mark.usefixtures("signed_in")
def test_a_stranger_cannot_recognise_whoever_comes_by(
    browser: Browser, stranger: RelyingParty
) -> None:
    parameters = stranger.parameters(prompt="none")
    page = browser.get("/authorize", parameters)
    sent_back(page, stranger, "consent_required", parameters["state"])
    page = browser.get("/authorize", stranger.parameters())
    assert (page.path, page.status) == ("/consent", 200)
    assert "陌生" in page.text
    assert "registered itself" in page.text


@pytest.mark.usefixtures("signed_in")
def test_who_does_not_want_to_meet_it_is_not_known_to_it(
    browser: Browser, stranger: RelyingParty
) -> None:
    parameters = stranger.parameters()
    page = browser.get("/authorize", parameters)
    refused = browser.consent(page, press="consent-deny")
    sent_back(refused, stranger, "access_denied", parameters["state"])
    assert browser.get("/authorize", stranger.parameters()).path == "/consent"


@pytest.mark.usefixtures("signed_in")
def test_once_met_it_is_known(browser: Browser, citizen: Citizen, stranger: RelyingParty) -> None:
    page = browser.get("/authorize", stranger.parameters())
    assert stranger.tokens(browser.callback(browser.consent(page))["code"]).id_token
    again = browser.callback(browser.get("/authorize", stranger.parameters(prompt="none")))
    assert stranger.tokens(again["code"]).id_token


@pytest.mark.usefixtures("signed_in")
def test_the_operators_portals_need_no_introduction(
    browser: Browser, new_portal: NewPortal
) -> None:
    portal = new_portal(scope="openid", claims=[])
    assert browser.callback(browser.get("/authorize", portal.parameters(prompt="none")))["code"]
