"""Ages in full years and the birthday of a person born on 29 February."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.identifiers.ages import age_on, is_minor, is_under_14

LEAPLING = date(2012, 2, 29)


def test_a_day_before_the_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2018, 6, 1), date(2018, 5, 31))


def test_a_child_needs_a_guardian_until_the_fourteenth_birthday() -> None:
    child = date(2018, 6, 1)
    assert is_under_14(child, date(2032, 5, 31))
    assert not is_under_14(child, date(2032, 6, 1))
    assert is_minor(child, date(2032, 6, 1))


def test_a_minor_is_an_adult_from_the_eighteenth_birthday() -> None:
    teenager = date(2011, 6, 15)
    assert is_minor(teenager, date(2029, 6, 14))
    assert not is_minor(teenager, date(2029, 6, 15))


def test_a_person_born_on_leap_day_turns_fourteen_on_the_first_of_march() -> None:
    assert is_under_14(LEAPLING, date(2026, 2, 28))
    assert not is_under_14(LEAPLING, date(2026, 3, 1))


def test_a_person_born_on_leap_day_has_the_birthday_itself_in_a_leap_year() -> None:
    assert age_on(LEAPLING, date(2028, 2, 28)) == 15
    assert age_on(LEAPLING, date(2028, 2, 29)) == 16


@given(st.dates(date(1850, 1, 1), date(2020, 1, 1)), st.integers(0, 40_000))
def test_age_never_falls_and_grows_by_one_at_most(birthdate: date, days: int) -> None:
    day = birthdate + timedelta(days=days)
    assert age_on(birthdate, day + timedelta(days=1)) - age_on(birthdate, day) in {0, 1}
