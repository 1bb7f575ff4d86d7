"""What proofing asks of a population register, and the answers it may get."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind

LONG_TERM: Final = date.max
"""`valid_until` of a document marked 长期."""


class RegisterResult(StrEnum):
    """The outcome of one question."""

    MATCH = "MATCH"
    """Name, number and every other claimed value belong to one living person."""
    MATCH_RECTIFIED = "MATCH_RECTIFIED"
    """The claim was true once; `rectified` holds what it is now."""
    NAME_VARIANT = "NAME_VARIANT"
    """The number is known and the name is another writing of the person's name."""
    NOT_FOUND = "NOT_FOUND"
    AMBIGUOUS = "AMBIGUOUS"
    """The register holds more than one person for this claim; only a counter can resolve it."""
    MISMATCH = "MISMATCH"
    DECEASED = "DECEASED"
    DOCUMENT_EXPIRED = "DOCUMENT_EXPIRED"
    DOCUMENT_LOST = "DOCUMENT_LOST"
    BAD_REQUEST = "BAD_REQUEST"
    """The register cannot be asked this, or refused the question's form."""
    TIMEOUT = "TIMEOUT"
    """No answer in time; the question may have arrived."""
    UNAVAILABLE = "UNAVAILABLE"
    """No answer that can be trusted."""


OUTAGES: Final = frozenset({RegisterResult.TIMEOUT, RegisterResult.UNAVAILABLE})
"""Outcomes that say nothing about the person: they use up no attempt and lower no level."""


class Cause(StrEnum):
    """Why there is no answer, for the log and the status page."""

    NOT_SERVED = "not_served"
    """This register does not hold documents of this kind."""
    REFUSED_QUESTION = "refused_question"
    NOT_REACHED = "not_reached"
    LATE = "late"
    BROKEN_OFF = "broken_off"
    """The reply ended early or was not HTTP."""
    SERVER_ERROR = "server_error"
    NOT_AUTHORISED = "not_authorised"
    """The register does not accept our key, signature or clock; an operator has to act."""
    UNEXPECTED_STATUS = "unexpected_status"
    BAD_SIGNATURE = "bad_signature"
    """Forged, or a reply to another question."""
    OTHER_SUBJECT = "other_subject"
    """Signed, and about somebody else."""
    MALFORMED = "malformed"
    CIRCUIT_OPEN = "circuit_open"
    QUEUE_FULL = "queue_full"


@dataclass(frozen=True, slots=True)
class PersonClaim:
    """What a person says about themselves; `name` is canonical.

    Validity dates are optional; `LONG_TERM` is the end of a document that never expires.
    """

    identifier: Identifier
    name: str = field(repr=False)
    valid_from: date | None = field(default=None, repr=False)
    valid_until: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RectifiedValues:
    """The present values where the claim's have changed; `None` where they have not."""

    name: str | None = field(default=None, repr=False)
    kind: IdentifierKind | None = None
    number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """One answer, from the register named `source` (谁提供、谁负责)."""

    result: RegisterResult
    source: str
    answered_at: datetime
    """When this process had the answer, UTC; the register's clock is not trusted."""
    reference: str | None = None
    """The register's own log number, to quote in a dispute."""
    rectified: RectifiedValues | None = None
    cause: Cause | None = None

    @property
    def is_outage(self) -> bool:
        """Whether the answer says nothing about the person."""
        return self.result in OUTAGES


class PopulationRegister(Protocol):
    """A register that compares a claim with what it holds."""

    async def verify(self, claim: PersonClaim) -> RegisterAnswer:
        """Return the register's answer; never raises for what a register or network does."""
        ...
