"""Passports: type, issuing country and number together are the key."""

from __future__ import annotations

import re
from datetime import date

from idp.accounts.identifiers.countries import is_known_country
from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning

_QUALIFIED = re.compile(r"(P[A-Z]?)/([A-Z]{1,3})/(.*)")
_COUNTRY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[A-Z0-9]{5,20}")
MIN_LENGTH, MAX_LENGTH = 5, 20


def qualify(number: str, country: str | None) -> str:
    """Return `P/CCC/NUMBER` for a bare number; a qualified one must not contradict `country`.

    Germany writes its code as `D` in the machine-readable zone; it becomes `DEU`.
    """
    match = _QUALIFIED.fullmatch(number)
    kind, issuer, bare = match.groups() if match else ("P", country or "", number)
    issuer = "DEU" if issuer == "D" else issuer
    if not _COUNTRY.fullmatch(issuer) or (country and country not in {issuer, "D"}):
        raise IdentifierError(Reason.COUNTRY)
    return f"{kind}/{issuer}/{bare}"


def is_qualified(number: str) -> bool:
    """Return whether `number` already names the passport type and the country."""
    return _QUALIFIED.fullmatch(number) is not None


def parse_passport(number: str, _today: date) -> Identifier:
    """Return the passport `P/CCC/NUMBER`; ICAO 9303-4 gives no check digit to a holder's typing."""
    _, country, bare = qualify(number, None).split("/", 2)
    if not MIN_LENGTH <= len(bare) <= MAX_LENGTH:
        raise IdentifierError(Reason.LENGTH)
    if not _NUMBER.fullmatch(bare):
        raise IdentifierError(Reason.CHARACTERS)
    return Identifier(
        IdentifierKind.PASSPORT,
        qualify(number, None),
        country=country,
        warnings=() if is_known_country(country) else (IdentifierWarning.UNKNOWN_COUNTRY,),
    )
