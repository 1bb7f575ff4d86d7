"""Accounts of natural persons: unique, sealed, and found under every spelling."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from idp.accounts.attributes import PersonColumn
from idp.accounts.errors import (
    AliasTakenError,
    IdentityHeldError,
    NoSuchAccountError,
    StatusChangeError,
)
from idp.accounts.models import documents, identity_keys, natural_persons, subject_keys
from idp.accounts.person import AccountStatus, IdentityLevel
from idp.accounts.repository import has_subject_key, person_columns
from idp.audit.models import audit_events
from idp.crypto.envelope import SealBrokenError
from tests.contracts.rooms import NAME, NUMBER, PHONE, Rooms

OTHER = {"name": "李娜", "phone": "+8613900005678", "number": "100000198512300024"}


async def test_a_created_person_reads_back_with_every_attribute(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.read() as transaction:
        person = await rooms.persons.read(transaction, account_id)
    assert person.attributes == rooms.new_person().attributes
    assert (person.status, person.level.level) == (AccountStatus.ACTIVE, 2)


async def test_only_requested_columns_are_opened(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.read() as transaction:
        person = await rooms.persons.read(transaction, account_id, [PersonColumn.PHONE])
    assert person.attributes.phone == PHONE
    assert person.attributes.name is None
    assert person.attributes.document_number is None


async def test_attributes_never_show_in_repr(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.read() as transaction:
        person = await rooms.persons.read(transaction, account_id)
    shown = repr(person) + repr(rooms.new_person())
    assert not any(value in shown for value in (NAME, PHONE, NUMBER, "zhang@example.cn"))


async def test_one_join_serves_a_reader_of_claims(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    columns = person_columns([PersonColumn.NAME])
    async with rooms.database.read() as transaction:
        result = await transaction.execute(
            select(*columns).join_from(natural_persons, subject_keys, has_subject_key())
        )
        row = result.one()
    assert row.id == account_id
    assert "phone_sealed" not in row._mapping


async def test_the_same_identity_is_refused_and_leaves_nothing_behind(rooms: Rooms) -> None:
    first = await rooms.add_account()
    with pytest.raises(IdentityHeldError) as held:
        await rooms.add_account(rooms.new_person(phone="+8613900005678"))
    assert held.value.account_id == first
    assert await _count(rooms, natural_persons.c.id) == 1
    assert await _count(rooms, documents.c.id) == 1


async def test_a_phone_that_signs_in_elsewhere_is_refused(rooms: Rooms) -> None:
    await rooms.add_account()
    with pytest.raises(AliasTakenError):
        await rooms.add_account(rooms.new_person(OTHER["name"], PHONE, OTHER["number"]))
    assert await _count(rooms, identity_keys.c.account_id) == 1


async def test_of_many_concurrent_accounts_for_one_person_one_is_made(rooms: Rooms) -> None:
    stored = await rooms.hasher.hash("whatever-it-may-be")

    async def attempt(n: int) -> str | None:
        try:
            person = rooms.new_person(phone=f"+861390000{n:04d}")
            return await rooms.add_account(person, password_hash=stored)
        except IdentityHeldError:
            return None

    made = [one for one in await asyncio.gather(*map(attempt, range(20))) if one]
    assert len(made) == 1
    assert await _count(rooms, natural_persons.c.id) == 1


@pytest.mark.parametrize("column", ["name_sealed", "phone_sealed", "document_sealed"])
async def test_a_sealed_value_moved_to_another_row_does_not_open(rooms: Rooms, column: str) -> None:
    first = await rooms.add_account()
    second = await rooms.add_account(rooms.new_person(**OTHER))
    async with rooms.database.write() as transaction:
        result = await transaction.execute(select(natural_persons.c.id, natural_persons.c[column]))
        sealed = {row[0]: row[1] for row in result}
        for target, source in ((first, second), (second, first)):
            await transaction.execute(
                update(natural_persons)
                .where(natural_persons.c.id == target)
                .values({column: sealed[source]})
            )
    async with rooms.database.read() as transaction:
        for account_id in (first, second):
            with pytest.raises(SealBrokenError):
                await rooms.persons.read(transaction, account_id)


async def test_a_sealed_value_moved_to_another_column_does_not_open(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.write() as transaction:
        await transaction.execute(
            update(natural_persons).values(name_sealed=natural_persons.c.phone_sealed)
        )
    async with rooms.database.read() as transaction:
        with pytest.raises(SealBrokenError):
            await rooms.persons.read(transaction, account_id, [PersonColumn.NAME])


async def test_a_data_key_of_another_person_does_not_open(rooms: Rooms) -> None:
    first = await rooms.add_account()
    second = await rooms.add_account(rooms.new_person(**OTHER))
    async with rooms.database.write() as transaction:
        result = await transaction.execute(
            select(subject_keys.c.wrapped_key).where(subject_keys.c.subject_id == second)
        )
        await transaction.execute(
            update(subject_keys)
            .where(subject_keys.c.subject_id == first)
            .values(wrapped_key=result.scalar_one())
        )
    async with rooms.database.read() as transaction:
        with pytest.raises(SealBrokenError):
            await rooms.persons.read(transaction, first)


# The files of one database can be read here.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_personal_value_stands_in_the_database_file(
    rooms: Rooms, sqlite_file: Path
) -> None:
    await rooms.add_account()
    async with rooms.database.write() as transaction:
        row = (await transaction.execute(select(natural_persons.c.id))).scalar_one()
        await rooms.persons.rename(transaction, row, "张大明", "人口库")
    files = [file for file in sqlite_file.parent.iterdir() if file.is_file()]
    assert {file.name for file in files} >= {"tongxing.db", "tongxing.db-wal"}
    content = b"".join(file.read_bytes() for file in files)
    for canary in (NAME, "张大明", PHONE, PHONE[3:], NUMBER, NUMBER[6:14], "zhang@example.cn"):
        assert canary.encode() not in content


async def test_a_rename_changes_the_name_only(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.write() as transaction:
        await rooms.persons.rename(transaction, account_id, "阿里木•买买提", "人口库")
    async with rooms.database.read() as transaction:
        person = await rooms.persons.read(transaction, account_id)
    assert person.attributes.name == "阿里木·买买提"
    assert person.attributes.phone == PHONE


async def test_a_replaced_phone_signs_in_and_the_old_one_does_not(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.write() as transaction:
        await rooms.persons.replace_phone(transaction, account_id, OTHER["phone"])
    async with rooms.database.read() as transaction:
        new = await rooms.persons.find_by_alias(transaction, rooms.indexes.phone(OTHER["phone"]))
        old = await rooms.persons.find_by_alias(transaction, rooms.indexes.phone(PHONE))
    assert new is not None
    assert new.account_id == account_id
    assert old is None


async def test_a_closed_account_gives_up_its_names_and_stays_closed(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.write() as transaction:
        await rooms.persons.set_status(transaction, account_id, AccountStatus.CLOSED, "request")
    async with rooms.database.write() as transaction:
        with pytest.raises(StatusChangeError):
            await rooms.persons.set_status(transaction, account_id, AccountStatus.ACTIVE, "no")
    again = await rooms.add_account()
    assert again != account_id


async def test_a_shredded_account_cannot_be_read(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.write() as transaction:
        await rooms.persons.shred(transaction, account_id)
    async with rooms.database.read() as transaction:
        with pytest.raises(NoSuchAccountError):
            await rooms.persons.read(transaction, account_id)


async def test_a_raised_level_is_stored_and_audited(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    level = IdentityLevel(3, rooms.clock.now())
    async with rooms.database.write() as transaction:
        await rooms.persons.set_level(transaction, account_id, level, {"method": "live_face"})
    async with rooms.database.read() as transaction:
        person = await rooms.persons.read(transaction, account_id, [])
        tags = (await transaction.execute(select(audit_events.c.tag))).scalars().all()
    assert person.level.level == 3
    assert "account:identity_level:raised" in tags


async def _count(rooms: Rooms, column: object) -> int:
    async with rooms.database.read() as transaction:
        result = await transaction.execute(select(func.count(column)))  # type: ignore[arg-type]  # any column
        return int(result.scalar_one())
