"""The one contract of every population register."""

from __future__ import annotations

from datetime import date

import pytest

from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.parsing import parse_identifier
from idp.proofing.connectors.population_register.connector import (
    LONG_TERM,
    Cause,
    PersonClaim,
    PopulationRegister,
    RectifiedValues,
    RegisterResult,
)
from idp.registers.generated_persons import GeneratedPersons
from tests.contracts.proofing.claims import NOW, ZHANG_WEI, claim

R = RegisterResult


@pytest.mark.parametrize(
    ("number", "name", "result"),
    [
        ("100000199003077711", "李伟", R.MISMATCH),
        ("100000200505050215", "黄子轩", R.MISMATCH),
        ("100000199506180040", "吴大晨", R.MISMATCH),
        ("100000194910010016", "周建国", R.MISMATCH),
        ("10000019520420001X", "张伟", R.MISMATCH),
        ("100000199404120143", "张伟", R.MISMATCH),
        ("100000200001010017", "张伟", R.NOT_FOUND),
        ("100000197001010178", "李静", R.AMBIGUOUS),
        ("10000019520420001X", "周建国", R.DECEASED),
        ("100000199404120143", "何淼", R.DOCUMENT_LOST),
        ("100000198112120163", "罗敏", R.DOCUMENT_EXPIRED),
        ("100000198808080024", "林哲", R.NAME_VARIANT),
        ("10000019980321012X", "阿依努尔买买提", R.NAME_VARIANT),
        ("810000199001010019", "陈大文", R.NAME_VARIANT),
        ("999840197911110010", "Miller John", R.NAME_VARIANT),
        ("100000199003077711", "张伟", R.MATCH),
        ("100000198512300024", "王芳", R.MATCH),
        ("10000019900101002x", "李娜", R.MATCH),
        ("100000200002290081", "刘洋", R.MATCH),
        ("100000198709150031", "杨磊", R.MATCH),
        ("100000199311080066", "陈静", R.MATCH),
        ("100000194910010016", "孙国庆", R.MATCH),
        ("100000201806010043", "张小禾", R.MATCH),
        ("100000201106150037", "陈思远", R.MATCH),
        ("10000020120229003X", "赵闰生", R.MATCH),
        ("100000199506180040", "吴晓晨", R.MATCH),
        ("100000198203200054", "郑浩", R.MATCH),
        ("100000200505050215", "黄子涵", R.MATCH),
        ("100000200505050231", "黄子轩", R.MATCH),
        ("100000199102140077", "张𬱖", R.MATCH),
        ("100000197909170083", "李㙍", R.MATCH),
        ("10000019980321012X", "阿依努尔•买买提", R.MATCH),
        (
            "100000198601010133",
            "古丽米热・阿卜杜热依木・买买提托合提・艾尼瓦尔江・吐尔逊阿依・阿卜杜克热木",
            R.MATCH,
        ),
        ("100000198407300153", "高峰", R.MATCH),
        ("999840197911110010", "MILLER, JOHN", R.MATCH),
        ("999392199206150023", "SATO YUKI", R.MATCH),
        ("810000199001010019", "陳大文", R.MATCH),
        ("H99990019", "陳大文", R.MATCH),
        ("820000198808080023", "梁穎", R.MATCH),
        ("M9999002301", "梁穎", R.MATCH),
        ("830000197510150030", "林志明", R.MATCH),
        ("99990030", "林志明", R.MATCH),
    ],
)
async def test_each_persona_gets_the_answer_of_its_story(
    register: PopulationRegister, number: str, name: str, result: RegisterResult
) -> None:
    answer = await register.verify(claim(number, name))
    assert answer.result is result
    assert answer.cause is None
    assert not answer.is_outage
    assert answer.source == "人口库"
    assert answer.reference
    assert answer.answered_at == NOW
    assert answer.rectified is None


@pytest.mark.parametrize(
    ("number", "name", "values"),
    [
        ("100000199506180040", "吴小晨", RectifiedValues(name="吴晓晨")),
        (
            "100000198203020053",
            "郑浩",
            RectifiedValues(kind=IdentifierKind.RESIDENT_ID, number="100000198203200054"),
        ),
        (
            "USA990079111102",
            "MILLER, JOHN",
            RectifiedValues(kind=IdentifierKind.PERMANENT_RESIDENCE, number="999840197911110010"),
        ),
    ],
    ids=["renamed", "renumbered", "old permanent-residence card"],
)
async def test_what_was_true_once_is_answered_with_what_changed_and_no_more(
    register: PopulationRegister, number: str, name: str, values: RectifiedValues
) -> None:
    answer = await register.verify(claim(number, name))
    assert answer.result is RegisterResult.MATCH_RECTIFIED
    assert answer.rectified == values


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "result"),
    [
        (date(2016, 5, 1), date(2036, 5, 2), R.MISMATCH),
        (date(2016, 5, 2), None, R.MISMATCH),
        (None, LONG_TERM, R.MISMATCH),
        (date(2016, 5, 1), date(2036, 5, 1), R.MATCH),
        (None, date(2036, 5, 1), R.MATCH),
    ],
)
async def test_claimed_validity_dates_have_to_agree(
    register: PopulationRegister,
    valid_from: date | None,
    valid_until: date | None,
    result: RegisterResult,
) -> None:
    answer = await register.verify(claim(*ZHANG_WEI, valid_from, valid_until))
    assert answer.result is result


async def test_a_card_that_never_expires_is_claimed_as_long_term(
    register: PopulationRegister,
) -> None:
    answer = await register.verify(claim("100000194910010016", "孙国庆", valid_until=LONG_TERM))
    assert answer.result is RegisterResult.MATCH


async def test_the_dates_tell_a_lost_card_from_its_replacement(
    register: PopulationRegister,
) -> None:
    person = ("100000198407300153", "高峰")
    lost = await register.verify(claim(*person, date(2010, 7, 30), date(2030, 7, 30)))
    present = await register.verify(claim(*person, date(2025, 2, 10), date(2045, 2, 10)))
    assert lost.result is RegisterResult.DOCUMENT_LOST
    assert present.result is RegisterResult.MATCH


async def test_generated_people_are_found_by_their_own_name_only(
    register: PopulationRegister,
) -> None:
    generated = GeneratedPersons("tongxing-1", 50)
    outcomes = set()
    for index in range(0, 50, 7):
        person = generated.by_index(index)
        number = person.documents[0].number
        outcomes.add((await register.verify(claim(number, person.name))).result)
        stranger = await register.verify(claim(number, "查无此人"))
        assert stranger.result is RegisterResult.MISMATCH
    assert RegisterResult.MATCH in outcomes
    assert outcomes <= {R.MATCH, R.DECEASED, R.DOCUMENT_EXPIRED, R.DOCUMENT_LOST}


async def test_an_organisation_is_not_asked_about(register: PopulationRegister) -> None:
    uscc = parse_identifier("91990000MA0TE5T163", sandbox=True, today=NOW.date())
    answer = await register.verify(PersonClaim(uscc, "同行示例科技有限公司"))
    assert (answer.result, answer.cause) == (RegisterResult.BAD_REQUEST, Cause.NOT_SERVED)


async def test_claims_and_answers_do_not_show_whom_they_are_about(
    register: PopulationRegister,
) -> None:
    asked = claim("100000199506180040", "吴小晨", date(2023, 5, 5))
    answer = await register.verify(asked)
    for shown in (repr(asked), repr(answer)):
        assert "1995" not in shown
        assert "晨" not in shown
        assert "2023" not in shown
