"""Which phones get messages from us."""

from __future__ import annotations

from idp.accounts.identifiers.errors import PhoneError, PhoneReason
from idp.enrolment.settings import EnrolmentSettings


def check_reachable(phone: str, settings: EnrolmentSettings) -> str:
    """Return an E.164 number of a country that we send messages to; raises PhoneError."""
    if not phone.removeprefix("+").startswith(settings.phone_country_codes):
        raise PhoneError(PhoneReason.COUNTRY_CODE)
    return phone
