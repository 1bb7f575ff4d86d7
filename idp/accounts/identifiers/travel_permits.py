"""Travel permits: 港澳居民来往内地通行证 and 台湾居民来往大陆通行证."""

from __future__ import annotations

import re
from datetime import date

from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning

_HK_MACAO = re.compile(r"([A-Z])([0-9]{8})([0-9]{2})?")
_TW = re.compile(r"[0-9]{8}")
_TW_OLD = re.compile(r"([0-9]{10})\(?([A-Z])\)?")
_AREAS = {"H": "HKG", "M": "MAC"}


def parse_hk_macao_travel_permit(number: str, _today: date) -> Identifier:
    """Return the permit number: `H` or `M` and 8 digits.

    Printed forms append two digits that count the renewals. They are dropped: the number is the
    holder's for life, so every renewal has to lead to the same person.
    """
    if len(number) not in {9, 11}:
        raise IdentifierError(Reason.LENGTH)
    match = _HK_MACAO.fullmatch(number)
    if match is None:
        raise IdentifierError(Reason.CHARACTERS)
    area = _AREAS.get(match[1])
    if area is None:
        raise IdentifierError(Reason.CLASS)
    return Identifier(IdentifierKind.HK_MACAO_TRAVEL_PERMIT, match[1] + match[2], country=area)


def parse_tw_travel_permit(number: str, _today: date) -> Identifier:
    """Return the permit number: 8 digits, or on older booklets 10 digits and a letter."""
    if len(number) not in {8, 11, 13}:
        raise IdentifierError(Reason.LENGTH)
    if _TW.fullmatch(number):
        return Identifier(IdentifierKind.TW_TRAVEL_PERMIT, number, country="TWN")
    match = _TW_OLD.fullmatch(number)
    if match is None:
        raise IdentifierError(Reason.CHARACTERS)
    return Identifier(
        IdentifierKind.TW_TRAVEL_PERMIT,
        match[1] + match[2],
        country="TWN",
        warnings=(IdentifierWarning.OLD_FORM,),
    )
