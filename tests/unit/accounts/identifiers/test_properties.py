"""Properties that hold for every number, searched by hypothesis and by exhaustion."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.identifiers.check_digits import (
    USCC_ALPHABET,
    gb_11714_check,
    mod_11_2,
    uscc_check,
)
from idp.accounts.identifiers.errors import IdentifierError
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.parsing import parse_identifier

TODAY = date(2026, 1, 1)
BIRTHDATES = st.dates(date(1850, 1, 1), TODAY)


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    region = f"10{draw(st.integers(0, 9999)):04d}"
    body = f"{region}{draw(BIRTHDATES):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + mod_11_2(body)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["11", "12", "51", "91", "92", "93", "N2", "Y1"]))
    subject = draw(st.text(USCC_ALPHABET, min_size=8, max_size=8))
    body = f"{kind}990000{subject}{gb_11714_check(subject)}"
    return body + uscc_check(body)


def _parse(text: str, kind: IdentifierKind | None = None) -> Identifier:
    return parse_identifier(text, kind, sandbox=True, today=TODAY)


def _is_valid(text: str, kind: IdentifierKind) -> bool:
    try:
        _parse(text, kind)
    except IdentifierError:
        return False
    return True


@given(resident_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_wrong_digit_is_refused(number: str, position: int, digit: str) -> None:
    changed = number[:position] + digit + number[position + 1 :]
    assert _is_valid(changed, IdentifierKind.RESIDENT_ID) is (changed == number)


@given(resident_ids(), st.integers(0, 16))
def test_a_swapped_digit_is_refused(number: str, position: int) -> None:
    pair = number[position + 1] + number[position]
    swapped = number[:position] + pair + number[position + 2 :]
    assert _is_valid(swapped, IdentifierKind.RESIDENT_ID) is (swapped == number)


def test_no_single_error_of_a_resident_number_keeps_its_check_digit() -> None:
    number = "100000199003077711"
    errors = [
        number[:i] + d + number[i + 1 :] for i in range(17) for d in "0123456789" if d != number[i]
    ]
    assert len(errors) == 153
    assert not [wrong for wrong in errors if mod_11_2(wrong[:17]) == wrong[17]]


def test_only_swaps_ten_places_apart_escape_the_check_digit() -> None:
    number = "12345678901234567"
    escaped = {
        j - i
        for i in range(17)
        for j in range(i + 1, 17)
        if number[i] != number[j] and mod_11_2(_swap(number, i, j)) == mod_11_2(number)
    }
    assert escaped <= {10}, "the weights 2**(18-i) mod 11 repeat after ten places"


def _swap(number: str, i: int, j: int) -> str:
    swapped = list(number)
    swapped[i], swapped[j] = swapped[j], swapped[i]
    return "".join(swapped)


@given(usccs(), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_a_wrong_character_of_a_uscc_is_refused(number: str, position: int, character: str) -> None:
    changed = number[:position] + character + number[position + 1 :]
    assert _is_valid(changed, IdentifierKind.USCC) is (changed == number)


@given(usccs(), st.integers(0, 16))
def test_swapped_characters_of_a_uscc_are_refused(number: str, position: int) -> None:
    pair = number[position + 1] + number[position]
    swapped = number[:position] + pair + number[position + 2 :]
    assert _is_valid(swapped, IdentifierKind.USCC) is (swapped == number)


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@given(
    st.one_of(
        resident_ids().map(lambda n: (n, IdentifierKind.RESIDENT_ID)),
        usccs().map(lambda n: (n, IdentifierKind.USCC)),
    ),
    st.lists(st.tuples(st.integers(0, 18), st.sampled_from([" ", "-", "\u3000", "\u2013"]))),
    st.sampled_from([str, str.lower, _full_width, lambda t: _full_width(t.lower())]),
)
def test_any_spelling_parses_to_what_its_canonical_form_parses_to(
    numbered: tuple[str, IdentifierKind],
    separators: list[tuple[int, str]],
    respell: object,
) -> None:
    number, kind = numbered
    assert callable(respell)
    text = respell(number)
    for position, separator in separators[:20]:
        text = text[:position] + separator + text[position:]
    spelled = _parse(text, kind)
    assert spelled.canonical == number
    assert _parse(spelled.canonical, kind) == spelled


@given(st.text(max_size=70))
def test_arbitrary_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    for kind in (None, *IdentifierKind):
        try:
            identifier = _parse(text, kind)
        except IdentifierError:
            continue
        assert _parse(identifier.canonical, identifier.kind) == identifier


@pytest.mark.parametrize("kind", list(IdentifierKind))
@given(text=st.text("0123456789XHMPUTO/USA()", max_size=22))
def test_text_of_the_right_alphabet_never_crashes(kind: IdentifierKind, text: str) -> None:
    try:
        identifier = parse_identifier(text, kind, sandbox=False, today=TODAY)
    except IdentifierError:
        return
    again = parse_identifier(identifier.canonical, kind, sandbox=False, today=TODAY)
    assert again == identifier
