"""One-time codes: bound, counted, and used once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from idp.authn.models import one_time_codes
from idp.authn.one_time_codes import (
    CodeBinding,
    CodeCheck,
    IssuedCode,
    SendingLimitedError,
)
from idp.authn.settings import AuthnSettings, OneTimeCodeSettings
from idp.messaging.message import Purpose
from idp.storage.database import Database
from tests.contracts.rooms import PHONE, Rooms


@pytest.fixture
def binding(rooms: Rooms) -> CodeBinding:
    return CodeBinding(Purpose.REGISTRATION, rooms.indexes.phone(PHONE), "a secret reference")


async def _issue(rooms: Rooms, binding: CodeBinding) -> IssuedCode:
    async with rooms.database.write() as transaction:
        return await rooms.codes.issue(transaction, binding)


async def _check(rooms: Rooms, binding: CodeBinding, issued: IssuedCode, typed: str) -> CodeCheck:
    async with rooms.database.write() as transaction:
        return await rooms.codes.check(transaction, binding, issued.code_id, typed)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_code_of_another_purpose_phone_or_transaction_is_refused(
    rooms: Rooms, binding: CodeBinding
) -> None:
    issued = await _issue(rooms, binding)
    for other in (
        replace(binding, purpose=Purpose.PASSWORD_RESET),
        replace(binding, target=rooms.indexes.phone("+8613900005678")),
        replace(binding, reference="another reference"),
    ):
        assert await _check(rooms, other, issued, issued.code) is CodeCheck.UNUSABLE
    assert await _check(rooms, binding, issued, issued.code) is CodeCheck.ACCEPTED


async def test_a_code_is_accepted_once_under_twenty_parallel_tries(
    rooms: Rooms, binding: CodeBinding
) -> None:
    issued = await _issue(rooms, binding)
    tries = (_check(rooms, binding, issued, issued.code) for _ in range(20))
    assert (await asyncio.gather(*tries)).count(CodeCheck.ACCEPTED) == 1


async def test_parallel_wrong_tries_use_the_code_up_after_five(
    rooms: Rooms, binding: CodeBinding
) -> None:
    issued = await _issue(rooms, binding)
    tries = (_check(rooms, binding, issued, _wrong(issued.code)) for _ in range(12))
    answers = await asyncio.gather(*tries)
    assert answers.count(CodeCheck.WRONG) == 4
    assert await _check(rooms, binding, issued, issued.code) is CodeCheck.UNUSABLE
    async with rooms.database.read() as transaction:
        assert (await transaction.execute(select(one_time_codes.c.tries))).scalar_one() == 5


async def test_a_code_expires_after_five_minutes(rooms: Rooms, binding: CodeBinding) -> None:
    issued = await _issue(rooms, binding)
    rooms.clock.advance(300)
    assert await _check(rooms, binding, issued, issued.code) is CodeCheck.UNUSABLE


async def test_a_newer_code_ends_the_earlier_one(rooms: Rooms, binding: CodeBinding) -> None:
    first = await _issue(rooms, binding)
    rooms.clock.advance(60)
    second = await _issue(rooms, binding)
    assert await _check(rooms, binding, first, first.code) is CodeCheck.UNUSABLE
    assert await _check(rooms, binding, second, second.code) is CodeCheck.ACCEPTED


async def test_full_width_digits_and_spaces_are_the_same_code(
    rooms: Rooms, binding: CodeBinding
) -> None:
    issued = await _issue(rooms, binding)
    typed = " ".join(chr(ord(digit) + 0xFEE0) for digit in issued.code)
    assert await _check(rooms, binding, issued, typed) is CodeCheck.ACCEPTED


@pytest.mark.parametrize("typed", ["", "abc", "1" * 10_000, "\udc80", "\x00" * 6])
async def test_nonsense_is_a_wrong_code(rooms: Rooms, binding: CodeBinding, typed: str) -> None:
    issued = await _issue(rooms, binding)
    assert await _check(rooms, binding, issued, typed) is CodeCheck.WRONG


async def test_a_phone_gets_one_code_a_minute_and_ten_a_day(
    rooms: Rooms, binding: CodeBinding
) -> None:
    await _issue(rooms, binding)
    with pytest.raises(SendingLimitedError) as soon:
        await _issue(rooms, binding)
    assert soon.value.retry_after == 60
    for _ in range(9):
        rooms.clock.advance(60)
        await _issue(rooms, binding)
    rooms.clock.advance(60)
    with pytest.raises(SendingLimitedError) as daily:
        await _issue(rooms, replace(binding, reference="a new transaction"))
    assert daily.value.retry_after == 86_400 - 600
    rooms.clock.advance(daily.value.retry_after)
    await _issue(rooms, binding)


async def _ask(rooms: Rooms, binding: CodeBinding, network: str) -> bool:
    async with rooms.database.write() as transaction:
        try:
            await rooms.codes.issue(transaction, binding, asked_from=network)
        except SendingLimitedError:
            return False
    return True


async def test_one_network_cannot_use_up_the_day_of_somebody_elses_phone(
    rooms: Rooms, binding: CodeBinding
) -> None:
    sent = 0
    for _ in range(10):
        sent += await _ask(rooms, binding, "a stranger's network")
        rooms.clock.advance(61)
    assert sent == 5
    assert await _ask(rooms, binding, "the owner's network")


async def test_registrations_leave_recoveries_their_codes(
    rooms: Rooms, binding: CodeBinding
) -> None:
    for number in range(12):
        await _ask(rooms, binding, f"network {number}")
        rooms.clock.advance(61)
    assert not await _ask(rooms, binding, "another network")
    recovery = replace(binding, purpose=Purpose.PASSWORD_RESET)
    assert await _ask(rooms, recovery, "another network")


async def test_one_network_cannot_send_to_the_whole_country(database: Database) -> None:
    rooms = Rooms(database, AuthnSettings(one_time_codes=OneTimeCodeSettings(per_network=3)))

    async def send(n: int) -> bool:
        target = rooms.indexes.phone(f"+861390000{n:04d}")
        binding = CodeBinding(Purpose.REGISTRATION, target, f"reference {n}")
        return await _ask(rooms, binding, "one network")

    assert [await send(n) for n in range(5)] == [True, True, True, False, False]


async def test_the_total_of_a_minute_is_limited(database: Database) -> None:
    settings = AuthnSettings(one_time_codes=OneTimeCodeSettings(total_per_minute=5))
    rooms = Rooms(database, settings)

    async def send(n: int) -> bool:
        target = rooms.indexes.phone(f"+861390000{n:04d}")
        binding = CodeBinding(Purpose.REGISTRATION, target, f"reference {n}")
        try:
            await _issue(rooms, binding)
        except SendingLimitedError:
            return False
        return True

    assert sum(await asyncio.gather(*map(send, range(12)))) == 5
    rooms.clock.advance(60)
    assert await send(99)


async def test_the_code_is_stored_as_a_keyed_hash_only(rooms: Rooms, binding: CodeBinding) -> None:
    issued = await _issue(rooms, binding)
    async with rooms.database.read() as transaction:
        row = (await transaction.execute(select(one_time_codes))).one()
    assert issued.code not in str(row)
    assert issued.code not in repr(issued)
    assert len(issued.code) == 6


async def test_old_codes_and_counters_are_purged(rooms: Rooms, binding: CodeBinding) -> None:
    await _issue(rooms, binding)
    rooms.clock.advance(3 * 86_400)
    assert await rooms.codes.purge(rooms.database) == 1
    assert await rooms.codes.purge_sendings(rooms.database) > 0
    assert await rooms.throttle.purge(rooms.database) == 0
