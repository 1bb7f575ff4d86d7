"""The one entry point from typed text to a checked identifier."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from idp.accounts.identifiers.errors import IdentifierError, Reason
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind, IdentifierWarning
from idp.accounts.identifiers.passport import is_qualified, parse_passport, qualify
from idp.accounts.identifiers.permanent_residence import (
    parse_permanent_residence,
    parse_permanent_residence_2017,
)
from idp.accounts.identifiers.resident_id import (
    parse_hk_macao_residence_permit,
    parse_resident_id,
    parse_tw_residence_permit,
)
from idp.accounts.identifiers.sandbox import check_sandbox
from idp.accounts.identifiers.spelling import normalise_spelling
from idp.accounts.identifiers.travel_permits import (
    parse_hk_macao_travel_permit,
    parse_tw_travel_permit,
)
from idp.accounts.identifiers.uscc import parse_uscc

_PARSERS: Final[Mapping[IdentifierKind, Callable[[str, date], Identifier]]] = {
    IdentifierKind.RESIDENT_ID: parse_resident_id,
    IdentifierKind.HK_MACAO_RESIDENCE_PERMIT: parse_hk_macao_residence_permit,
    IdentifierKind.TW_RESIDENCE_PERMIT: parse_tw_residence_permit,
    IdentifierKind.PERMANENT_RESIDENCE: parse_permanent_residence,
    IdentifierKind.PERMANENT_RESIDENCE_2017: parse_permanent_residence_2017,
    IdentifierKind.HK_MACAO_TRAVEL_PERMIT: parse_hk_macao_travel_permit,
    IdentifierKind.TW_TRAVEL_PERMIT: parse_tw_travel_permit,
    IdentifierKind.PASSPORT: parse_passport,
    IdentifierKind.USCC: parse_uscc,
}
_PERSONAL_18: Final = (
    IdentifierKind.RESIDENT_ID,
    IdentifierKind.HK_MACAO_RESIDENCE_PERMIT,
    IdentifierKind.TW_RESIDENCE_PERMIT,
    IdentifierKind.PERMANENT_RESIDENCE,
)
_SHAPES: Final = (
    (re.compile(r"[HM](.{8}|.{10})"), (IdentifierKind.HK_MACAO_TRAVEL_PERMIT,)),
    (re.compile(r"[0-9]{8}|[0-9]{10}\(?[A-Z]\)?"), (IdentifierKind.TW_TRAVEL_PERMIT,)),
    (re.compile(r"[A-Z]{3}.{12}"), (IdentifierKind.PERMANENT_RESIDENCE_2017,)),
    (re.compile(r"[0-9]{16}.?|[0-9]{17}.{2}"), (IdentifierKind.RESIDENT_ID,)),
)
"""What a text of another length than 18 most likely was meant to be."""
_PROGRESS: Final = (
    Reason.LENGTH,
    Reason.CHARACTERS,
    Reason.CLASS,
    Reason.CALENDAR,
    Reason.FUTURE,
    Reason.CHECK_DIGIT,
)
"""The order in which a parser looks for faults."""


def parse_identifier(
    text: str,
    kind: IdentifierKind | None = None,
    *,
    sandbox: bool,
    today: date,
    country: str | None = None,
) -> Identifier:
    """Return the checked identifier in `text`, whatever its spelling.

    `kind` may be left out where the shape tells; a bare passport number needs `country`
    (ISO 3166-1 alpha-3). `today` is the civil date in China. Raises `IdentifierError`.
    """
    number = normalise_spelling(text)
    if kind is None:
        identifier = _detect(number, today, country)
    else:
        identifier = _parse(kind, number, today, country)
    check_sandbox(identifier, sandbox=sandbox)
    return identifier


def _parse(kind: IdentifierKind, number: str, today: date, country: str | None) -> Identifier:
    if kind is IdentifierKind.PASSPORT:
        number = qualify(number, country)
    return _PARSERS[kind](number, today)


def _detect(number: str, today: date, country: str | None) -> Identifier:
    found: list[Identifier] = []
    refusals: dict[IdentifierKind, Reason] = {}
    for kind in _candidates(number, country):
        try:
            found.append(_parse(kind, number, today, country))
        except IdentifierError as refusal:
            refusals[kind] = refusal.reason
    found = [one for one in found if _is_plausible(one)] if len(found) > 1 else found
    if len(found) == 1:
        return found[0]
    if found:
        raise IdentifierError(Reason.AMBIGUOUS)
    if number.isdigit() and len(number) == 15:
        raise IdentifierError(Reason.OBSOLETE)
    if len(refusals) > 1:
        del refusals[IdentifierKind.USCC]
    raise IdentifierError(max(refusals.values(), key=_progress, default=Reason.UNRECOGNISED))


def _is_plausible(identifier: Identifier) -> bool:
    """Tell a personal number from a USCC that fits by chance: its inner check would not fit too."""
    return IdentifierWarning.SUBJECT_CODE_CHECK not in identifier.warnings


def _progress(reason: Reason) -> int:
    """How far the parser came; where none fits, the one that came furthest explains the most."""
    return _PROGRESS.index(reason) if reason in _PROGRESS else -1


def _candidates(number: str, country: str | None) -> tuple[IdentifierKind, ...]:
    if country is not None or is_qualified(number):
        return (IdentifierKind.PASSPORT,)
    if len(number) == 18:
        looks_personal = set(number) <= set("0123456789X")
        return (IdentifierKind.USCC, *_PERSONAL_18) if looks_personal else (IdentifierKind.USCC,)
    return next((kinds for shape, kinds in _SHAPES if shape.fullmatch(number)), ())
