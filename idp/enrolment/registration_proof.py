"""The last step of a registration: count the attempt, ask the register, open the account."""

from __future__ import annotations

from idp.accounts.aliases import AliasIndexes
from idp.accounts.identifiers.identifier import Identifier
from idp.audit.event import AuditEvent, Detail
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.enrolment.account_opening import (
    AccountOpening,
    AlreadyHeld,
    Applicant,
    Opened,
    OpenedHook,
    PhoneInUse,
)
from idp.enrolment.answers import Wait
from idp.enrolment.identity_check import (
    DocumentUnusable,
    IdentityCheck,
    NotProven,
    Proven,
    RegisterSilent,
)
from idp.enrolment.registration_answers import (
    GuardianNeeded,
    NotVerified,
    PhoneTaken,
    ProveAnswer,
)
from idp.proofing.attempts import ProofingAttempts, TooManyAttemptsError
from idp.proofing.connectors.population_register.connector import PersonClaim
from idp.storage.database import Database


class RegistrationProof:
    """Decides what a claim leads to."""

    def __init__(
        self,
        database: Database,
        attempts: ProofingAttempts,
        check: IdentityCheck,
        opening: AccountOpening,
        indexes: AliasIndexes,
        audit: AuditLog,
    ) -> None:
        self._database = database
        self._attempts = attempts
        self._check = check
        self._opening = opening
        self._indexes = indexes
        self._audit = audit

    async def prove(
        self,
        draft_id: str,
        claim: PersonClaim,
        applicant: Applicant,
        on_opened: OpenedHook | None,
    ) -> ProveAnswer:
        """Count an attempt and settle it; the register's silence gives it back."""
        scopes = self._scopes(draft_id, applicant.phone, claim.identifier)
        try:
            await self._attempts.reserve(scopes)
        except TooManyAttemptsError as error:
            await self._record(Tag.IDENTITY_LOCKED, {"counter": error.counter})
            return Wait(error.retry_after)
        match await self._check.ask(claim):
            case RegisterSilent() as silent:
                await self._attempts.give_back(scopes)
                return silent
            case DocumentUnusable() as unusable:
                await self._record(Tag.IDENTITY_NOT_VERIFIED, {"result": unusable.state.value})
                return unusable
            case NotProven() as not_proven:
                await self._record(Tag.IDENTITY_NOT_VERIFIED, {"result": not_proven.result})
                return NotVerified()
            case Proven() as proven:
                return await self._open(proven, applicant, on_opened)

    async def _open(
        self, proven: Proven, applicant: Applicant, on_opened: OpenedHook | None
    ) -> Opened | NotVerified | PhoneTaken | GuardianNeeded:
        if self._check.needs_guardian(proven.identifier):
            return GuardianNeeded()
        match await self._opening.open(proven, applicant, on_opened):
            case Opened() as opened:
                return opened
            case PhoneInUse() | AlreadyHeld(same_phone=True):
                return PhoneTaken()
            case AlreadyHeld():
                return NotVerified()

    async def _record(self, tag: Tag, detail: Detail) -> None:
        async with self._database.write() as transaction:
            self._audit.record(transaction, AuditEvent(tag, detail=detail))

    def _scopes(self, draft_id: str, phone: str, identifier: Identifier) -> list[str]:
        indexes = {
            "draft": self._indexes.unknown(draft_id),
            "phone": self._indexes.phone(phone),
            "document": self._indexes.document(identifier),
        }
        return [f"{name}:{alias.index.hex()}" for name, alias in indexes.items()]
