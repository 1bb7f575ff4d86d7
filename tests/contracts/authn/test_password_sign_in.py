"""Signing in with a password, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from passlib.hash import bcrypt, ldap_salted_sha1, md5_crypt, pbkdf2_sha256, phpass
from sqlalchemy import event, select

from idp.accounts.person import AccountStatus
from idp.audit.models import audit_events
from idp.authn.methods.password.result import Accepted, Outcome, SignInResult
from idp.authn.models import password_credentials
from idp.authn.settings import AuthnSettings, ThrottleSettings
from idp.crypto.password_schemes import Pbkdf2Sm3, SaltedSm3
from idp.storage.database import Database, Transaction
from tests.contracts.databases import open_database
from tests.contracts.rooms import NUMBER, PASSWORD, PHONE, Rooms

FULL_WIDTH = NUMBER.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})


async def _guess(rooms: Rooms, times: int, username: str = PHONE) -> list[SignInResult]:
    return [await rooms.sign_in.sign_in(username, f"wrong-{n}", None) for n in range(times)]


async def _tags(rooms: Rooms) -> list[str]:
    async with rooms.database.read() as transaction:
        result = await transaction.execute(select(audit_events.c.tag))
        return list(result.scalars())


@pytest.mark.parametrize(
    "username", ["13800001234", "+86 138-0000-1234", "１３８００００１２３４", NUMBER, FULL_WIDTH]
)
async def test_the_right_password_is_accepted_under_any_spelling_of_the_name(
    rooms: Rooms, username: str
) -> None:
    account_id = await rooms.add_account()
    result = await rooms.sign_in.sign_in(username, PASSWORD, None)
    assert result.outcome is Outcome.ACCEPTED
    assert result.accepted == Accepted(account_id, 2, rooms.clock.now())


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(rooms: Rooms) -> None:
    await rooms.add_account()
    known = await rooms.sign_in.sign_in(PHONE, "wrong", None)
    unknown = await rooms.sign_in.sign_in("13900009999", "wrong", None)
    nonsense = await rooms.sign_in.sign_in("\udc80 not a name", "wrong", None)
    assert known == unknown == nonsense == SignInResult(Outcome.REFUSED)


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]).split("(")[0].split(" WHERE")[0][:40])

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("device", [None, "x" * 43])
async def test_a_known_and_an_unknown_name_cost_the_same_statements(
    rooms: Rooms, device: str | None
) -> None:
    await rooms.add_account()
    for _ in range(7):  # through the lock as well
        with _statements(rooms.database) as known:
            first = await rooms.sign_in.sign_in(PHONE, "wrong", device)
        with _statements(rooms.database) as unknown:
            second = await rooms.sign_in.sign_in("13900009999", "wrong", device)
        assert known == unknown
        assert len(known) > 2
        assert first == second


async def test_five_failures_lock_and_the_delay_doubles_to_fifteen_minutes(rooms: Rooms) -> None:
    await rooms.add_account()
    for failure in await _guess(rooms, 5):
        assert failure.outcome is Outcome.REFUSED
    waits = []
    for _ in range(6):
        locked = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
        assert locked.outcome is Outcome.LOCKED
        assert locked.retry_after is not None
        waits.append(locked.retry_after)
        rooms.clock.advance(locked.retry_after)
        await _guess(rooms, 1)
    assert waits == [60, 120, 240, 480, 900, 900]


async def test_aliases_share_one_counter(rooms: Rooms) -> None:
    await rooms.add_account()
    await _guess(rooms, 3, PHONE)
    await _guess(rooms, 2, NUMBER)
    for username in (PHONE, NUMBER):
        locked = await rooms.sign_in.sign_in(username, PASSWORD, None)
        assert locked.outcome is Outcome.LOCKED


async def test_success_after_the_wait_forgets_the_failures(rooms: Rooms) -> None:
    await rooms.add_account()
    await _guess(rooms, 5)
    rooms.clock.advance(60)
    result = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    assert result.outcome is Outcome.ACCEPTED
    assert {one.outcome for one in await _guess(rooms, 5)} == {Outcome.REFUSED}


async def test_the_hard_cap_leaves_recovery_only(database: Database) -> None:
    rooms = Rooms(
        database,
        AuthnSettings(throttle=ThrottleSettings(hard_cap=10, longest_delay_seconds=60)),
    )
    await rooms.add_account()
    for _ in range(10):
        rooms.clock.advance(3600)
        await _guess(rooms, 1)
    rooms.clock.advance(86_400)
    result = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    assert result.outcome is Outcome.RECOVERY_REQUIRED


async def test_parallel_guesses_never_exceed_the_limit(rooms: Rooms) -> None:
    await rooms.add_account()
    guesses = (rooms.sign_in.sign_in(PHONE, f"guess-{n}", None) for n in range(40))
    outcomes = [result.outcome for result in await asyncio.gather(*guesses)]
    assert outcomes.count(Outcome.REFUSED) == 5
    assert outcomes.count(Outcome.LOCKED) == 35


async def test_a_lock_survives_a_new_process(rooms: Rooms, database_url: str) -> None:
    await rooms.add_account()
    await _guess(rooms, 5)
    await rooms.database.close()
    later = Rooms(open_database(database_url), clock=rooms.clock)
    result = await later.sign_in.sign_in(NUMBER, PASSWORD, None)
    await later.database.close()
    assert result.outcome is Outcome.LOCKED


async def test_a_known_device_gets_in_while_strangers_are_locked_out(rooms: Rooms) -> None:
    await rooms.add_account()
    first = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    assert first.device_token
    await _guess(rooms, 6)
    stranger = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    owner = await rooms.sign_in.sign_in(PHONE, PASSWORD, first.device_token)
    assert stranger.outcome is Outcome.LOCKED
    assert owner.outcome is Outcome.ACCEPTED
    assert owner.device_token is None
    still = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    assert still.outcome is Outcome.LOCKED


async def test_a_known_device_has_a_limit_of_its_own(rooms: Rooms) -> None:
    await rooms.add_account()
    token = (await rooms.sign_in.sign_in(PHONE, PASSWORD, None)).device_token
    outcomes = [(await rooms.sign_in.sign_in(PHONE, "wrong", token)).outcome for _ in range(6)]
    assert outcomes == [Outcome.REFUSED] * 5 + [Outcome.LOCKED]


async def test_the_device_of_one_account_is_a_stranger_to_another(rooms: Rooms) -> None:
    await rooms.add_account()
    await rooms.add_account(rooms.new_person("李娜", "+8613900005678", "100000198512300024"))
    token = (await rooms.sign_in.sign_in("13900005678", PASSWORD, None)).device_token
    await _guess(rooms, 5)
    result = await rooms.sign_in.sign_in(PHONE, PASSWORD, token)
    assert result.outcome is Outcome.LOCKED


async def test_a_frozen_account_is_told_to_its_owner_only(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    async with rooms.database.write() as transaction:
        await rooms.persons.set_status(transaction, account_id, AccountStatus.FROZEN, "death")
    right = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    wrong = await rooms.sign_in.sign_in(PHONE, "wrong", None)
    assert right.outcome is Outcome.FROZEN
    assert right.accepted is None
    assert wrong.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "scheme",
    [bcrypt, pbkdf2_sha256, ldap_salted_sha1, md5_crypt, phpass, Pbkdf2Sm3, SaltedSm3],
    ids=lambda scheme: scheme.name,
)
async def test_a_hash_of_a_former_system_is_replaced_at_sign_in(
    rooms: Rooms, scheme: type[Pbkdf2Sm3]
) -> None:
    await rooms.add_account(password_hash=scheme.hash(PASSWORD))
    wrong = await rooms.sign_in.sign_in(PHONE, "wrong", None)
    right = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    assert (wrong.outcome, right.outcome) == (Outcome.REFUSED, Outcome.ACCEPTED)
    async with rooms.database.read() as transaction:
        stored = (await transaction.execute(select(password_credentials.c.hash))).scalar_one()
    assert stored.startswith("$argon2id$")
    again = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    assert again.outcome is Outcome.ACCEPTED
    assert (await _tags(rooms)).count("account:password:upgraded") == 1


async def test_two_sign_ins_at_once_survive_the_upgrade_of_the_hash(rooms: Rooms) -> None:
    await rooms.add_account(password_hash=ldap_salted_sha1.hash(PASSWORD))
    results = await asyncio.gather(
        *(rooms.sign_in.sign_in(PHONE, PASSWORD, None) for _ in range(2))
    )
    assert {result.outcome for result in results} == {Outcome.ACCEPTED}


async def test_a_password_replaced_while_it_is_checked_is_refused(rooms: Rooms) -> None:
    account_id = await rooms.add_account()
    other = await rooms.hasher.hash("another-password-entirely")
    verify = rooms.hasher.verify

    async def replace_meanwhile(password: str, stored: str | None) -> object:
        verified = await verify(password, stored)
        async with rooms.database.write() as transaction:
            await rooms.credentials.set(transaction, account_id, other, "test")
        return verified

    rooms.hasher.verify = replace_meanwhile  # type: ignore[assignment,method-assign]  # a race made certain
    result = await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    assert result.outcome is Outcome.REFUSED


async def test_what_runs_on_success_shares_its_transaction(rooms: Rooms) -> None:
    await rooms.add_account()

    async def fail(transaction: Transaction, accepted: Accepted) -> None:
        assert transaction.writable
        raise RuntimeError(accepted.account_id)

    with pytest.raises(RuntimeError):
        await rooms.sign_in.sign_in(PHONE, PASSWORD, None, on_accepted=fail)
    assert "account:password:accepted" not in await _tags(rooms)


async def test_every_outcome_is_audited_once(rooms: Rooms) -> None:
    await rooms.add_account()
    await rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    await _guess(rooms, 6)
    tags = await _tags(rooms)
    assert tags.count("account:password:accepted") == 1
    assert tags.count("account:password:refused") == 5
    assert tags.count("account:sign_in:locked") == 1
