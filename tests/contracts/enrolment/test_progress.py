"""How far a registration or a recovery has come, and what its owner then sees of the document."""

from __future__ import annotations

import pytest

from idp.accounts.documents import HeldDocuments
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.enrolment.account_opening import Opened
from idp.enrolment.answers import Begun, CodeAnswer
from idp.enrolment.errors import FlowExpiredError
from idp.enrolment.progress import EnrolmentProgress, Step
from idp.enrolment.recovery_store import Recoveries
from idp.enrolment.settings import EnrolmentSettings
from tests.contracts.enrolment.office import Office
from tests.contracts.rooms import NAME, NUMBER, PASSWORD, PHONE, ROOT


def progress_of(office: Office) -> EnrolmentProgress:
    clock, seconds = office.rooms.clock, EnrolmentSettings().recovery_seconds
    recoveries = Recoveries(ROOT, clock, seconds)
    return EnrolmentProgress(office.rooms.database, office.drafts, recoveries, clock)


async def test_a_registration_opens_one_step_after_the_other(office: Office) -> None:
    progress = progress_of(office)
    begun = await office.registration.begin(PHONE)
    assert isinstance(begun, Begun)
    at = await progress.registration(begun.flow_id)
    assert at.open == {Step.CODE}
    assert at.next is Step.CODE
    assert at.masked_phone == begun.masked_phone
    assert at.seconds_left == EnrolmentSettings().draft_seconds
    assert PHONE not in repr(at)

    await office.registration.verify_code(begun.flow_id, office.post.code_for(PHONE))
    at = await progress.registration(begun.flow_id)
    assert at.open == {Step.IDENTITY}
    assert at.next is Step.IDENTITY
    assert await office.registration.declare_identity(begun.flow_id, NAME, None, NUMBER) is None
    at = await progress.registration(begun.flow_id)
    assert at.open == {Step.IDENTITY, Step.PASSWORD}
    assert at.next is Step.PASSWORD
    assert not await office.registration.has_password(begun.flow_id)
    await office.registration.set_password(begun.flow_id, PASSWORD)
    at = await progress.registration(begun.flow_id)
    assert at.open == {Step.IDENTITY, Step.PASSWORD}
    assert await office.registration.has_password(begun.flow_id)


async def test_a_recovery_asks_for_the_identity_before_the_password(office: Office) -> None:
    await office.register_person()
    office.rooms.clock.advance(61)
    progress = progress_of(office)
    begun = await office.recovery.begin(PHONE)
    assert isinstance(begun, Begun)
    assert (await progress.recovery(begun.flow_id)).open == {Step.CODE}
    answer = await office.recovery.verify_code(begun.flow_id, office.post.code_for(PHONE))
    assert answer is CodeAnswer.ACCEPTED
    assert (await progress.recovery(begun.flow_id)).open == {Step.IDENTITY}
    await office.recovery.prove(begun.flow_id, NAME, None, NUMBER)
    at = await progress.recovery(begun.flow_id)
    assert at.open == {Step.IDENTITY, Step.PASSWORD}
    assert at.next is Step.PASSWORD


@pytest.mark.parametrize("flow_id", ["unknown", "", "未知"])
async def test_an_unknown_flow_has_come_nowhere(office: Office, flow_id: str) -> None:
    progress = progress_of(office)
    with pytest.raises(FlowExpiredError):
        await progress.registration(flow_id)
    with pytest.raises(FlowExpiredError):
        await progress.recovery(flow_id)


async def test_the_documents_of_an_account_are_read_with_their_numbers(office: Office) -> None:
    opened = await office.register_person()
    assert isinstance(opened, Opened)
    documents = HeldDocuments(office.rooms.subject_keys)
    async with office.rooms.database.read() as transaction:
        (held,) = await documents.of(transaction, opened.account_id)
        assert await documents.of(transaction, "0" * 32) == []
    assert (held.kind, held.number) == (IdentifierKind.RESIDENT_ID, NUMBER)
    assert held.verified_at == office.rooms.clock.now()
    assert NUMBER not in repr(held)


async def test_a_number_that_was_replaced_is_no_document_of_the_account(office: Office) -> None:
    opened = await office.register_person("John Smith", "USA990079111101")
    assert isinstance(opened, Opened)
    async with office.rooms.database.read() as transaction:
        held = await HeldDocuments(office.rooms.subject_keys).of(transaction, opened.account_id)
    assert [one.number for one in held] == ["999840197911110010"]
