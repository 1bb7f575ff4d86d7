"""Phone numbers in the one form they are stored, compared and dialled in: E.164."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from idp.accounts.identifiers.errors import PhoneError, PhoneReason

_MAX_RAW_LENGTH: Final = 40
_DROPPED = {
    ord(c): None for c in "-.()\u2010\u2011\u2012\u2013\u2014\u2212\u200b\u200e\u200f\ufeff"
}
_DIALLED = re.compile(r"\+?[0-9]+")
_MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_INTERNATIONAL = re.compile(r"[1-9][0-9]{7,14}")
_MOBILE_ABROAD: Final = {
    "852": re.compile(r"[4-9][0-9]{7}"),
    "853": re.compile(r"6[0-9]{7}"),
    "886": re.compile(r"9[0-9]{8}"),
}
"""Shapes of the mobile numbers of Hong Kong, Macao and Taiwan after the country code."""


def canonicalise_phone(text: str) -> str:
    """Return the E.164 form of a number that can receive a message, such as `+8613800000000`.

    A mainland mobile number may come bare or after `+86`, `0086` or `86`; any other number needs
    `+` or `00` and its country code. Raises `PhoneError`.
    """
    number = _dialled(text)
    if _MAINLAND_MOBILE.fullmatch(number):
        return f"+86{number}"
    if number.startswith("86") and _MAINLAND_MOBILE.fullmatch(number[2:]):
        return f"+{number}"
    digits = _after_international_prefix(number)
    if digits.startswith("86"):
        return f"+86{_mainland_mobile(digits[2:])}"
    if not _INTERNATIONAL.fullmatch(digits):
        raise PhoneError(PhoneReason.LENGTH)
    return f"+{digits[:3]}{_abroad(digits)}"


def _dialled(text: str) -> str:
    if len(text) > _MAX_RAW_LENGTH:
        raise PhoneError(PhoneReason.LENGTH)
    number = "".join(unicodedata.normalize("NFKC", text).translate(_DROPPED).split())
    if not _DIALLED.fullmatch(number):
        raise PhoneError(PhoneReason.CHARACTERS)
    return number


def _after_international_prefix(number: str) -> str:
    if number.startswith("+"):
        return number[1:]
    if number.startswith("00"):
        return number[2:]
    raise PhoneError(PhoneReason.LENGTH if len(number) < 11 else PhoneReason.COUNTRY_CODE)


def _mainland_mobile(number: str) -> str:
    if len(number) != 11:
        raise PhoneError(PhoneReason.LENGTH)
    if not _MAINLAND_MOBILE.fullmatch(number):
        raise PhoneError(PhoneReason.NOT_MOBILE)
    return number


def _abroad(digits: str) -> str:
    shape = _MOBILE_ABROAD.get(digits[:3])
    if shape is None:
        return digits[3:]
    # Taiwan's numbers are often written with the trunk zero kept: +886 0912 345 678.
    national = digits[3:].removeprefix("0")
    if not shape.fullmatch(national):
        raise PhoneError(PhoneReason.NOT_MOBILE)
    return national
