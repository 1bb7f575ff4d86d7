"""Step-up: a level that is asked for and was reached meanwhile (OpenID Connect Core 5.5.1.1,
RFC 9470 section 5)."""

from __future__ import annotations

import json

import pytest

from idp.accounts.person import IdentityLevel
from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty
from tests.protocol.test_authentication_demands import L2, L3, silently
from tests.provider import Citizen, RunningProvider


def prove(provider: RunningProvider, citizen: Citizen, level: int) -> None:
    """Let the person be proven better, or worse, from now on."""

    async def change() -> None:
        async with provider.services.database.write() as transaction:
            await provider.services.enrolment.persons.set_level(
                transaction,
                citizen.account_id,
                IdentityLevel(level, reached_at=provider.clock.now()),
                {},
            )

    provider.call(change())


@pytest.mark.parametrize("demand", ["acr_values", "claims"])
def test_a_level_that_was_raised_meanwhile_counts_on_the_same_request(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, demand: str
) -> None:
    """Step-up: the session says L1, the person is L2 by now; signing in again states it."""
    citizen = provider.citizen(level=1)
    page = browser.get("/authorize", portal.parameters())
    assert browser.pass_pages(page, citizen)["code"]
    acr = json.dumps({"id_token": {"acr": {"essential": True, "value": L2}}})
    wish = {"acr_values": L2} if demand == "acr_values" else {"claims": acr}
    prove(provider, citizen, 2)
    page = browser.get("/authorize", portal.parameters(**wish))
    assert page.path == "/login"
    code = browser.pass_pages(page, citizen)["code"]
    assert portal.claims(portal.tokens(code).id_token)["acr"] == L2
    again = browser.get("/authorize", portal.parameters(**wish))
    assert browser.callback(again)["code"]


def test_on_the_silent_path_a_raised_level_is_login_required(
    provider: RunningProvider, browser: Browser, portal: RelyingParty
) -> None:
    citizen = provider.citizen(level=1)
    browser.pass_pages(browser.get("/authorize", portal.parameters()), citizen)
    prove(provider, citizen, 2)
    assert silently(browser, portal, acr_values=L2)["error"] == "login_required"
    assert silently(browser, portal, acr_values=L3)["code"]


def test_a_wish_that_cannot_be_reached_asks_nobody_to_sign_in_for_nothing(
    provider: RunningProvider, browser: Browser, portal: RelyingParty
) -> None:
    citizen = provider.citizen(level=1)
    browser.pass_pages(browser.get("/authorize", portal.parameters()), citizen)
    page = browser.get("/authorize", portal.parameters(acr_values=L3))
    assert browser.callback(page)["code"]


def test_what_a_protected_resource_demands_is_necessary(
    provider: RunningProvider, browser: Browser, new_portal: NewPortal
) -> None:
    """RFC 9470 section 5: acr_values on behalf of a resource that has refused a lower level."""
    resource = "https://api.example.gov.cn/"
    portal = new_portal(resources=[resource])
    page = browser.get("/authorize", portal.parameters(resource=resource, acr_values=L3))
    callback = browser.pass_pages(page, provider.citizen())
    assert callback["error"] == "unmet_authentication_requirements"
