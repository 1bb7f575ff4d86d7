"""What leaves a trace in the audit log (R49), and that strangers cannot fill it."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from sqlalchemy import select

from idp.audit.models import audit_events
from idp.audit.tags import Tag
from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

Enter = Callable[..., Tokens]
Authorize = Callable[..., Callback]


def tags(provider: RunningProvider, client_id: str) -> list[str]:
    """The acts recorded about a client, in the order of their time."""

    async def read() -> list[str]:
        async with provider.services.database.read() as transaction:
            result = await transaction.execute(
                select(audit_events.c.tag)
                .where(audit_events.c.client_id == client_id)
                .order_by(audit_events.c.at, audit_events.c.seq)
            )
            return list(result.scalars())

    return provider.call(read())


def test_a_sign_in_leaves_a_complete_trail(
    provider: RunningProvider, portal: RelyingParty, enter: Enter
) -> None:
    tokens = enter(portal)
    portal.userinfo(tokens.access_token)
    portal.refresh(tokens.refresh_token)
    recorded = tags(provider, portal.client_id)
    for tag in (
        Tag.CLIENT_CREATED,
        Tag.PASSWORD_ACCEPTED,
        Tag.CONSENT_GRANTED,
        Tag.AUTHORIZATION_GRANTED,
        Tag.TOKEN_ISSUED,
        Tag.CLAIMS_RELEASED,
        Tag.TOKEN_REFRESHED,
    ):
        assert tag.value in recorded, tag


def test_a_refused_client_is_recorded_and_a_stranger_is_not(
    provider: RunningProvider, portal: RelyingParty, http: httpx2.Client
) -> None:
    form = {"grant_type": "authorization_code", "code": "x"}
    http.post("/token", data=form, auth=(portal.client_id, "wrong"))
    http.post("/token", data=form, auth=("nobody-here", "wrong"))
    assert Tag.CLIENT_REFUSED.value in tags(provider, portal.client_id)
    assert tags(provider, "nobody-here") == []


def test_a_refused_authorization_of_a_signed_in_person_is_recorded(
    provider: RunningProvider, portal: RelyingParty, enter: Enter, browser: Browser
) -> None:
    enter(portal)
    browser.get("/authorize", portal.parameters(prompt="none", max_age="0"))
    assert Tag.AUTHORIZATION_REFUSED.value in tags(provider, portal.client_id)


def test_tokens_that_end_with_a_session_are_each_recorded(
    provider: RunningProvider, portal: RelyingParty, enter: Enter, browser: Browser
) -> None:
    tokens = enter(portal)
    browser.get("/logout", {"id_token_hint": tokens.id_token})
    assert Tag.TOKEN_REVOKED.value in tags(provider, portal.client_id)


def test_a_code_under_way_is_worthless_once_the_consent_was_withdrawn(
    provider: RunningProvider, new_portal: NewPortal, authorize: Authorize, citizen: Citizen
) -> None:
    """R12, although the code itself is stored nowhere."""
    portal = new_portal()
    code = authorize(portal)["code"]

    async def withdraw() -> bool:
        services = provider.services
        async with services.database.write() as transaction:
            return await services.consents.withdraw(
                transaction, citizen.account_id, portal.client_id
            )

    assert provider.call(withdraw())
    answer = portal.exchange(code)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_claims_in_an_id_token_are_recorded_as_released(
    provider: RunningProvider, portal: RelyingParty, enter: Enter
) -> None:
    tokens = enter(portal, claims='{"id_token":{"name":null}}')
    assert portal.claims(tokens.id_token)["name"]
    assert Tag.CLAIMS_RELEASED.value in tags(provider, portal.client_id)


def test_the_same_refusal_is_recorded_once_a_minute(
    provider: RunningProvider, portal: RelyingParty, http: httpx2.Client
) -> None:
    form = {"grant_type": "authorization_code", "code": "x"}
    for _ in range(5):
        http.post("/token", data=form, auth=(portal.client_id, "wrong"))
    assert tags(provider, portal.client_id).count(Tag.CLIENT_REFUSED.value) == 1
    provider.clock.advance(61)
    http.post("/token", data=form, auth=(portal.client_id, "wrong"))
    assert tags(provider, portal.client_id).count(Tag.CLIENT_REFUSED.value) == 2


def test_a_narrowed_registration_narrows_what_is_released(
    provider: RunningProvider, portal: RelyingParty, enter: Enter
) -> None:
    """R16: what a client is not registered for any more, old tokens do not open either."""
    tokens = enter(portal)
    assert "name" in portal.userinfo(tokens.access_token).json()
    provider.register({**portal.metadata, "claims": []}, portal.secret)
    provider.clock.advance(5)
    assert portal.userinfo(tokens.access_token).json().keys() == {"sub"}


def test_a_password_alone_reports_level_two_at_most(
    provider: RunningProvider, browser: Browser, portal: RelyingParty
) -> None:
    """R9: `acr` states what really happened, not the best that the person once proved."""
    citizen = provider.citizen(level=4)
    page = browser.get("/authorize", portal.parameters())
    tokens = portal.tokens(browser.pass_pages(page, citizen)["code"])
    assert portal.claims(tokens.id_token)["acr"] == "urn:tongxing:acr:l2"
    assert portal.claims(tokens.id_token)["amr"] == ["pwd"]
