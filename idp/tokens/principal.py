"""The person behind a token family, read together with what decides whether tokens may go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from idp.accounts.attributes import AttributeReader, PersonAttributes
from idp.tokens import claims
from idp.tokens.family import TokenFamily

_ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Principal:
    """An account as one statement returned it; its attributes are still sealed."""

    account_id: str
    is_active: bool
    session_live: bool
    sealed: Mapping[str, Any] = field(repr=False)

    @classmethod
    def from_row(cls, row: Row[Any]) -> Principal:
        """Read a row of `principal_repository`."""
        return cls(
            account_id=row.account_id,
            is_active=row.account_status == _ACTIVE,
            session_live=bool(row.session_live),
            sealed={**row._mapping, "id": row.account_id},
        )

    def may_continue(self, family: TokenFamily) -> bool:
        """Whether tokens of this family are still good: the account may sign in, and the session
        lives unless the person allowed access without it (`offline_access`)."""
        return self.is_active and (family.is_offline or self.session_live)

    def claims(self, reader: AttributeReader, names: tuple[str, ...]) -> dict[str, Any]:
        """Decrypt what the claims `names` need, and compute them."""
        if not names:
            return {}
        columns = claims.columns_of(names)
        person: PersonAttributes = reader.open(self.sealed, self.sealed["wrapped_key"], columns)
        return claims.compute(names, person)
