"""外国人永久居留身份证: the 2023 edition and the two editions before it."""

from __future__ import annotations

import re
from datetime import date

from idp.accounts.identifiers.birthdates import parse_short_birthdate
from idp.accounts.identifiers.check_digits import icao_9303
from idp.accounts.identifiers.countries import alpha3_of_numeric, is_known_country
from idp.accounts.identifiers.eighteen_digits import (
    check_last_digit,
    check_shape,
    read_birthdate,
    read_sex,
)
from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning

_OLD_SHAPE = re.compile(r"[A-Z]{3}[0-9]{12}")


def parse_permanent_residence(number: str, today: date) -> Identifier:
    """Return the number of the 2023 edition.

    Layout: `9`, province of application, numeric nationality (ISO 3166-1), birth date, sequence,
    MOD 11-2 check.
    """
    check_shape(number)
    birthdate = read_birthdate(number, today)
    if number[0] != "9":
        raise IdentifierError(Reason.CLASS)
    check_last_digit(number)
    country = alpha3_of_numeric(number[3:6])
    return Identifier(
        kind=IdentifierKind.PERMANENT_RESIDENCE,
        canonical=number,
        birthdate=birthdate,
        sex=read_sex(number),
        country=country,
        warnings=() if country else (IdentifierWarning.UNKNOWN_COUNTRY,),
    )


def parse_permanent_residence_2017(number: str, today: date) -> Identifier:
    """Return the number of the 2004 or 2017 edition, valid until the card expires.

    Layout: alphabetic nationality, area, `YYMMDD`, serial, check. The check rule is not published,
    so it only warns.
    """
    if len(number) != 15:
        raise IdentifierError(Reason.LENGTH)
    if not _OLD_SHAPE.fullmatch(number):
        raise IdentifierError(Reason.CHARACTERS)
    country = number[:3]
    warnings = [IdentifierWarning.OLD_FORM, IdentifierWarning.CENTURY_ASSUMED]
    if not is_known_country(country):
        warnings.append(IdentifierWarning.UNKNOWN_COUNTRY)
    if number[14] != icao_9303(number[:14]):
        warnings.append(IdentifierWarning.CHECK_DIGIT_ADVISORY)
    return Identifier(
        kind=IdentifierKind.PERMANENT_RESIDENCE_2017,
        canonical=number,
        birthdate=parse_short_birthdate(number[7:13], today),
        country=country,
        warnings=tuple(warnings),
    )
