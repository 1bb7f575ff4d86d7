"""Phone numbers become E.164 or are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.identifiers.errors import PhoneError, PhoneReason
from idp.accounts.identifiers.phones import canonicalise_phone


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", PhoneReason.CHARACTERS),
        ("138000000OO", PhoneReason.CHARACTERS),
        ("+86+13800000000", PhoneReason.CHARACTERS),
        ("\u0661\u0663\u0668", PhoneReason.CHARACTERS),
        ("1380000000", PhoneReason.LENGTH),
        ("+86138000000000", PhoneReason.LENGTH),
        ("+861080000000", PhoneReason.LENGTH),
        ("+8612800000000", PhoneReason.NOT_MOBILE),
        ("12800000000", PhoneReason.COUNTRY_CODE),
        ("+85221234567", PhoneReason.NOT_MOBILE),
        ("+0123456789", PhoneReason.LENGTH),
        ("+1234567890123456", PhoneReason.LENGTH),
        ("1" * 50, PhoneReason.LENGTH),
    ],
)
def test_what_cannot_receive_a_message_is_refused(text: str, reason: PhoneReason) -> None:
    with pytest.raises(PhoneError) as refusal:
        canonicalise_phone(text)
    assert refusal.value.reason is reason
    assert text not in str(refusal.value) or not text


@pytest.mark.parametrize(
    "text",
    [
        "13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "8613800000000",
        "+8613800000000",
        "+86 138 0000 0000",
        "(+86) 138 0000 0000",
        "0086-138-0000-0000",
        "＋８６　１３８００００００００",
    ],
)
def test_every_spelling_of_a_mainland_mobile_is_one_number(text: str) -> None:
    assert canonicalise_phone(text) == "+8613800000000"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("+852 9123 4567", "+85291234567"),
        ("00852 9123 4567", "+85291234567"),
        ("+853 6612 3456", "+85366123456"),
        ("+886 0912 345 678", "+886912345678"),
        ("+886 912 345 678", "+886912345678"),
        ("+1 (202) 555-0143", "+12025550143"),
    ],
)
def test_numbers_abroad_need_and_keep_their_country_code(text: str, canonical: str) -> None:
    assert canonicalise_phone(text) == canonical


@given(st.text("0123456789+ -()", max_size=20))
def test_the_canonical_form_is_its_own_canonical_form(text: str) -> None:
    try:
        number = canonicalise_phone(text)
    except PhoneError:
        return
    assert canonicalise_phone(number) == number
