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
        Tag.CODE_ISSUED,
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
