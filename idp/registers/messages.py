"""The register's questions and answers on the wire."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from idp.accounts.identifiers.kinds import IdentifierKind
from idp.registers.records import EntityState, HeadKind

_RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
_Number = Annotated[str, Field(min_length=1, max_length=64, repr=False)]
_Name = Annotated[str, Field(min_length=1, max_length=100, repr=False)]


class RegisterResult(StrEnum):
    """The outcomes a register can state about a claim."""

    MATCH = "MATCH"
    MATCH_RECTIFIED = "MATCH_RECTIFIED"
    NAME_VARIANT = "NAME_VARIANT"
    NOT_FOUND = "NOT_FOUND"
    AMBIGUOUS = "AMBIGUOUS"
    MISMATCH = "MISMATCH"
    DECEASED = "DECEASED"
    DOCUMENT_EXPIRED = "DOCUMENT_EXPIRED"
    DOCUMENT_LOST = "DOCUMENT_LOST"


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonQuestion(_Question):
    """What a caller claims about a person; the register says whether it is so."""

    request_id: _RequestId
    kind: IdentifierKind
    number: _Number
    name: _Name
    valid_from: date | None = None
    valid_until: date | None = None


class HeadQuestion(_Question):
    """Who the caller claims heads the entity."""

    kind: IdentifierKind
    number: _Number
    name: _Name


class EntityQuestion(_Question):
    """What a caller claims about an entity."""

    request_id: _RequestId
    uscc: _Number
    name: _Name
    head: HeadQuestion | None = None


class Rectified(BaseModel):
    """Present values where the claim was true once; only those that changed."""

    model_config = ConfigDict(frozen=True)

    name: str | None = Field(default=None, repr=False)
    kind: IdentifierKind | None = None
    number: str | None = Field(default=None, repr=False)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)

    request_id: str
    """The caller's own id, returned."""
    subject: str
    """Keyed digest of the number asked about and of the request's nonce."""
    result: RegisterResult
    attributes: dict[str, bool]
    """Claimed attribute to whether it agrees."""
    rectified: Rectified | None = None
    reference: str
    """Number under which the register logged the question; retries share it."""
    answered_at: str


class PersonAnswer(_Answer):
    """The population register's answer."""


class EntityAnswer(_Answer):
    """The legal-entity register's answer; state and head are told for a known entity only."""

    state: EntityState | None = None
    head_kind: HeadKind | None = None
