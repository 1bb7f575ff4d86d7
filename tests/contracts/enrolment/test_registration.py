"""Registration: who gets an account, who does not, and what each of them is told."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from idp.accounts.identifiers.errors import IdentifierError, PhoneError
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.models import identity_keys, login_aliases, natural_persons
from idp.audit.models import audit_events
from idp.audit.tags import Tag
from idp.authn.methods.password.result import Outcome
from idp.authn.password_policy import PolicyRefusal, Weakness
from idp.enrolment.account_opening import Opened
from idp.enrolment.answers import Begun, CodeAnswer, Wait
from idp.enrolment.errors import FlowExpiredError, StepOrderError
from idp.enrolment.identity_check import DocumentState, DocumentUnusable, RegisterSilent
from idp.enrolment.registration_answers import (
    GuardianNeeded,
    NotVerified,
    PhoneTaken,
    ProveAnswer,
)
from idp.messaging.message import Purpose
from idp.proofing.connectors.population_register.connector import RegisterResult
from idp.proofing.models import identity_evidence
from idp.storage.database import Transaction
from tests.contracts.enrolment.office import Office
from tests.contracts.rooms import NAME, NUMBER, PASSWORD, PHONE

X_NUMBER, X_NAME = "10000019880808069X", "娜仁"
ALIMU, ALIMU_NUMBER = "阿里木·买买提", "100000201106150037"


async def test_a_person_gets_an_account_at_level_two_with_evidence(office: Office) -> None:
    opened = await office.register_person()
    assert isinstance(opened, Opened)
    assert opened.identity_level == 2
    async with office.rooms.database.read() as transaction:
        person = await office.rooms.persons.read(transaction, opened.account_id)
        evidence = (await transaction.execute(select(identity_evidence))).one()
        tags = set((await transaction.execute(select(audit_events.c.tag))).scalars())
    assert person.attributes.name == NAME
    assert person.attributes.phone == PHONE
    assert person.level.expires_at == evidence.expires_at
    assert (evidence.source, evidence.method, evidence.level) == ("人口库", "register_match", 2)
    assert evidence.reference == "log-1"
    assert tags >= {
        "account:natural_person:created",
        "account:identity:verified",
        "account:password:set",
        "account:one_time_code:accepted",
    }
    for username in (PHONE, NUMBER):
        result = await office.rooms.sign_in.sign_in(username, PASSWORD, None)
        assert result.outcome is Outcome.ACCEPTED


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (
            [ALIMU.replace("·", dot) for dot in ("·", "•", "・", "‧", "･", " · ")],
            [ALIMU_NUMBER, f" {ALIMU_NUMBER[:6]} {ALIMU_NUMBER[6:]} ", _full_width(ALIMU_NUMBER)],
        ),
        (
            [X_NAME, "\u200b娜仁 ", "娜 仁"],
            [X_NUMBER, X_NUMBER.lower(), _full_width(X_NUMBER), _full_width(X_NUMBER.lower())],
        ),
    ],
    ids=["middle dots", "check letter"],
)
async def test_fifty_registrations_of_one_person_make_one_account(
    office: Office, names: list[str], numbers: list[str]
) -> None:
    drafts = [await office.ready_draft(f"+861390000{n:04d}") for n in range(50)]
    office.attempts._limit = 100  # five is the limit for one number; here fifty have to race

    async def prove(n: int) -> ProveAnswer:
        return await office.registration.prove(
            drafts[n], names[n % len(names)], None, numbers[n % len(numbers)]
        )

    answers = await asyncio.gather(*map(prove, range(50)))
    await office.send_notices()
    assert sum(isinstance(one, Opened) for one in answers) == 1
    assert sum(isinstance(one, NotVerified) for one in answers) == 49
    assert await _count(office, natural_persons.c.id) == 1
    owner = f"+861390000{next(n for n, one in enumerate(answers) if isinstance(one, Opened)):04d}"
    notices = [one for one in office.post.messages if one.purpose is Purpose.SECURITY_NOTICE]
    assert len(notices) == 49
    assert {one.to for one in notices} == {owner}
    assert "找回" in notices[0].text


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("张小明", NUMBER),
        (NAME, "100000198512300024"),
        ("王故", "10000019900101002X"),
        ("阿里木买买提", ALIMU_NUMBER),
        ("没有这人", "100000199003070018"),
    ],
    ids=["other name", "number of another", "deceased", "name variant", "unknown"],
)
async def test_what_does_not_fit_gets_the_one_neutral_answer(
    office: Office, name: str, number: str
) -> None:
    assert await office.register_person(name, number) == NotVerified()
    assert await _count(office, natural_persons.c.id) == 0


async def test_an_identity_that_has_an_account_looks_like_any_other_mismatch(
    office: Office,
) -> None:
    await office.register_person()
    draft_id = await office.ready_draft("+8613900005678")
    held = await office.registration.prove(draft_id, NAME, None, NUMBER)
    wrong = await office.registration.prove(draft_id, "张小明", None, NUMBER)
    assert held == wrong == NotVerified()
    await office.send_notices()
    assert [one.purpose for one in office.post.to(PHONE)][-1] is Purpose.SECURITY_NOTICE


async def test_an_outage_names_the_source_and_uses_up_no_attempt(office: Office) -> None:
    draft_id = await office.ready_draft()
    for outage in (RegisterResult.TIMEOUT, RegisterResult.UNAVAILABLE) * 4:
        office.register.outage = outage
        answer = await office.registration.prove(draft_id, NAME, None, NUMBER)
        assert answer == RegisterSilent("人口库")
    office.register.outage = None
    assert isinstance(await office.registration.prove(draft_id, NAME, None, NUMBER), Opened)


async def test_a_kind_the_register_does_not_hold_is_said_so(office: Office) -> None:
    draft_id = await office.ready_draft()
    answer = await office.registration.prove(
        draft_id, "Anna Utopia", IdentifierKind.PASSPORT, "P/UTO/AB1234567"
    )
    assert answer == RegisterSilent("人口库", serves_kind=False)


async def test_proofing_stops_after_five_attempts_in_six_hours(office: Office) -> None:
    draft_id = await office.ready_draft()
    for _ in range(5):
        assert await office.registration.prove(draft_id, "张三", None, NUMBER) == NotVerified()
    asked = office.register.questions
    waiting = await office.registration.prove(draft_id, NAME, None, NUMBER)
    assert waiting == Wait(6 * 3600)
    other = await office.ready_draft("+8613900005678")
    assert isinstance(await office.registration.prove(other, NAME, None, NUMBER), Wait)
    assert office.register.questions == asked
    async with office.rooms.database.read() as transaction:
        query = select(audit_events.c.detail).where(audit_events.c.tag == Tag.IDENTITY_LOCKED.value)
        details = list((await transaction.execute(query)).scalars())
    assert details == [{"counter": "document"}] * 2, "what was counted, never whose"
    office.rooms.clock.advance(6 * 3600)
    assert isinstance(await office.register_person(), Opened)


async def test_parallel_attempts_never_exceed_the_limit(office: Office) -> None:
    draft_id = await office.ready_draft()
    proofs = (office.registration.prove(draft_id, "张三", None, NUMBER) for _ in range(20))
    answers = await asyncio.gather(*proofs)
    assert answers.count(NotVerified()) == 5
    assert office.register.questions == 5


@pytest.mark.parametrize(
    ("name", "number", "state"),
    [
        ("过期", "100000200002290081", DocumentState.EXPIRED),
        ("遗失", "100000194910010016", DocumentState.LOST),
    ],
)
async def test_an_unusable_document_is_told_when_everything_else_fits(
    office: Office, name: str, number: str, state: DocumentState
) -> None:
    assert await office.register_person(name, number) == DocumentUnusable(state)
    assert await office.register_person("张三", number, "+8613900005678") == NotVerified()


async def test_a_child_under_fourteen_needs_a_guardian_and_nobody_is_asked(
    office: Office,
) -> None:
    answer = await office.register_person("小朋友", "100000201806010043")
    assert answer == GuardianNeeded()
    assert office.register.questions == 0


async def test_values_the_register_corrects_are_taken_and_old_numbers_stay_one_person(
    office: Office,
) -> None:
    opened = await office.register_person("Jack Smith", "USA990079111101")
    assert isinstance(opened, Opened)
    async with office.rooms.database.read() as transaction:
        person = await office.rooms.persons.read(transaction, opened.account_id)
    assert person.attributes.name == "John Smith"
    assert person.attributes.document_number == "999840197911110010"
    assert await _count(office, identity_keys.c.account_id) == 2
    again = await office.register_person("John Smith", "999840197911110010", "+8613900005678")
    assert again == NotVerified()


async def test_a_taken_phone_is_told_only_after_the_code(office: Office) -> None:
    await office.register_person()
    office.rooms.clock.advance(60)
    begun = await office.registration.begin(PHONE)
    fresh = await office.registration.begin("+8613900005678")
    assert isinstance(begun, Begun)
    assert isinstance(fresh, Begun)
    code = office.post.code_for(PHONE)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert await office.registration.verify_code(begun.flow_id, wrong) is CodeAnswer.WRONG
    assert await office.registration.verify_code(begun.flow_id, code) is CodeAnswer.PHONE_TAKEN
    with pytest.raises(FlowExpiredError):
        await office.registration.set_password(begun.flow_id, PASSWORD)


async def test_pressing_the_last_button_twice_leads_to_sign_in(office: Office) -> None:
    draft_id = await office.ready_draft()
    proofs = (office.registration.prove(draft_id, NAME, None, NUMBER) for _ in range(2))
    answers = await asyncio.gather(*proofs)
    assert sum(isinstance(one, Opened) for one in answers) == 1
    assert PhoneTaken() in answers
    await office.send_notices()
    assert len(office.post.to(PHONE)) == 1


async def test_no_step_can_be_skipped(office: Office) -> None:
    begun = await office.registration.begin(PHONE)
    assert isinstance(begun, Begun)
    with pytest.raises(StepOrderError):
        await office.registration.set_password(begun.flow_id, PASSWORD)
    with pytest.raises(StepOrderError):
        await office.registration.prove(begun.flow_id, NAME, None, NUMBER)
    draft_id = await office.verified_draft("+8613900005678")
    with pytest.raises(StepOrderError):
        await office.registration.prove(draft_id, NAME, None, NUMBER)
    with pytest.raises(FlowExpiredError):
        await office.registration.set_password("no such draft", PASSWORD)


async def test_a_draft_ends_after_half_an_hour(office: Office) -> None:
    draft_id = await office.verified_draft()
    office.rooms.clock.advance(1800)
    with pytest.raises(FlowExpiredError):
        await office.registration.set_password(draft_id, PASSWORD)


async def test_malformed_input_uses_up_no_attempt(office: Office) -> None:
    with pytest.raises(PhoneError):
        await office.registration.begin("110")
    draft_id = await office.ready_draft()
    for _ in range(6):
        with pytest.raises(IdentifierError):
            await office.registration.prove(draft_id, NAME, None, "100000199003077710")
    assert isinstance(await office.registration.prove(draft_id, NAME, None, NUMBER), Opened)


async def test_a_password_made_of_the_declared_identity_is_refused(office: Office) -> None:
    draft_id = await office.verified_draft()
    assert await office.registration.declare_identity(draft_id, NAME, None, NUMBER) is None
    refusal = await office.registration.set_password(draft_id, "zhangxiaoming19900307")
    assert isinstance(refusal, PolicyRefusal)
    assert refusal.weakness is Weakness.PERSONAL
    claim = await office.registration.declared_claim(draft_id)
    assert claim is not None
    assert (claim.name, claim.identifier.canonical) == (NAME, NUMBER)


async def test_the_store_sees_neither_draft_id_nor_contents(office: Office) -> None:
    draft_id = await office.ready_draft()
    redis = office.space._store._redis
    keys = [key async for key in redis.scan_iter()]
    values = [await redis.get(key) for key in keys]
    content = repr([keys, values]).encode()
    assert values
    for secret in (draft_id, PHONE, PHONE[3:], "argon2"):
        assert secret.encode() not in content


async def test_what_runs_on_success_shares_the_transaction(office: Office) -> None:
    draft_id = await office.ready_draft()

    async def fail(transaction: Transaction, account_id: str) -> None:
        raise RuntimeError(account_id)

    with pytest.raises(RuntimeError):
        await office.registration.prove(draft_id, NAME, None, NUMBER, on_opened=fail)
    assert await _count(office, natural_persons.c.id) == 0
    assert await _count(office, login_aliases.c.account_id) == 0


async def _count(office: Office, column: object) -> int:
    async with office.rooms.database.read() as transaction:
        result = await transaction.execute(select(func.count(column)))  # type: ignore[arg-type]  # any column
        return int(result.scalar_one())
