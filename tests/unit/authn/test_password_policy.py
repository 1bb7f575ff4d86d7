"""Which passwords may be chosen."""

from __future__ import annotations

from datetime import date

import pytest

from idp.authn.password_policy import PasswordPolicy, Weakness, blocklist, judge_strength
from idp.authn.personal_guesses import PersonalFacts, personal_guesses
from idp.authn.settings import PasswordPolicySettings

FACTS = PersonalFacts(
    name="张晓明",
    phone="+8613912345678",
    email="xiaoming.z@example.cn",
    birthdate=date(1990, 3, 7),
    document_number="100000199003077711",
)
NOBODY = PersonalFacts()


@pytest.fixture
def policy() -> PasswordPolicy:
    return PasswordPolicy(PasswordPolicySettings())


@pytest.mark.parametrize(
    "password",
    [
        "purple-kettle-river-91",
        "tGv9#pLq2xRz!7mW",
        "夜里的湖水比想象中冷一些呢朋友",
        "mountain teapot bicycle rain",
        "tGv9#pLq2xRz!7mW" * 64,
    ],
)
async def test_long_unlikely_passwords_are_taken(policy: PasswordPolicy, password: str) -> None:
    assert await policy.check(password, FACTS) is None


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("", Weakness.TOO_SHORT),
        ("tGv9#pLq2xRz!7", Weakness.TOO_SHORT),
        ("x" * 1025, Weakness.TOO_LONG),
        ("tGv9#pLq2xRz!7mW\x07", Weakness.UNUSABLE_CHARACTER),
        ("woaini1314520woaini1314520", Weakness.COMMON),
        ("Correct Horse Battery Staple", Weakness.COMMON),
        ("ＱＷＥＲＴＹＵＩＯＰasdfghjkl", Weakness.COMMON),
        ("password!password!", Weakness.COMMON),
        ("aaaaaaaaaaaaaaaaaaaa", Weakness.GUESSABLE),
        ("abcdefghijklmnopq", Weakness.GUESSABLE),
        ("20260101202601012026", Weakness.GUESSABLE),
        ("zhangxiaoming19900307", Weakness.PERSONAL),
        ("xiaomingzhang139123", Weakness.PERSONAL),
        ("Xiaoming@03070307", Weakness.PERSONAL),
        ("zxm19900307!!!!!", Weakness.PERSONAL),
        ("1000001990030777", Weakness.PERSONAL),
        ("张晓明zhang19900307", Weakness.PERSONAL),
    ],
)
async def test_short_common_personal_and_simple_ones_are_refused(
    policy: PasswordPolicy, password: str, weakness: Weakness
) -> None:
    refusal = await policy.check(password, FACTS)
    assert refusal is not None
    assert refusal.weakness is weakness
    assert refusal.text % refusal.parameters


@pytest.mark.parametrize(
    "password",
    [
        "诸葛青云1990年3月7日生日快乐",
        "诸葛青云１９９０年０３月０７日生日",
        "诸葛青云 1990 年 3 月 7 日 快乐",
        "祝青云九〇年三月七日生日快乐呀",
        "一九九零年三月七号诸葛青云生日",
    ],
)
async def test_name_and_birthday_in_chinese_are_refused_to_that_person_only(
    policy: PasswordPolicy, password: str
) -> None:
    person = PersonalFacts(name="诸葛青云", birthdate=date(1990, 3, 7))
    refusal = await policy.check(password, person)
    assert refusal is not None
    assert refusal.weakness is Weakness.PERSONAL
    assert await policy.check(password, NOBODY) is None


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2000, 12, 10), "二〇〇〇年十二月十日"),
        (date(1985, 11, 21), "八五年十一月二十一日"),
        (date(1999, 10, 30), "一九九九年十月三十号"),
        (date(2008, 1, 2), "08年01月02日"),
    ],
)
def test_dates_are_guessed_as_they_are_written_in_chinese(day: date, written: str) -> None:
    assert written in personal_guesses(PersonalFacts(birthdate=day))


async def test_a_second_factor_allows_a_shorter_password(policy: PasswordPolicy) -> None:
    password = "tGv9#pLq2"
    assert await policy.check(password, NOBODY, has_second_factor=True) is None
    refusal = await policy.check(password, NOBODY)
    assert refusal is not None
    assert (refusal.weakness, refusal.minimum) == (Weakness.TOO_SHORT, 15)
    assert "15" in refusal.text % refusal.parameters


def test_one_persons_data_does_not_judge_the_next() -> None:
    password = "ouyangnaren-kettle"
    mine = personal_guesses(PersonalFacts(name="欧阳娜仁", phone="+8613900005678"))
    assert judge_strength("ouyangnaren13900005678", mine, 3) is Weakness.PERSONAL
    assert judge_strength(password, [], 3) is None
    assert judge_strength("ouyangnaren-13900005678", [], 3) is None


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("单晓明", "shanxiaoming"),
        ("曾国", "zengguo"),
        ("欧阳娜娜", "ouyangnana"),
        ("阿里木·买买提", "alimumaimaiti"),
        ("Anna Smith", "smith"),
        ("㐱㐱", "㐱㐱"),
    ],
)
def test_names_are_guessed_in_every_likely_reading(name: str, guess: str) -> None:
    assert guess in personal_guesses(PersonalFacts(name=name))


def test_guesses_of_a_name_with_many_readings_stay_few() -> None:
    guesses = personal_guesses(PersonalFacts(name="行" * 50))
    assert len(guesses) < 200


def test_the_blocklist_is_in_the_form_it_is_compared_in() -> None:
    words = blocklist()
    assert len(words) > 300
    assert all(word == word.casefold().strip() for word in words)


def test_facts_hide_themselves() -> None:
    assert repr(FACTS) == "PersonalFacts()"
