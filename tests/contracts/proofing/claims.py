"""Claims of the personas, as a person would make them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from idp.accounts.identifiers.names import canonicalise_name
from idp.accounts.identifiers.parsing import parse_identifier
from idp.proofing.connectors.population_register.connector import PersonClaim

NOW = datetime(2026, 1, 1, 4, tzinfo=UTC)
ZHANG_WEI = ("100000199003077711", "张伟")


def claim(
    number: str,
    name: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> PersonClaim:
    """Return the claim of `name` and `number`, typed in any spelling."""
    identifier = parse_identifier(number, sandbox=True, today=NOW.date())
    return PersonClaim(identifier, canonicalise_name(name), valid_from, valid_until)
