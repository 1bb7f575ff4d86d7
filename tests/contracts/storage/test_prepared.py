"""Prepared statements mean what the same statements mean when Core runs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Row, bindparam, event, insert, literal, select, text, update

from idp.sessions.models import sessions
from idp.storage.database import Database
from idp.storage.drivers import StatementError
from idp.storage.prepared import Prepared
from idp.storage.upsert import insert_for

NOW = datetime(2026, 7, 24, 12, 30, 15, 123456, tzinfo=UTC)
INSERT = Prepared(insert(sessions))
FIND = Prepared(select(sessions).where(sessions.c.id == bindparam("session")))


def row_of(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name.ljust(32, "0"),
        "token_hash": name.encode().ljust(32, b"\xff"),
        "account_id": "a" * 32,
        "started_at": NOW,
        "auth_time": NOW.astimezone(timezone(timedelta(hours=8))),
        "acr": "低",
        "amr": ["pwd", "短信"],
        "device": "Firefox",
        "last_seen_at": NOW,
        "idle_expires_at": NOW + timedelta(minutes=30),
        "absolute_expires_at": NOW + timedelta(hours=8),
        "ended_at": None,
        "end_reason": None,
        **changes,
    }


async def read_both(database: Database, name: str) -> tuple[Row[Any] | None, Row[Any] | None]:
    wanted = name.ljust(32, "0")
    async with database.read() as transaction:
        prepared = await transaction.fetch_one(FIND, {"session": wanted})
        result = await transaction.execute(select(sessions).where(sessions.c.id == wanted))
        return prepared, result.one_or_none()


async def test_values_go_in_and_come_out_as_they_do_through_core(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.fetch(INSERT, row_of("p"))
        await transaction.execute(insert(sessions).values(**row_of("c")))
    for name in ("p", "c"):
        prepared, core = await read_both(database, name)
        assert prepared is not None and core is not None
        assert prepared._mapping == core._mapping == row_of(name)
        assert prepared.started_at.tzinfo is UTC


async def test_rows_run_in_one_go_are_what_each_alone_is(database: Database) -> None:
    rows = [row_of(name) for name in ("p", "q", "r")]
    async with database.write() as transaction:
        await transaction.run_each(INSERT, rows)
    for name in ("p", "q", "r"):
        prepared, _ = await read_both(database, name)
        assert prepared is not None
        assert prepared._mapping == row_of(name)


async def test_of_rows_run_in_one_go_none_stays_when_one_is_refused(database: Database) -> None:
    with pytest.raises(StatementError):
        async with database.write() as transaction:
            await transaction.run_each(INSERT, [row_of("p"), row_of("q"), row_of("p")])
    assert await read_both(database, "q") == (None, None)


async def test_what_is_not_there_is_none(database: Database) -> None:
    assert await read_both(database, "nobody") == (None, None)


async def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="naive"):
        async with database.write() as transaction:
            await transaction.fetch(INSERT, row_of("p", started_at=datetime(2026, 7, 24)))


@pytest.mark.parametrize("values", [{}, {"session": "x", "other": 1}, {"other": 1}])
async def test_other_values_than_those_wanted_are_refused(
    database: Database, values: dict[str, Any]
) -> None:
    async with database.read() as transaction:
        with pytest.raises(ValueError, match="session"):
            await transaction.fetch(FIND, values)


async def test_one_row_at_most_is_not_taken_on_trust(database: Database) -> None:
    everyone = Prepared(select(sessions.c.id))
    async with database.write() as transaction:
        await transaction.fetch(INSERT, row_of("p"))
        await transaction.fetch(INSERT, row_of("q"))
        with pytest.raises(RuntimeError, match="one row"):
            await transaction.fetch_one(everyone, {})


async def test_constants_of_the_statement_need_not_be_given(database: Database) -> None:
    first = Prepared(select(sessions.c.id, literal(7).label("seven")).limit(1))
    async with database.write() as transaction:
        await transaction.fetch(INSERT, row_of("p"))
        await transaction.fetch(INSERT, row_of("q"))
        found = await transaction.fetch_one(first, {})
    assert found is not None and found.seven == 7


async def test_a_conflict_is_told_by_no_row(database: Database) -> None:
    claim = Prepared(
        lambda dialect: (
            insert_for(dialect, sessions).on_conflict_do_nothing().returning(sessions.c.id)
        )
    )
    async with database.write() as transaction:
        first = await transaction.fetch_one(claim, row_of("p"))
        second = await transaction.fetch_one(claim, row_of("p"))
    assert first is not None and second is None


async def test_a_list_of_values_is_for_core(database: Database) -> None:
    listed = Prepared(select(sessions).where(sessions.c.id.in_(bindparam("ids", expanding=True))))
    async with database.read() as transaction:
        with pytest.raises(TypeError):
            await transaction.fetch(listed, {"ids": ["a"]})


async def test_an_error_undoes_what_was_prepared_and_what_was_not(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.write() as transaction:
            await transaction.fetch(INSERT, row_of("p"))
            await transaction.execute(insert(sessions).values(**row_of("c")))
            raise LookupError
    assert await read_both(database, "p") == (None, None)
    assert await read_both(database, "c") == (None, None)


async def test_what_a_database_refuses_is_told_without_a_value(database: Database) -> None:
    with pytest.raises(StatementError) as caught:
        async with database.write() as transaction:
            for _ in range(2):
                await transaction.fetch(INSERT, row_of("secret"))
    assert not caught.value.is_outage
    assert caught.value.__cause__ is None
    assert "secret" not in str(caught.value)
    async with database.write() as transaction:
        await transaction.fetch(INSERT, row_of("secret"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_failed_transaction_is_not_taken_for_committed(database: Database) -> None:
    with pytest.raises(StatementError):
        async with database.write() as transaction:
            await transaction.fetch(INSERT, row_of("p"))
            with pytest.raises(StatementError):
                await transaction.fetch(INSERT, row_of("p"))
    assert await read_both(database, "p") == (None, None)


async def test_who_listens_on_the_engine_hears_of_prepared_statements(database: Database) -> None:
    heard: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(*arguments: Any) -> None:
        heard.append(arguments[2])

    async with database.write() as transaction:
        await transaction.fetch(INSERT, row_of("p"))
        await transaction.execute(text("SELECT 1"))
    assert [statement.split()[0] for statement in heard] == ["INSERT", "SELECT"]


async def test_one_name_in_several_places_is_one_value(database: Database) -> None:
    touch = Prepared(
        update(sessions)
        .where(sessions.c.idle_expires_at > bindparam("now", type_=sessions.c.started_at.type))
        .values(last_seen_at=bindparam("now", type_=sessions.c.started_at.type))
        .returning(sessions.c.last_seen_at)
    )
    later = NOW + timedelta(minutes=1)
    async with database.write() as transaction:
        await transaction.fetch(INSERT, row_of("p"))
        found = await transaction.fetch_one(touch, {"now": later})
    assert found is not None and found.last_seen_at == later
