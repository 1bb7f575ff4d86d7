"""The steps shared by every 18-character personal number of GB 11643 layout."""

from __future__ import annotations

import re
from datetime import date

from idp.accounts.identifiers.birthdates import parse_birthdate
from idp.accounts.identifiers.check_digits import mod_11_2
from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.kinds import Sex

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


def check_shape(number: str) -> None:
    """Raise `LENGTH` or `CHARACTERS` unless `number` is 17 digits and a digit or X."""
    if len(number) != 18:
        raise IdentifierError(Reason.LENGTH)
    if not _SHAPE.fullmatch(number):
        raise IdentifierError(Reason.CHARACTERS)


def read_birthdate(number: str, today: date) -> date:
    """Return the birth date in characters 7 to 14."""
    return parse_birthdate(number[6:14], today)


def check_last_digit(number: str) -> None:
    """Raise `CHECK_DIGIT` unless the last character fits the 17 before it."""
    if number[17] != mod_11_2(number[:17]):
        raise IdentifierError(Reason.CHECK_DIGIT)


def read_sex(number: str) -> Sex:
    """Return the sex that the parity of the sequence number encodes."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
