"""Recovery: back into one's own account, and never into another."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select

from idp.accounts.person import AccountStatus
from idp.audit.models import audit_events
from idp.audit.tags import Tag
from idp.authn.methods.password.result import Outcome
from idp.authn.models import failure_counters
from idp.authn.password_policy import PolicyRefusal
from idp.authn.settings import ThrottleSettings
from idp.authn.throttle import Factor, Subject
from idp.enrolment.answers import Begun, CodeAnswer, Wait
from idp.enrolment.errors import FlowExpiredError, StepOrderError
from idp.enrolment.recovery import IdentityAnswer, Recovered
from idp.messaging.message import Purpose
from idp.storage.database import Transaction
from tests.contracts.enrolment.office import Office
from tests.contracts.rooms import NAME, NUMBER, PASSWORD, PHONE

NEW_PASSWORD = "quiet-lantern-forest-27"
STRANGER = "+8613900009999"


async def _phone_proven(office: Office) -> str:
    begun = await office.recovery.begin(PHONE)
    assert isinstance(begun, Begun)
    code = office.post.code_for(PHONE)
    assert await office.recovery.verify_code(begun.flow_id, code) is CodeAnswer.ACCEPTED
    return begun.flow_id


async def _proven(office: Office) -> str:
    recovery_id = await _phone_proven(office)
    answer = await office.recovery.prove(recovery_id, NAME, None, NUMBER)
    assert answer is IdentityAnswer.PROVEN
    return recovery_id


async def test_a_forgotten_password_is_replaced_and_the_owner_told(office: Office) -> None:
    account_id = await office.rooms.add_account()
    recovery_id = await _proven(office)
    ended: list[str] = []

    async def end_sessions(transaction: Transaction, whose: str) -> None:
        assert transaction.writable
        ended.append(whose)

    answer = await office.recovery.set_password(
        recovery_id, NEW_PASSWORD, on_recovered=end_sessions
    )
    assert answer == Recovered(account_id)
    assert ended == [account_id]
    old = await office.rooms.sign_in.sign_in(PHONE, PASSWORD, None)
    new = await office.rooms.sign_in.sign_in(PHONE, NEW_PASSWORD, None)
    assert (old.outcome, new.outcome) == (Outcome.REFUSED, Outcome.ACCEPTED)
    await office.send_notices()
    assert office.post.to(PHONE)[-1].purpose is Purpose.SECURITY_NOTICE
    async with office.rooms.database.read() as transaction:
        tags = list((await transaction.execute(select(audit_events.c.tag))).scalars())
    assert tags.count("account:recovery:completed") == 1


async def test_recovery_lifts_the_lock_and_forgets_known_browsers(office: Office) -> None:
    await office.rooms.add_account()
    known = (await office.rooms.sign_in.sign_in(PHONE, PASSWORD, None)).device_token
    for _ in range(6):
        await office.rooms.sign_in.sign_in(PHONE, "wrong", None)
        await office.rooms.sign_in.sign_in(PHONE, "wrong", known)
    await office.recovery.set_password(await _proven(office), NEW_PASSWORD)
    result = await office.rooms.sign_in.sign_in(PHONE, NEW_PASSWORD, known)
    assert result.outcome is Outcome.ACCEPTED
    assert result.device_token is not None


async def test_every_phone_gets_the_same_answer_and_one_message(office: Office) -> None:
    await office.rooms.add_account()
    known = await office.recovery.begin(PHONE)
    unknown = await office.recovery.begin(STRANGER)
    assert isinstance(known, Begun)
    assert isinstance(unknown, Begun)
    assert known.expires_at == unknown.expires_at
    assert len(office.post.to(PHONE)) == len(office.post.to(STRANGER)) == 1
    assert "尚未注册" in office.post.to(STRANGER)[0].text
    for begun in (known, unknown):
        answers = [await office.recovery.verify_code(begun.flow_id, "abcdef") for _ in range(6)]
        assert answers == [CodeAnswer.WRONG] * 4 + [CodeAnswer.UNUSABLE] * 2
    for phone in (PHONE, STRANGER):
        assert await office.recovery.begin(phone) == Wait(60)


@pytest.mark.parametrize(("name", "number"), [("李娜", NUMBER), (NAME, "100000198512300024")])
async def test_another_name_or_number_is_refused_and_counted(
    office: Office, name: str, number: str
) -> None:
    await office.rooms.add_account()
    recovery_id = await _phone_proven(office)
    for _ in range(5):
        answer = await office.recovery.prove(recovery_id, name, None, number)
        assert answer is IdentityAnswer.REFUSED
    assert await office.recovery.prove(recovery_id, NAME, None, NUMBER) == Wait(60)
    with pytest.raises(StepOrderError):
        await office.recovery.set_password(recovery_id, NEW_PASSWORD)


async def test_parallel_guesses_at_the_identity_never_exceed_the_limit(office: Office) -> None:
    await office.rooms.add_account()
    recovery_id = await _phone_proven(office)
    guesses = (office.recovery.prove(recovery_id, "李娜", None, NUMBER) for _ in range(20))
    answers = await asyncio.gather(*guesses)
    assert answers.count(IdentityAnswer.REFUSED) == 5


@pytest.mark.parametrize("phone", [PHONE, STRANGER])
async def test_after_a_hundred_refusals_only_a_counter_helps_account_or_not(
    office: Office, phone: str
) -> None:
    await office.rooms.add_account()
    begun = await office.recovery.begin(phone)
    assert isinstance(begun, Begun)
    account_id = await _fail_until_the_cap(office, phone, begun.flow_id)
    for _ in range(2):
        answer = await office.recovery.prove(begun.flow_id, NAME, None, NUMBER)
        assert answer is IdentityAnswer.LOCKED
        office.rooms.clock.advance(300)
    async with office.rooms.database.read() as transaction:
        query = select(audit_events.c.account_id).where(
            audit_events.c.tag == Tag.RECOVERY_LOCKED.value
        )
        assert list((await transaction.execute(query)).scalars()) == [account_id] * 2


async def _fail_until_the_cap(office: Office, phone: str, recovery_id: str) -> str | None:
    """Prove the phone and note as many failures as are allowed; returns the account."""
    alias = office.rooms.indexes.phone(phone)
    async with office.rooms.database.write() as transaction:
        owner = await office.rooms.persons.find_by_alias(transaction, alias)
        await office.recoveries.note_phone_proven(transaction, recovery_id)
        account_id = owner.account_id if owner else None
        subject = Subject.account(account_id) if account_id else Subject.nobody(alias)
        await transaction.execute(
            insert(failure_counters).values(
                subject=subject.key,
                factor=Factor.RECOVERY.value,
                failures=ThrottleSettings().hard_cap,
                last_at=office.rooms.clock.now(),
            )
        )
    return account_id


async def test_a_recovery_is_used_once_under_parallel_calls(office: Office) -> None:
    await office.rooms.add_account()
    recovery_id = await _proven(office)
    answers = await asyncio.gather(
        *(office.recovery.set_password(recovery_id, NEW_PASSWORD) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Recovered) for one in answers) == 1
    assert sum(isinstance(one, FlowExpiredError) for one in answers) == 4


async def test_finishing_one_recovery_ends_the_others(office: Office) -> None:
    await office.rooms.add_account()
    first = await _proven(office)
    office.rooms.clock.advance(60)
    second = await _proven(office)
    assert isinstance(await office.recovery.set_password(second, NEW_PASSWORD), Recovered)
    with pytest.raises(FlowExpiredError):
        await office.recovery.set_password(first, "another-lantern-forest-28")


async def test_no_step_can_be_skipped_and_time_is_limited(office: Office) -> None:
    await office.rooms.add_account()
    begun = await office.recovery.begin(PHONE)
    assert isinstance(begun, Begun)
    with pytest.raises(StepOrderError):
        await office.recovery.prove(begun.flow_id, NAME, None, NUMBER)
    with pytest.raises(StepOrderError):
        await office.recovery.set_password(begun.flow_id, NEW_PASSWORD)
    with pytest.raises(FlowExpiredError):
        await office.recovery.verify_code("no such recovery", "123456")
    office.rooms.clock.advance(1800)
    with pytest.raises(FlowExpiredError):
        await office.recovery.verify_code(begun.flow_id, "123456")


async def test_a_frozen_account_is_not_recovered(office: Office) -> None:
    account_id = await office.rooms.add_account()
    async with office.rooms.database.write() as transaction:
        await office.rooms.persons.set_status(
            transaction, account_id, AccountStatus.FROZEN, "death"
        )
    recovery_id = await _phone_proven(office)
    answer = await office.recovery.prove(recovery_id, NAME, None, NUMBER)
    assert answer is IdentityAnswer.REFUSED


async def test_a_password_made_of_ones_own_data_is_refused_and_may_be_chosen_again(
    office: Office,
) -> None:
    await office.rooms.add_account()
    recovery_id = await _proven(office)
    refused = await office.recovery.set_password(recovery_id, "zhangxiaoming19900307")
    assert isinstance(refused, PolicyRefusal)
    assert isinstance(await office.recovery.set_password(recovery_id, NEW_PASSWORD), Recovered)


async def test_another_code_can_be_asked_for(office: Office) -> None:
    await office.rooms.add_account()
    begun = await office.recovery.begin(PHONE)
    assert isinstance(begun, Begun)
    first = office.post.code_for(PHONE)
    assert await office.recovery.resend_code(begun.flow_id) == Wait(60)
    office.rooms.clock.advance(60)
    assert await office.recovery.resend_code(begun.flow_id) is None
    second = office.post.code_for(PHONE)
    if first != second:
        answer = await office.recovery.verify_code(begun.flow_id, first)
        assert answer is CodeAnswer.WRONG
    assert await office.recovery.verify_code(begun.flow_id, second) is CodeAnswer.ACCEPTED
