"""What somebody who knows a person would try first as that person's password.

Names are tried as characters and as pinyin (whole, initials, given name first); dates, document
and phone numbers whole and in the pieces people use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, product

from idp.authn.pinyin import readings

_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")
_NUMERALS = "一二三四五六七八九"
_MAX_READINGS = 8
_MAX_NAME = 12
_MIN_RUN = 6
_MIN_PIECE = 3


@dataclass(frozen=True, slots=True)
class PersonalFacts:
    """What is known of the person who chooses a password; None where nothing is."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    birthdate: date | None = field(default=None, repr=False)
    document_number: str | None = field(default=None, repr=False)


def personal_guesses(facts: PersonalFacts) -> list[str]:
    """Return lower-case guesses of three characters or more, without repetition."""
    found = dict.fromkeys(
        piece.casefold()
        for guesses in (
            _from_name(facts.name),
            _from_birthdate(facts.birthdate),
            _from_number(facts.document_number),
            _from_phone(facts.phone),
            _from_email(facts.email),
        )
        for piece in guesses
    )
    return [piece for piece in found if len(piece) >= _MIN_PIECE or not piece.isascii()]


def _from_name(name: str | None) -> Iterator[str]:
    if not name:
        return
    yield name
    yield from re.split(r"[\s\u00b7.'-]+", name)
    characters = "".join(_HAN.findall(name))[:_MAX_NAME]
    if not characters:
        return
    # The given name after a surname of one character and of two; the latter by itself.
    yield from (characters[1:], characters[2:], characters[:2])
    for syllables in islice(product(*readings(characters)), _MAX_READINGS):
        yield from _from_syllables(list(syllables))


def _from_syllables(syllables: list[str]) -> Iterator[str]:
    surname, given = syllables[0], "".join(syllables[1:])
    initials = "".join(syllable[:1] for syllable in syllables)
    yield surname + given
    yield given
    yield given + surname
    yield surname
    yield initials
    yield initials[1:] + initials[:1]
    yield surname + initials[1:]
    yield from syllables[1:]


def _from_birthdate(birthdate: date | None) -> Iterator[str]:
    if birthdate is None:
        return
    for form in ("%Y%m%d", "%y%m%d", "%m%d", "%d%m%Y", "%m%d%Y", "%Y%m", "%Y", "%Y-%m-%d"):
        yield birthdate.strftime(form)
    yield f"{birthdate.year}{birthdate.month}{birthdate.day}"
    yield from _in_chinese(birthdate)
    # What people put beside the date.
    yield from ("生日快乐", "生日", "happybirthday", "birthday")


def _in_chinese(birthdate: date) -> Iterator[str]:
    """As one writes it: 1990年3月7日, 90年03月07日, 一九九〇年三月七号, and pieces of it."""
    full, month, day = str(birthdate.year), birthdate.month, birthdate.day
    for year in (full, full[2:]):
        yield from _dated(year, str(month), str(day))
        yield from _dated(year, f"{month:02d}", f"{day:02d}")
    for zero in "〇零":
        year = "".join(f"{zero}{_NUMERALS}"[int(digit)] for digit in full)
        yield from _dated(year, _numeral(month), _numeral(day))
        yield from _dated(year[2:], _numeral(month), _numeral(day))


def _dated(year: str, month: str, day: str) -> Iterator[str]:
    yield f"{year}年"
    yield f"{year}年{month}月"
    for unit in ("日", "号", ""):
        yield f"{year}年{month}月{day}{unit}"
        yield f"{month}月{day}{unit}"


def _numeral(number: int) -> str:
    """Return a number from 1 to 31 as it is written in dates: 七, 十二, 三十一."""
    tens, ones = divmod(number, 10)
    ten = f"{_NUMERALS[tens - 1]}十" if tens > 1 else "十" * tens
    return ten + (_NUMERALS[ones - 1] if ones else "")


def _from_number(number: str | None) -> Iterator[str]:
    if not number:
        return
    text = number.rpartition("/")[2]
    yield text
    yield text[-4:]
    yield from _runs(text)


def _from_phone(phone: str | None) -> Iterator[str]:
    if not phone:
        return
    national = phone.removeprefix("+86").removeprefix("+")
    yield phone.removeprefix("+")
    yield national
    yield national[-4:]
    yield from _runs(national)


def _runs(number: str) -> Iterator[str]:
    """Every piece of six characters or more, longest first."""
    for length in range(len(number) - 1, _MIN_RUN - 1, -1):
        for start in range(len(number) - length + 1):
            yield number[start : start + length]


def _from_email(email: str | None) -> Iterator[str]:
    if not email:
        return
    local, _, domain = email.partition("@")
    yield email
    yield local
    yield domain.partition(".")[0]
