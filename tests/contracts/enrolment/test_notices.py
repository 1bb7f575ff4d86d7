"""Security notices survive crashes and outages, and the outbox tells nobody whom they are for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from idp.enrolment.answers import Begun
from idp.enrolment.registration_answers import NotVerified
from idp.messaging.errors import MessageNotSentError
from idp.messaging.message import Message, Purpose
from idp.messaging.notice_jobs import GIVE_UP_AFTER, JOB_KIND
from idp.storage import outbox
from idp.storage.database import Transaction
from idp.worker.job_loop import BATCH, LEASE
from tests.contracts.enrolment.office import Office
from tests.contracts.rooms import NAME, NUMBER, PHONE

INTRUDER = "+8613900005678"
JOBS = outbox.outbox


async def _attempt_on_held_identity(office: Office, phone: str = INTRUDER) -> None:
    """Have somebody register who is registered already."""
    assert await office.register_person(phone=phone) == NotVerified()


def _notices(office: Office) -> list[Message]:
    return [one for one in office.post.messages if one.purpose is Purpose.SECURITY_NOTICE]


async def _outcomes(office: Office) -> list[str | None]:
    async with office.rooms.database.read() as transaction:
        return list((await transaction.execute(select(JOBS.c.outcome))).scalars())


@pytest.fixture
async def held(office: Office) -> Office:
    """The office, with an account whose identity somebody else has just tried to use."""
    await office.rooms.add_account()
    await _attempt_on_held_identity(office)
    return office


async def test_what_a_crash_left_unsent_is_sent_by_the_next_worker(held: Office) -> None:
    assert _notices(held) == []
    await held.send_notices()
    assert [one.to for one in _notices(held)] == [PHONE]
    await held.send_notices()
    assert len(_notices(held)) == 1
    assert await _outcomes(held) == ["sent"]


async def test_a_worker_that_dies_with_a_notice_in_hand_loses_nothing(held: Office) -> None:
    clock = held.rooms.clock
    async with held.rooms.database.write() as transaction:
        assert len(await outbox.lease(transaction, clock.now(), LEASE, BATCH)) == 1
    await held.send_notices()
    assert _notices(held) == []
    clock.advance(LEASE.total_seconds())
    await held.send_notices()
    assert len(_notices(held)) == 1


async def test_an_act_that_is_undone_is_not_reported(office: Office) -> None:
    await office.rooms.add_account()
    begun = await office.recovery.begin(PHONE)
    assert isinstance(begun, Begun)
    await office.recovery.verify_code(begun.flow_id, office.post.code_for(PHONE))
    await office.recovery.prove(begun.flow_id, NAME, None, NUMBER)

    async def crash(transaction: Transaction, account_id: str) -> None:
        raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError, match="dies here"):
        await office.recovery.set_password(
            begun.flow_id, "quiet-lantern-forest-27", on_recovered=crash
        )
    await office.send_notices()
    assert _notices(office) == []


async def test_a_gateway_that_is_away_gets_the_same_notice_later(held: Office) -> None:
    clock = held.rooms.clock
    held.post.refusal = MessageNotSentError("away", is_retryable=True)
    for wait in (5, 10, 20, 40):
        await held.send_notices()
        clock.advance(wait)
    held.post.refusal = None
    await held.send_notices()
    async with held.rooms.database.read() as transaction:
        row = (await transaction.execute(select(JOBS.c.id, JOBS.c.attempts))).one()
    assert [one.id for one in _notices(held)] == [row.id]
    assert row.attempts == 5


async def test_a_notice_is_given_up_after_a_day(held: Office) -> None:
    clock, end = held.rooms.clock, held.rooms.clock.now() + GIVE_UP_AFTER
    held.post.refusal = MessageNotSentError("away", is_retryable=True)
    while clock.now() < end:
        await held.send_notices()
        clock.advance(timedelta(hours=1).total_seconds())
    held.post.refusal = None
    await held.send_notices()
    assert _notices(held) == []
    assert await _outcomes(held) == ["given_up"]


async def test_a_notice_that_the_gateway_refuses_is_not_tried_again(held: Office) -> None:
    held.post.refusal = MessageNotSentError("no such number", is_retryable=False)
    await held.send_notices()
    assert await _outcomes(held) == ["refused"]


async def test_the_outbox_holds_neither_recipient_nor_text(held: Office) -> None:
    async with held.rooms.database.read() as transaction:
        rows = (await transaction.execute(select(JOBS))).all()
    assert [row.kind for row in rows] == [JOB_KIND]
    shown = json.dumps([[str(value) for value in row] for row in rows], ensure_ascii=False)
    for personal in (PHONE, PHONE[3:], INTRUDER[3:], NAME, NUMBER, "通行", "security_notice"):
        assert personal not in shown


async def test_a_sealed_notice_opens_in_its_own_place_only(held: Office) -> None:
    await _attempt_on_held_identity(held, "+8613900006789")
    async with held.rooms.database.write() as transaction:
        rows = (await transaction.execute(select(JOBS.c.id, JOBS.c.payload))).all()
        payloads: list[Any] = [rows[1].payload, {"sealed": "not hexadecimal"}]
        for row, payload in zip(rows, payloads, strict=True):
            change = update(JOBS).where(JOBS.c.id == row.id).values(payload=payload)
            await transaction.execute(change)
    await held.send_notices()
    assert _notices(held) == []
    assert await _outcomes(held) == ["unreadable", "unreadable"]
