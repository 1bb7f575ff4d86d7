"""Ages in full years (周岁) and the two thresholds the law draws.

A person reaches an age at the start of the birthday; someone born on 29 February reaches it on
1 March of a year without that day (docs/decisions/0004-leap-day-birthdays.md).
"""

from __future__ import annotations

from datetime import date

GUARDIAN_CONSENT_AGE = 14
"""Below this age a guardian consents (Personal Information Protection Law, article 31)."""
ADULT_AGE = 18
"""Below this age a person is a minor (Civil Code, article 17)."""


def birthday_in(birthdate: date, year: int) -> date:
    """Return the day in `year` on which a person born on `birthdate` gains a year of age."""
    try:
        return birthdate.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age_on(birthdate: date, day: date) -> int:
    """Return the age in full years on `day`; raises `ValueError` before the birth."""
    if day < birthdate:
        raise ValueError("the day is before the birth")
    years = day.year - birthdate.year
    return years if day >= birthday_in(birthdate, day.year) else years - 1


def is_under_14(birthdate: date, day: date) -> bool:
    """Return whether a guardian has to consent for this person on `day`."""
    return age_on(birthdate, day) < GUARDIAN_CONSENT_AGE


def is_minor(birthdate: date, day: date) -> bool:
    """Return whether this person is under 18 on `day`."""
    return age_on(birthdate, day) < ADULT_AGE
