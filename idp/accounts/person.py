"""Values that describe a natural person's account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from idp.accounts.attributes import PersonAttributes
from idp.accounts.identifiers.identifier import Identifier


class AccountStatus(StrEnum):
    """active <-> frozen; either -> closed, which is final."""

    ACTIVE = "active"
    FROZEN = "frozen"
    """Nothing can be done with the account until an officer lifts it."""
    CLOSED = "closed"


ALLOWED_FROM: dict[AccountStatus, frozenset[AccountStatus]] = {
    AccountStatus.ACTIVE: frozenset({AccountStatus.FROZEN}),
    AccountStatus.FROZEN: frozenset({AccountStatus.ACTIVE}),
    AccountStatus.CLOSED: frozenset({AccountStatus.ACTIVE, AccountStatus.FROZEN}),
}


@dataclass(frozen=True, slots=True)
class IdentityLevel:
    """How well an identity is proven, 1 to 4, since when and until when (None: no end)."""

    level: int
    reached_at: datetime | None = None
    expires_at: datetime | None = None

    def at(self, moment: datetime) -> int:
        """Return the level that counts at `moment`: 1 once the evidence has expired."""
        expired = self.expires_at is not None and self.expires_at <= moment
        return min(self.level, 1) if expired else self.level

    def as_columns(self) -> dict[str, int | datetime | None]:
        """Return the columns of `natural_persons` that hold a level."""
        return {
            "identity_level": self.level,
            "level_reached_at": self.reached_at,
            "level_expires_at": self.expires_at,
        }


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """A document that a source has confirmed."""

    identifier: Identifier = field(repr=False)
    source: str
    verified_at: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What an account is created from. `attributes` come from the register where it gave them.

    `former_documents` are earlier numbers of the same person: they sign in to the same account,
    and nobody can open a second one with them.
    """

    attributes: PersonAttributes
    document: VerifiedDocument
    level: IdentityLevel
    former_documents: tuple[VerifiedDocument, ...] = ()
    locale: str = "zh-CN"


@dataclass(frozen=True, slots=True)
class AccountReference:
    """An account found by one of its names."""

    account_id: str
    status: AccountStatus
    level: IdentityLevel


@dataclass(frozen=True, slots=True)
class Person:
    """An account with the attributes that were asked for."""

    account_id: str
    status: AccountStatus
    level: IdentityLevel
    locale: str
    attributes: PersonAttributes
