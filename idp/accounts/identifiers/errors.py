"""Refusals of an identifier, a name or a phone number; none repeats what was typed."""

from __future__ import annotations

from enum import StrEnum

from idp.errors import TongxingError


class Reason(StrEnum):
    """Why an identifier was refused; a page turns this into words."""

    LENGTH = "length"
    CHARACTERS = "characters"
    CLASS = "class"
    """The leading characters name no class of document or organisation."""
    CALENDAR = "calendar"
    """The birth date does not exist, or is before 1850."""
    FUTURE = "future"
    CHECK_DIGIT = "check_digit"
    COUNTRY = "country"
    """A passport needs its issuing country."""
    OBSOLETE = "obsolete"
    """A 15-digit resident number; accepted only for matching history."""
    AMBIGUOUS = "ambiguous"
    """The number is valid as more than one kind; the caller has to name the kind."""
    UNRECOGNISED = "unrecognised"
    """The text has the shape of no identifier known here."""
    SANDBOX_RANGE = "sandbox_range"
    """A sandbox number in production, or a real one in a sandbox."""


class IdentifierError(TongxingError, ValueError):
    """The text is not a valid identifier; `reason` says why."""

    code = "invalid_identifier"

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"identifier refused: {reason.value}")
        self.reason = reason


class NameReason(StrEnum):
    """Why a person's name was refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    PRIVATE_USE = "private_use"
    """A private-use code point: which character it stands for depends on the sender's font."""
    NOT_A_NAME_CHARACTER = "not_a_name_character"


class PersonNameError(TongxingError, ValueError):
    """The text cannot be a person's name; `reason` says why."""

    code = "invalid_name"

    def __init__(self, reason: NameReason) -> None:
        super().__init__(f"name refused: {reason.value}")
        self.reason = reason


class PhoneReason(StrEnum):
    """Why a phone number was refused."""

    CHARACTERS = "characters"
    LENGTH = "length"
    NOT_MOBILE = "not_mobile"
    """A mainland number that is not a mobile number."""
    COUNTRY_CODE = "country_code"
    """No country code, and not a mainland mobile number."""


class PhoneError(TongxingError, ValueError):
    """The text is not a phone number a message can reach; `reason` says why."""

    code = "invalid_phone"

    def __init__(self, reason: PhoneReason) -> None:
        super().__init__(f"phone refused: {reason.value}")
        self.reason = reason
