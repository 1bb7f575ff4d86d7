"""What the registers know about a person, a document and an entity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from idp.accounts.identifiers.kinds import IdentifierKind

LONG_TERM = date.max
"""The last day of a card marked 长期."""


class CardStatus(StrEnum):
    """Whether a card may be used."""

    VALID = "valid"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Card:
    """One printed card of a document; a renewal prints another with the same number."""

    valid_from: date
    valid_until: date
    status: CardStatus = CardStatus.VALID


@dataclass(frozen=True, slots=True)
class Document:
    """One identity number of a person and its cards, the current card last."""

    kind: IdentifierKind
    number: str = field(repr=False)
    cards: tuple[Card, ...] = field(repr=False)
    successor: tuple[IdentifierKind, str] | None = field(default=None, repr=False)
    """The number of the same person that replaces this one."""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person of the population register."""

    name: str = field(repr=False)
    documents: tuple[Document, ...] = field(repr=False)
    former_names: tuple[str, ...] = field(default=(), repr=False)
    name_variants: tuple[str, ...] = field(default=(), repr=False)
    deceased_on: date | None = field(default=None, repr=False)
    fault: str | None = None
    """A fault the register shows whenever this person is asked about."""

    def document(self, kind: IdentifierKind, number: str) -> Document | None:
        """Return the person's document with this number."""
        return next((d for d in self.documents if (d.kind, d.number) == (kind, number)), None)


class HeadKind(StrEnum):
    """What the head of an entity is called by law."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    """法定代表人."""
    PRINCIPAL = "principal"
    """负责人, of a branch or of an entity without legal personality."""
    OPERATOR = "operator"
    """经营者, of an individual business."""
    MANAGING_PARTNER = "managing_partner"
    """执行事务合伙人, of a partnership."""


class EntityState(StrEnum):
    """The state of an entity in its register."""

    ACTIVE = "active"
    """存续."""
    REVOKED = "revoked"
    """吊销."""
    DEREGISTERED = "deregistered"
    """注销."""
    MOVED_OUT = "moved_out"
    """迁出."""
    IN_LIQUIDATION = "in_liquidation"
    """清算."""


@dataclass(frozen=True, slots=True)
class Head:
    """The person at the head of an entity."""

    name: str = field(repr=False)
    kind: IdentifierKind
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EntityRecord:
    """One entity of the legal-entity register."""

    uscc: str
    name: str
    head_kind: HeadKind
    head: Head
    state: EntityState = EntityState.ACTIVE
    former_names: tuple[str, ...] = ()
