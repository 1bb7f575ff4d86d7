"""Documents other than the resident identity card, and the ranges kept for the sandbox."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from idp.accounts.identifiers.check_digits import gb_11714_check, mod_11_2, uscc_check
from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning
from idp.accounts.identifiers.parsing import parse_identifier

TODAY = date(2026, 1, 1)


def _read(
    text: str,
    kind: IdentifierKind | None = None,
    *,
    country: str | None = None,
    sandbox: bool = False,
) -> Identifier:
    return parse_identifier(text, kind, sandbox=sandbox, today=TODAY, country=country)


def _refusal(
    text: str,
    kind: IdentifierKind | None = None,
    *,
    country: str | None = None,
    sandbox: bool = False,
) -> Reason:
    with pytest.raises(IdentifierError) as refusal:
        _read(text, kind, country=country, sandbox=sandbox)
    return refusal.value.reason


def test_a_permit_is_refused_as_a_resident_number_and_the_other_way_round() -> None:
    hong_kong, citizen = "810000199001010019", "11010519491231002X"
    assert _refusal(hong_kong, IdentifierKind.RESIDENT_ID) is Reason.CLASS
    assert _refusal(citizen, IdentifierKind.HK_MACAO_RESIDENCE_PERMIT) is Reason.CLASS
    assert _refusal(hong_kong, IdentifierKind.TW_RESIDENCE_PERMIT) is Reason.CLASS
    assert _refusal(citizen, IdentifierKind.PERMANENT_RESIDENCE) is Reason.CLASS


def test_a_region_off_the_allow_list_is_refused_in_a_sandbox() -> None:
    assert _refusal("810000198001010014", sandbox=True) is Reason.SANDBOX_RANGE


def test_the_code_of_an_abolished_region_only_warns() -> None:
    identifier = _read("160000199003077712", IdentifierKind.RESIDENT_ID)
    assert identifier.warnings == (IdentifierWarning.UNKNOWN_REGION,)


@pytest.mark.parametrize("text", ["H99990019", "h 9999 0019", "H9999001902", "Ｈ９９９９００１９"])
def test_renewals_of_a_travel_permit_have_one_number(text: str) -> None:
    identifier = _read(text, sandbox=True)
    assert identifier.kind is IdentifierKind.HK_MACAO_TRAVEL_PERMIT
    assert (identifier.canonical, identifier.country) == ("H99990019", "HKG")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("H9999001", Reason.LENGTH),
        ("A99990019", Reason.CLASS),
        ("HH9990019", Reason.CHARACTERS),
    ],
)
def test_a_malformed_travel_permit_is_refused(text: str, reason: Reason) -> None:
    assert _refusal(text, IdentifierKind.HK_MACAO_TRAVEL_PERMIT) is reason


def test_a_taiwan_travel_permit_of_either_form_is_read() -> None:
    assert _read("99990030", sandbox=True).kind is IdentifierKind.TW_TRAVEL_PERMIT
    old = _read("1234567890(a)")
    assert (old.canonical, old.warnings) == ("1234567890A", (IdentifierWarning.OLD_FORM,))
    assert _refusal("9999003A", IdentifierKind.TW_TRAVEL_PERMIT) is Reason.CHARACTERS


def test_a_passport_number_needs_its_country() -> None:
    assert _refusal("E12345678", IdentifierKind.PASSPORT) is Reason.COUNTRY
    assert _refusal("P/USA/123456789", country="FRA") is Reason.COUNTRY
    assert _refusal("123", country="FRA") is Reason.LENGTH
    assert _refusal("12345/678", country="FRA") is Reason.CHARACTERS


def test_one_number_of_two_countries_is_two_passports() -> None:
    french, chinese = _read("e1234 5678", country="FRA"), _read("E12345678", country="CHN")
    assert french.canonical == "P/FRA/E12345678"
    assert chinese.canonical == "P/CHN/E12345678"
    assert _read(french.canonical) == french


def test_germany_and_unknown_issuers_are_accepted() -> None:
    assert _read("C01X00T47", country="D").canonical == "P/DEU/C01X00T47"
    assert _read("P/QQQ/123456").warnings == (IdentifierWarning.UNKNOWN_COUNTRY,)


def test_the_specimen_state_utopia_is_the_sandbox_for_passports() -> None:
    assert _read("L898902C3", country="UTO", sandbox=True).country == "UTO"
    assert _refusal("L898902C3", country="UTO") is Reason.SANDBOX_RANGE
    assert _refusal("L898902C3", country="USA", sandbox=True) is Reason.SANDBOX_RANGE


def test_an_old_permanent_residence_number_with_an_odd_check_digit_only_warns() -> None:
    identifier = _read("PAK310080010104")
    assert IdentifierWarning.CHECK_DIGIT_ADVISORY in identifier.warnings
    assert _refusal("PAK310080130103") is Reason.CALENDAR


def test_a_two_digit_year_is_never_in_the_future() -> None:
    identifier = _read("PAK310025123103")
    assert identifier.birthdate == date(2025, 12, 31)
    identifier = _read("PAK310026123103")
    assert identifier.birthdate == date(1926, 12, 31)


def test_a_number_valid_as_two_kinds_has_to_be_named() -> None:
    # A permanent residence number whose 17th character also fits GB 11714 and whose 18th fits both.
    number = _doubly_valid()
    assert _refusal(number) is Reason.AMBIGUOUS
    assert _read(number, IdentifierKind.USCC).kind is IdentifierKind.USCC
    permanent = _read(number, IdentifierKind.PERMANENT_RESIDENCE)
    assert permanent.kind is IdentifierKind.PERMANENT_RESIDENCE


def _doubly_valid() -> str:
    for day, sequence in product(range(1, 29), range(100)):
        subject = f"9003{day:02d}{sequence:02d}"
        body = f"91184019{subject}{gb_11714_check(subject)}"
        if body.isdigit() and mod_11_2(body) == uscc_check(body):
            return body + mod_11_2(body)
    raise AssertionError("no number is valid as both kinds")


def test_text_of_no_known_shape_is_unrecognised() -> None:
    assert _refusal("hello") is Reason.UNRECOGNISED
