"""A consent that is withdrawn while its code is redeemed leaves nothing that lives (R12)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import httpx2
from sqlalchemy import text

from idp.tokens.family import RevokeReason
from tests.protocol.browser import Callback
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen, RunningProvider

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def test_a_redemption_that_waits_for_a_withdrawal_is_refused(
    provider: RunningProvider,
    portal: RelyingParty,
    authorize: Callable[..., Callback],
    citizen: Citizen,
) -> None:
    """The withdrawal holds the person's sessions; the redemption waits, and then sees it."""
    code = authorize(portal)["code"]
    services = provider.services

    async def somebody_waits() -> bool:
        # A transaction for each look: within one, PostgreSQL shows the same picture again.
        async with services.database.read() as looking:
            count: int = (await looking.execute(_WAITING)).scalar_one()
        return count > 0

    async def withdraw(pool: ThreadPoolExecutor) -> Future[httpx2.Response]:
        async with services.database.write() as transaction:
            assert await services.consents.withdraw(
                transaction, citizen.account_id, portal.client_id
            )
            await services.tokens.revoke_account(
                transaction,
                citizen.account_id,
                RevokeReason.CONSENT_WITHDRAWN,
                portal.client_id,
            )
            redemption = pool.submit(portal.exchange, code)
            async with asyncio.timeout(10):
                while not await somebody_waits():
                    assert not redemption.done(), "the redemption did not wait"
            return redemption

    with ThreadPoolExecutor(1) as pool:
        answer = provider.call(withdraw(pool)).result(timeout=30)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
