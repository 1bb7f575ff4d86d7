"""Notice and consent: versions, history, no second question, no nagging."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from idp.audit.service import AuditLog
from idp.client_registry.client import Client
from idp.client_registry.client_metadata import ClientMetadata
from idp.clock import ManualClock
from idp.consents.models import consents as table
from idp.consents.service import Consents, ConsentState
from idp.consents.settings import ConsentSettings
from idp.storage.database import Database
from tests.contracts.rooms import ROOT, START

PERSON = "a" * 32
STATUTORY = {
    "name": "name",
    "purpose": "核对身份",
    "legal_basis": "statutory",
    "basis_text": "税收征收管理法",
}
PHONE = {"name": "phone_number", "purpose": "办理进度通知"}
ASKED = ("name", "phone_number")


def client(*claims: dict[str, Any]) -> Client:
    metadata = ClientMetadata.model_validate(
        {
            "client_id": "tax",
            "client_name": "税务",
            "redirect_uris": ["https://tax.example/cb"],
            "scope": "openid profile phone",
            "claims": list(claims),
        }
    )
    return Client(metadata, 1, None)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def consents(clock: ManualClock) -> Consents:
    settings = ConsentSettings(refusal_cooldown_days=180)
    return Consents(AuditLog(ROOT, clock, lambda: None), clock, settings)


async def state(database: Database, consents: Consents, of: Client) -> ConsentState:
    async with database.read() as transaction:
        return await consents.state(transaction, PERSON, of, ASKED)


async def decide(database: Database, consents: Consents, of: Client, *chosen: str) -> None:
    async with database.write() as transaction:
        found = await consents.state(transaction, PERSON, of, ASKED)
        await consents.allow(transaction, PERSON, of, found, frozenset(chosen), "openid")


async def test_statutory_claims_are_told_and_stop_nobody(
    database: Database, consents: Consents
) -> None:
    found = await state(database, consents, client(STATUTORY))
    assert found.needs_record
    assert not found.needs_page


async def test_a_decision_is_asked_for_once(database: Database, consents: Consents) -> None:
    tax = client(STATUTORY, PHONE)
    assert (await state(database, consents, tax)).needs_page
    await decide(database, consents, tax, "phone_number")
    found = await state(database, consents, tax)
    assert not found.questions
    assert found.granted == {"name", "phone_number"}


async def test_a_refused_claim_is_not_asked_for_again_before_the_cooldown(
    database: Database, consents: Consents, clock: ManualClock
) -> None:
    tax = client(STATUTORY, PHONE)
    await decide(database, consents, tax)
    found = await state(database, consents, tax)
    assert found.granted == {"name"}
    assert not found.needs_page
    clock.advance(timedelta(days=180).total_seconds())
    assert not (await state(database, consents, tax)).needs_page
    clock.advance(1)
    assert (await state(database, consents, tax)).needs_page


async def test_a_changed_purpose_is_asked_about_again(
    database: Database, consents: Consents
) -> None:
    await decide(database, consents, client(STATUTORY, PHONE), "phone_number")
    changed = client(STATUTORY, {**PHONE, "purpose": "推送广告"})
    found = await state(database, consents, changed)
    assert [policy.name for policy in found.questions] == ["phone_number"]


async def test_an_unticked_essential_claim_is_missing_and_never_granted_silently(
    database: Database, consents: Consents
) -> None:
    tax = client({**PHONE, "essential": True})
    found = await state(database, consents, tax)
    assert found.missing_essential(frozenset()) == ["phone_number"]
    assert found.missing_essential(frozenset({"phone_number"})) == []


async def test_a_claim_without_a_registered_purpose_is_neither_asked_for_nor_granted(
    database: Database, consents: Consents
) -> None:
    tax = client(STATUTORY)
    await decide(database, consents, tax, "phone_number")
    assert (await state(database, consents, tax)).granted == {"name"}


async def test_withdrawal_takes_everything_back_and_keeps_the_history(
    database: Database, consents: Consents
) -> None:
    tax = client(STATUTORY, PHONE)
    await decide(database, consents, tax, "phone_number")
    async with database.write() as transaction:
        assert await consents.withdraw(transaction, PERSON, "tax")
        assert not await consents.withdraw(transaction, PERSON, "tax")
    found = await state(database, consents, tax)
    assert found.granted == frozenset()
    assert found.needs_page
    await decide(database, consents, tax)
    async with database.read() as transaction:
        count = await transaction.execute(select(func.count()).select_from(table))
        assert count.scalar_one() == 3
