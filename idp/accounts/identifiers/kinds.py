"""The vocabulary of identity documents."""

from __future__ import annotations

from enum import StrEnum


class IdentifierKind(StrEnum):
    """What sort of number an identifier is; part of the key under which a person is unique."""

    RESIDENT_ID = "resident_id"
    """居民身份证, GB 11643."""
    HK_MACAO_RESIDENCE_PERMIT = "hk_macao_residence_permit"
    """港澳居民居住证, region 810000 or 820000."""
    TW_RESIDENCE_PERMIT = "tw_residence_permit"
    """台湾居民居住证, region 830000."""
    PERMANENT_RESIDENCE = "permanent_residence"
    """外国人永久居留身份证 issued since 2023-12-01: 18 characters, first digit 9."""
    PERMANENT_RESIDENCE_2017 = "permanent_residence_2017"
    """外国人永久居留证 of the 2004 and 2017 editions: 3 letters and 12 digits."""
    HK_MACAO_TRAVEL_PERMIT = "hk_macao_travel_permit"
    """港澳居民来往内地通行证."""
    TW_TRAVEL_PERMIT = "tw_travel_permit"
    """台湾居民来往大陆通行证."""
    PASSPORT = "passport"
    """A passport of any country: type, issuing country and number together."""
    USCC = "uscc"
    """统一社会信用代码, GB 32100: an organisation, never a person."""


class Sex(StrEnum):
    """The sex a document number encodes."""

    MALE = "male"
    FEMALE = "female"


class IdentifierWarning(StrEnum):
    """Something unusual that does not make an identifier invalid."""

    UNKNOWN_REGION = "unknown_region"
    """No province has this code; advisory, because codes of abolished regions stay valid."""
    UNKNOWN_COUNTRY = "unknown_country"
    """The country code is in neither ISO 3166-1 nor the list of ICAO 9303-3 section 5."""
    SUBJECT_CODE_CHECK = "subject_code_check"
    """The GB 11714 check character inside a USCC does not fit; some real codes are like this."""
    CHECK_DIGIT_ADVISORY = "check_digit_advisory"
    """An unpublished check digit does not fit the rule observed on specimens."""
    CENTURY_ASSUMED = "century_assumed"
    """The number holds two digits of the year; the latest year that is not future was taken."""
    OLD_FORM = "old_form"
    """An older edition of the document."""
