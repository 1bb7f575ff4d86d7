"""Importing test users."""

from __future__ import annotations

from pathlib import Path

import pytest
from passlib.hash import bcrypt
from pydantic import SecretStr, ValidationError

from idp.accounts.settings import AccountsSettings
from idp.authn.methods.password.result import Outcome
from idp.crypto.passwords import UnknownHashError
from idp.enrolment.seeding import NotASandboxError, SeedAccount, read_seed_file
from tests.contracts.enrolment.office import Office
from tests.contracts.rooms import NAME, NUMBER

SEEDS = f"""
- phone: "13800001234"
  password: short-is-fine
  name: {NAME}
  id_number: "{NUMBER}"
  email: zhang@example.cn
  level: 3
  claims: {{nickname: 小明, zoneinfo: Asia/Shanghai, address: {{locality: 北京}}}}
- phone: "13900005678"
  password_hash: "{bcrypt.using(rounds=4).hash("from-elsewhere")}"
  name: 李娜
  id_number: "100000198512300024"
"""


@pytest.fixture
def seeds(tmp_path: Path) -> list[SeedAccount]:
    file = tmp_path / "accounts.yaml"
    file.write_text(SEEDS, encoding="utf-8")
    return read_seed_file(file)


async def test_seeded_accounts_sign_in_and_carry_their_claims(
    office: Office, seeds: list[SeedAccount]
) -> None:
    report = await office.seeding.import_accounts(seeds)
    assert (len(report.created), report.skipped) == (2, 0)
    sign_in = office.rooms.sign_in.sign_in
    first = await sign_in(NUMBER, "short-is-fine", None)
    second = await sign_in("13900005678", "from-elsewhere", None)
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert first.accepted is not None
    assert first.accepted.identity_level == 3
    async with office.rooms.database.read() as transaction:
        person = await office.rooms.persons.read(transaction, report.created[0])
    assert person.attributes.profile["address"] == {"locality": "北京"}
    assert person.attributes.email == "zhang@example.cn"


async def test_seeding_twice_changes_nothing(office: Office, seeds: list[SeedAccount]) -> None:
    await office.seeding.import_accounts(seeds)
    report = await office.seeding.import_accounts(seeds)
    assert (report.created, report.skipped) == ((), 2)


async def test_production_refuses_made_up_accounts(
    office: Office, seeds: list[SeedAccount]
) -> None:
    office.seeding._settings = AccountsSettings(sandbox=False)
    with pytest.raises(NotASandboxError):
        await office.seeding.import_accounts(seeds)


async def test_an_unreadable_hash_is_refused(office: Office, seeds: list[SeedAccount]) -> None:
    broken = seeds[1].model_copy(update={"password_hash": SecretStr("plain")})
    with pytest.raises(UnknownHashError):
        await office.seeding.import_accounts([broken])


def test_errors_do_not_repeat_what_stands_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text(SEEDS.replace("level: 3", "level: 9, secret-canary"), encoding="utf-8")
    with pytest.raises(ValidationError) as refusal:
        read_seed_file(file)
    assert "canary" not in str(refusal.value)
    assert NUMBER not in str(refusal.value)
