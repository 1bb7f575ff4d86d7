"""An initial access token with N uses makes N clients, however many ask at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.audit.service import AuditLog
from idp.client_registry.client_metadata import ClientMetadata
from idp.client_registry.errors import RegistrationTokenError
from idp.client_registry.models import clients, initial_access_tokens
from idp.client_registry.registration.initial_access_tokens import (
    InitialAccessTokens,
    purge_initial_access_tokens,
)
from idp.client_registry.registration.stored_clients import StoredClients
from idp.client_registry.secrets import ClientSecrets
from idp.clock import ManualClock
from idp.crypto.identifiers import new_id
from idp.storage.database import Database
from tests.contracts.rooms import ROOT, START

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def tokens(clock: ManualClock) -> InitialAccessTokens:
    return InitialAccessTokens(AuditLog(ROOT, clock, lambda: None), clock)


async def issue(database: Database, tokens: InitialAccessTokens, uses: int) -> str:
    async with database.write() as transaction:
        return await tokens.issue(transaction, uses=uses, life=DAY, note="甲公司")


async def spend(database: Database, tokens: InitialAccessTokens, token: str | None) -> str:
    async with database.write() as transaction:
        return await tokens.spend(transaction, token)


async def test_n_uses_make_n_clients_under_concurrency(
    database: Database, tokens: InitialAccessTokens, clock: ManualClock
) -> None:
    token = await issue(database, tokens, 5)
    stored = StoredClients(AuditLog(ROOT, clock, lambda: None), ClientSecrets(ROOT), clock)

    async def register() -> bool:
        document = {"redirect_uris": ["https://app.example/"], "client_name": "x"}
        metadata = ClientMetadata.model_validate({"client_id": new_id(), **document})
        try:
            async with database.write() as transaction:
                used = await tokens.spend(transaction, token)
                await stored.insert(transaction, metadata, None, new_id(), used)
        except RegistrationTokenError:
            return False
        return True

    outcomes = await asyncio.gather(*(register() for _ in range(20)))
    assert sum(outcomes) == 5
    async with database.read() as transaction:
        assert len((await transaction.execute(select(clients.c.client_id))).all()) == 5
        left = await transaction.execute(select(initial_access_tokens.c.uses_left))
        assert left.scalar_one() == 0


async def test_a_transaction_that_fails_gives_the_use_back(
    database: Database, tokens: InitialAccessTokens
) -> None:
    token = await issue(database, tokens, 1)
    with pytest.raises(ZeroDivisionError):
        async with database.write() as transaction:
            await tokens.spend(transaction, token)
            _ = 1 / 0
    await spend(database, tokens, token)
    with pytest.raises(RegistrationTokenError):
        await spend(database, tokens, token)


async def test_the_token_itself_is_not_stored(
    database: Database, tokens: InitialAccessTokens
) -> None:
    token = await issue(database, tokens, 1)
    async with database.read() as transaction:
        row = (await transaction.execute(select(initial_access_tokens))).one()
    assert token.encode() not in row.token_hash
    assert token not in str(tuple(row))


async def test_an_expired_token_is_refused_and_purged_later(
    database: Database, tokens: InitialAccessTokens, clock: ManualClock
) -> None:
    token = await issue(database, tokens, 1)
    clock.advance(DAY.total_seconds())
    async with database.read() as transaction:
        with pytest.raises(RegistrationTokenError):
            await tokens.check(transaction, token)
    with pytest.raises(RegistrationTokenError):
        await spend(database, tokens, token)
    assert await purge_initial_access_tokens(database, clock, DAY) == 0
    clock.advance(DAY.total_seconds() + 1)
    assert await purge_initial_access_tokens(database, clock, DAY) == 1
