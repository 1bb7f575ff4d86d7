"""What a thief of the database file would read."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from idp.enrolment.account_opening import Opened
from idp.enrolment.answers import Begun
from tests.contracts.enrolment.office import Office
from tests.contracts.rooms import NAME, NUMBER, PASSWORD, PHONE

NEW_PASSWORD = "quiet-lantern-forest-27"
STRANGER = "+8613911112222"


# The files of one database can be read here.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_life_of_an_account_leaves_no_personal_value_in_the_file(
    office: Office, sqlite_file: Path
) -> None:
    rooms = office.rooms
    assert isinstance(await office.register_person(), Opened)
    await office.register_person(phone="+8613900005678")
    await rooms.sign_in.sign_in(NUMBER, PASSWORD, None)
    await rooms.sign_in.sign_in(STRANGER, "a wrong password canary", None)
    await office.recovery.begin(STRANGER)
    rooms.clock.advance(60)
    begun = await office.recovery.begin(PHONE)
    assert isinstance(begun, Begun)
    await office.recovery.verify_code(begun.flow_id, office.post.code_for(PHONE))
    await office.recovery.prove(begun.flow_id, NAME, None, NUMBER)
    await office.recovery.set_password(begun.flow_id, NEW_PASSWORD)
    files = [file for file in sqlite_file.parent.iterdir() if file.is_file()]
    assert {file.name for file in files} >= {"tongxing.db", "tongxing.db-wal"}
    content = b"".join(file.read_bytes() for file in files)
    assert b"$argon2id$" in content, "the file was not read as it is"
    personal = (NAME, NUMBER, NUMBER[6:14], PHONE, PHONE[3:], STRANGER[3:], "13900005678")
    secrets = (PASSWORD, NEW_PASSWORD, "canary", begun.flow_id)
    for value in (*personal, *secrets):
        assert value.encode() not in content


async def test_refusals_of_recovery_cost_the_same_with_and_without_an_account(
    office: Office,
) -> None:
    await office.rooms.add_account()
    seen: list[list[str]] = []

    def note(*arguments: object) -> None:
        seen[-1].append(str(arguments[2])[:30])

    engine = office.rooms.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    for phone in (PHONE, STRANGER):
        seen.append([])
        begun = await office.recovery.begin(phone)
        assert isinstance(begun, Begun)
        await office.recovery.verify_code(begun.flow_id, "wrong!")
    event.remove(engine, "before_cursor_execute", note)
    assert seen[0] == seen[1]
    assert len(seen[0]) > 5
