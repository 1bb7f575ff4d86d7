"""Sign-in sessions: limits, renewal, end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.audit.service import AuditLog
from idp.clock import ManualClock
from idp.sessions.models import sessions as table
from idp.sessions.service import Authentication, Sessions, StartedSession
from idp.sessions.session import EndReason
from idp.sessions.settings import SessionSettings
from idp.storage.database import Database
from tests.contracts.rooms import ROOT, START

IDLE, ABSOLUTE = 600, 3600
PERSON = "a" * 32


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def sessions(clock: ManualClock) -> Sessions:
    settings = SessionSettings(idle_seconds=IDLE, absolute_seconds=ABSOLUTE)
    return Sessions(AuditLog(ROOT, clock, lambda: None), clock, settings)


async def start(
    database: Database, sessions: Sessions, clock: ManualClock, account: str = PERSON
) -> StartedSession:
    async with database.write() as transaction:
        authentication = Authentication(account, "l2", ("pwd",), clock.now())
        return await sessions.start(transaction, authentication, "Firefox")


async def is_live(database: Database, sessions: Sessions, cookie: str) -> bool:
    async with database.read() as transaction:
        return await sessions.find(transaction, cookie) is not None


async def test_the_cookie_value_is_nowhere_in_the_database(
    database: Database, sessions: Sessions, clock: ManualClock
) -> None:
    started = await start(database, sessions, clock)
    async with database.read() as transaction:
        row = (await transaction.execute(select(table))).one()
    assert started.cookie_value not in repr(tuple(row))
    assert len(started.cookie_value) == 43


async def test_a_session_ends_when_it_is_not_visited(
    database: Database, sessions: Sessions, clock: ManualClock
) -> None:
    cookie = (await start(database, sessions, clock)).cookie_value
    clock.advance(IDLE - 1)
    assert await is_live(database, sessions, cookie)
    clock.advance(1)
    assert not await is_live(database, sessions, cookie)


async def test_visits_keep_a_session_until_its_absolute_end(
    database: Database, sessions: Sessions, clock: ManualClock
) -> None:
    cookie = (await start(database, sessions, clock)).cookie_value
    for _ in range(ABSOLUTE // (IDLE - 1)):
        clock.advance(IDLE - 1)
        async with database.write() as transaction:
            assert await sessions.visit(transaction, cookie)
    clock.advance(ABSOLUTE % (IDLE - 1) + 1)
    async with database.write() as transaction:
        assert await sessions.visit(transaction, cookie) is None


async def test_visits_in_quick_succession_are_noted_once(
    database: Database, sessions: Sessions, clock: ManualClock
) -> None:
    cookie = (await start(database, sessions, clock)).cookie_value
    for passed, noted in ((59, 0), (1, 60), (59, 60)):
        clock.advance(passed)
        async with database.write() as transaction:
            visited = await sessions.visit(transaction, cookie)
        assert visited is not None
        assert (visited.last_seen_at - START).total_seconds() == noted
        assert visited.idle_expires_at - visited.last_seen_at == timedelta(seconds=IDLE)


async def test_renewal_keeps_the_session_and_changes_its_secret(
    database: Database, sessions: Sessions, clock: ManualClock
) -> None:
    started = await start(database, sessions, clock)
    clock.advance(5)
    async with database.write() as transaction:
        authentication = Authentication(PERSON, "l2", ("pwd",), clock.now())
        renewed = await sessions.renew(transaction, started.session, authentication)
    assert renewed is not None
    assert renewed.session.id == started.session.id
    assert renewed.session.auth_time - started.session.auth_time == timedelta(seconds=5)
    assert not await is_live(database, sessions, started.cookie_value)
    assert await is_live(database, sessions, renewed.cookie_value)


async def test_an_ended_session_cannot_be_renewed(
    database: Database, sessions: Sessions, clock: ManualClock
) -> None:
    started = await start(database, sessions, clock)
    async with database.write() as transaction:
        assert await sessions.end(transaction, started.session.id, EndReason.LOGOUT)
        assert not await sessions.end(transaction, started.session.id, EndReason.LOGOUT)
    async with database.write() as transaction:
        authentication = Authentication(PERSON, "l2", ("pwd",), clock.now())
        assert await sessions.renew(transaction, started.session, authentication) is None
    assert not await is_live(database, sessions, started.cookie_value)


async def test_ending_all_spares_the_named_session_and_other_people(
    database: Database, sessions: Sessions, clock: ManualClock
) -> None:
    kept = await start(database, sessions, clock)
    gone = [await start(database, sessions, clock) for _ in range(3)]
    other = await start(database, sessions, clock, "b" * 32)
    async with database.write() as transaction:
        ended = await sessions.end_all(
            transaction, PERSON, EndReason.CREDENTIAL_RESET, except_id=kept.session.id
        )
    assert sorted(ended) == sorted(item.session.id for item in gone)
    assert await is_live(database, sessions, kept.cookie_value)
    assert await is_live(database, sessions, other.cookie_value)
    assert not await is_live(database, sessions, gone[0].cookie_value)
