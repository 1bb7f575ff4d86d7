"""Compares a claim with the rows of a view; a view cannot answer yes or no by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from idp.accounts.identifiers.names import canonicalise_name, name_match_key
from idp.proofing.connectors.population_register.connector import (
    LONG_TERM,
    PersonClaim,
    RectifiedValues,
    RegisterResult,
)
from idp.proofing.connectors.population_register.view import CardStatus, Row, Writing

Outcome = tuple[RegisterResult, RectifiedValues | None]


def compare(claim: PersonClaim, rows: Sequence[Row], today: date) -> Outcome:
    """Return the result, and the present values where the claim's have changed."""
    if not rows:
        return RegisterResult.NOT_FOUND, None
    named = [row for row in rows if _writing(claim.name, row) is not None]
    if not named:
        return RegisterResult.MISMATCH, None
    if len({row.person_ref for row in named}) > 1:
        return RegisterResult.AMBIGUOUS, None
    if any(row.is_deceased for row in named):
        return RegisterResult.DECEASED, None
    fault = _card_fault(claim, named, today)
    return (fault, None) if fault else _judge_name(claim, named)


def _writing(name: str, row: Row) -> Writing | None:
    if canonicalise_name(row.written_name) == name:
        return row.writing
    if row.writing is Writing.FORMER:
        return None
    return Writing.VARIANT if name_match_key(row.written_name) == name_match_key(name) else None


def _card_fault(claim: PersonClaim, rows: Sequence[Row], today: date) -> RegisterResult | None:
    card = max(
        (row for row in rows if _has_claimed_dates(claim, row)),
        key=lambda row: row.valid_from or date.min,
        default=None,
    )
    if card is None:
        return RegisterResult.MISMATCH
    if card.card_status is CardStatus.LOST:
        return RegisterResult.DOCUMENT_LOST
    if (card.valid_until or LONG_TERM) < today:
        return RegisterResult.DOCUMENT_EXPIRED
    return None


def _has_claimed_dates(claim: PersonClaim, row: Row) -> bool:
    until = row.valid_until or LONG_TERM
    return claim.valid_from in {None, row.valid_from} and claim.valid_until in {None, until}


def _judge_name(claim: PersonClaim, rows: Sequence[Row]) -> Outcome:
    writings = {_writing(claim.name, row) for row in rows}
    row = rows[0]
    if Writing.CURRENT in writings:
        name = None
    elif Writing.FORMER in writings:
        name = canonicalise_name(row.current_name)
    else:
        return RegisterResult.NAME_VARIANT, None
    identifier = claim.identifier
    if (row.current_kind, row.current_number) != (identifier.kind, identifier.canonical):
        values = RectifiedValues(name, row.current_kind, row.current_number)
        return RegisterResult.MATCH_RECTIFIED, values
    if name is not None:
        return RegisterResult.MATCH_RECTIFIED, RectifiedValues(name)
    return RegisterResult.MATCH, None
