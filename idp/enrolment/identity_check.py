"""Asking the population register whether a name and a number belong together.

What the register says becomes one of a few answers. A stranger must not learn from them whether a
person exists, has died or has an account, so most of them are one and the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from idp.accounts.civil_date import civil_date
from idp.accounts.identifiers.ages import is_under_14
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.names import canonicalise_name
from idp.accounts.identifiers.parsing import parse_identifier
from idp.accounts.settings import AccountsSettings
from idp.clock import Clock
from idp.proofing.connectors.population_register.connector import (
    Cause,
    PersonClaim,
    PopulationRegister,
    RegisterAnswer,
    RegisterResult,
)
from idp.proofing.evidence import Evidence
from idp.proofing.levels import LEVEL_OF_METHOD, Method, expiry_of
from idp.proofing.settings import ProofingSettings


class DocumentState(StrEnum):
    """Why a document that belongs to the person does not prove the person."""

    EXPIRED = "expired"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Proven:
    """The register confirmed the person; the values are the register's where it corrected them."""

    identifier: Identifier
    evidence: Evidence
    name: str = field(repr=False)
    former: Identifier | None = None


@dataclass(frozen=True, slots=True)
class NotProven:
    """No match, for whatever reason. `result` is for the audit, never for the person."""

    result: str


@dataclass(frozen=True, slots=True)
class DocumentUnusable:
    """Everything agrees, but the document has expired or was reported lost."""

    state: DocumentState


@dataclass(frozen=True, slots=True)
class RegisterSilent:
    """The register did not answer, or does not hold documents of this kind."""

    source: str
    serves_kind: bool = True


Finding = Proven | NotProven | DocumentUnusable | RegisterSilent

_UNUSABLE = {
    RegisterResult.DOCUMENT_EXPIRED: DocumentState.EXPIRED,
    RegisterResult.DOCUMENT_LOST: DocumentState.LOST,
}


class IdentityCheck:
    """Reads a claim and has the register judge it."""

    def __init__(
        self,
        register: PopulationRegister,
        clock: Clock,
        accounts: AccountsSettings,
        proofing: ProofingSettings,
    ) -> None:
        self._register = register
        self._clock = clock
        self._accounts = accounts
        self._proofing = proofing

    def read(self, name: str, kind: IdentifierKind | None, number: str) -> PersonClaim:
        """Return the claim in canonical form; raises PersonNameError, IdentifierError."""
        identifier = self._identifier(kind, number)
        return PersonClaim(identifier, canonicalise_name(name))

    def needs_guardian(self, identifier: Identifier) -> bool:
        """Return whether the number says that its holder is under 14."""
        birthdate = identifier.birthdate
        return birthdate is not None and is_under_14(birthdate, civil_date(self._clock))

    async def ask(self, claim: PersonClaim) -> Finding:
        """Ask the register. Never inside a transaction: it may take seconds."""
        answer = await self._register.verify(claim)
        if answer.is_outage:
            return RegisterSilent(answer.source)
        if answer.result is RegisterResult.BAD_REQUEST and answer.cause is Cause.NOT_SERVED:
            return RegisterSilent(answer.source, serves_kind=False)
        if state := _UNUSABLE.get(answer.result):
            return DocumentUnusable(state)
        if not self._is_match(answer.result):
            return NotProven(answer.result.value)
        return self._proven(claim, answer)

    def _is_match(self, result: RegisterResult) -> bool:
        if result is RegisterResult.NAME_VARIANT:
            return self._proofing.accept_name_variants
        return result in {RegisterResult.MATCH, RegisterResult.MATCH_RECTIFIED}

    def _proven(self, claim: PersonClaim, answer: RegisterAnswer) -> Proven:
        identifier, former, name = claim.identifier, None, claim.name
        if answer.rectified is not None:
            name = canonicalise_name(answer.rectified.name) if answer.rectified.name else name
            if answer.rectified.number:
                kind = answer.rectified.kind or claim.identifier.kind
                former = claim.identifier
                identifier = self._identifier(kind, answer.rectified.number)
        evidence = self._evidence(answer, answer.answered_at)
        return Proven(identifier, evidence, name, former)

    def _evidence(self, answer: RegisterAnswer, at: datetime) -> Evidence:
        method = Method.REGISTER_MATCH
        level = LEVEL_OF_METHOD[method]
        return Evidence(
            method=method.value,
            source=answer.source,
            level=level,
            verified_at=at,
            expires_at=expiry_of(level, at, self._proofing),
            reference=answer.reference,
            detail={"result": answer.result.value},
        )

    def _identifier(self, kind: IdentifierKind | None, number: str) -> Identifier:
        return parse_identifier(
            number, kind, sandbox=self._accounts.sandbox, today=civil_date(self._clock)
        )
