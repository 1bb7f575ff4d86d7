"""居民身份证 and the residence permits of Hong Kong, Macao and Taiwan residents (GB 11643-1999)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from idp.accounts.identifiers.birthdates import parse_birthdate
from idp.accounts.identifiers.check_digits import mod_11_2
from idp.accounts.identifiers.eighteen_digits import (
    check_last_digit,
    check_shape,
    read_birthdate,
    read_sex,
)
from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning
from idp.accounts.identifiers.spelling import normalise_spelling

_PERMIT_REGIONS: Final = {
    "810000": (IdentifierKind.HK_MACAO_RESIDENCE_PERMIT, "HKG"),
    "820000": (IdentifierKind.HK_MACAO_RESIDENCE_PERMIT, "MAC"),
    "830000": (IdentifierKind.TW_RESIDENCE_PERMIT, "TWN"),
}
_GB_T_2260_PROVINCES: Final = """
    11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71
"""
_PROVINCES: Final = frozenset(_GB_T_2260_PROVINCES.split())
_FIFTEEN_DIGITS = re.compile(r"[0-9]{15}")


def parse_resident_id(number: str, today: date) -> Identifier:
    """Return the resident identity number; the first digit of a citizen is 1 to 8."""
    check_shape(number)
    birthdate = read_birthdate(number, today)
    if number[0] in "09" or number[:2] in {"81", "82", "83"}:
        raise IdentifierError(Reason.CLASS)
    check_last_digit(number)
    known = number[:2] in _PROVINCES
    return Identifier(
        kind=IdentifierKind.RESIDENT_ID,
        canonical=number,
        birthdate=birthdate,
        sex=read_sex(number),
        country="CHN",
        warnings=() if known else (IdentifierWarning.UNKNOWN_REGION,),
    )


def parse_hk_macao_residence_permit(number: str, today: date) -> Identifier:
    """Return the number of a 港澳居民居住证."""
    return _parse_permit(number, today, IdentifierKind.HK_MACAO_RESIDENCE_PERMIT)


def parse_tw_residence_permit(number: str, today: date) -> Identifier:
    """Return the number of a 台湾居民居住证."""
    return _parse_permit(number, today, IdentifierKind.TW_RESIDENCE_PERMIT)


def _parse_permit(number: str, today: date, expected: IdentifierKind) -> Identifier:
    check_shape(number)
    birthdate = read_birthdate(number, today)
    kind, area = _PERMIT_REGIONS.get(number[:6], (None, None))
    if kind is not expected:
        raise IdentifierError(Reason.CLASS)
    check_last_digit(number)
    return Identifier(kind, number, birthdate, read_sex(number), area)


def upgrade_fifteen_digits(text: str, *, today: date) -> str:
    """Return the 18-character number of a 15-digit one, for matching history and nothing else.

    Inserts `19` before the two-digit year and appends the check character (GB 11643-1999,
    appendix A). Centenarians' special sequence numbers (996 to 999, born 18xx) are not resolved.
    """
    number = normalise_spelling(text)
    if len(number) != 15:
        raise IdentifierError(Reason.LENGTH)
    if not _FIFTEEN_DIGITS.fullmatch(number):
        raise IdentifierError(Reason.CHARACTERS)
    parse_birthdate("19" + number[6:12], today)
    body = f"{number[:6]}19{number[6:]}"
    return body + mod_11_2(body)
