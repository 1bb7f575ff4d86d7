"""Birth dates inside document numbers."""

from __future__ import annotations

from datetime import date

from idp.accounts.identifiers.errors import IdentifierError, Reason

EARLIEST_YEAR = 1850


def parse_birthdate(digits: str, today: date) -> date:
    """Return the date of `YYYYMMDD`; raises `CALENDAR` or `FUTURE`."""
    try:
        birthdate = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise IdentifierError(Reason.CALENDAR) from None
    if birthdate.year < EARLIEST_YEAR:
        raise IdentifierError(Reason.CALENDAR)
    if birthdate > today:
        raise IdentifierError(Reason.FUTURE)
    return birthdate


def parse_short_birthdate(digits: str, today: date) -> date:
    """Return the latest date of `YYMMDD` that is not in the future; raises `CALENDAR`."""
    century = today.year // 100
    for candidate in (century, century - 1):
        try:
            return parse_birthdate(f"{candidate}{digits}", today)
        except IdentifierError:
            continue
    raise IdentifierError(Reason.CALENDAR)
