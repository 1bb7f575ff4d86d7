"""What remains of personal data on a page."""

from __future__ import annotations

import pytest

from idp.accounts.masking import mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("张晓明", "张**"), ("张", "张*"), ("𠮷田", "𠮷*")],
)
def test_a_name_shows_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+8613800001234", "138****1234"), ("+85291234567", "+852****4567")],
)
def test_a_phone_shows_both_ends(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("100000199003077711", "1000**********7711"),
        ("H99990019", "H9*****19"),
        ("P/UTO/AB1234567", "AB*****67"),
    ],
)
def test_a_number_shows_both_ends(number: str, shown: str) -> None:
    assert mask_number(number) == shown
