"""Opening an account for a proven person: one transaction, all of it or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from idp.accounts.attributes import PersonAttributes, PersonColumn
from idp.accounts.errors import AliasTakenError, IdentityHeldError
from idp.accounts.identifiers.identifier import Identifier
from idp.accounts.person import NewPerson, VerifiedDocument
from idp.accounts.service import NaturalPersons
from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.authn.methods.password.credentials import PasswordCredentials
from idp.clock import Clock
from idp.enrolment.identity_check import Proven
from idp.enrolment.texts import registration_attempted
from idp.messaging.message import Language
from idp.messaging.notice_jobs import NoticeBox
from idp.proofing.evidence import Evidence, add_evidence
from idp.proofing.levels import level_at
from idp.storage.database import Database, Transaction

OpenedHook: TypeAlias = Callable[[Transaction, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the registration collected of the person who asks."""

    phone: str = field(repr=False)
    password_hash: str = field(repr=False)
    locale: Language = "zh-CN"


@dataclass(frozen=True, slots=True)
class Opened:
    """An account was created."""

    account_id: str
    identity_level: int


@dataclass(frozen=True, slots=True)
class AlreadyHeld:
    """The person has an account. Its owner is told; whoever asks is not."""

    same_phone: bool
    """The account has the phone that was verified just now: its owner is asking."""


@dataclass(frozen=True, slots=True)
class PhoneInUse:
    """The verified phone got an account while this registration was in progress."""


class AccountOpening:
    """Creates accounts and keeps their uniqueness out of anybody's sight."""

    def __init__(
        self,
        database: Database,
        persons: NaturalPersons,
        credentials: PasswordCredentials,
        notices: NoticeBox,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._database = database
        self._persons = persons
        self._credentials = credentials
        self._notices = notices
        self._audit = audit
        self._clock = clock

    async def open(
        self, proven: Proven, applicant: Applicant, on_opened: OpenedHook | None = None
    ) -> Opened | AlreadyHeld | PhoneInUse:
        """Create the account with evidence, aliases and password, or say why not."""
        try:
            async with self._database.write() as transaction:
                opened = await self._create(transaction, proven, applicant)
                if on_opened is not None:
                    await on_opened(transaction, opened.account_id)
            return opened
        except IdentityHeldError as held:
            return await self._tell_owner(held.account_id, applicant.phone)
        except AliasTakenError:
            return PhoneInUse()

    async def _create(
        self, transaction: Transaction, proven: Proven, applicant: Applicant
    ) -> Opened:
        level = level_at([proven.evidence], self._clock.now())
        former = (proven.former,) if proven.former is not None else ()
        account_id = await self._persons.create(
            transaction,
            NewPerson(
                attributes=_attributes(proven, applicant.phone),
                document=_document(proven.identifier, proven.evidence),
                level=level,
                former_documents=tuple(_document(one, proven.evidence) for one in former),
                locale=applicant.locale,
            ),
        )
        await add_evidence(transaction, account_id, proven.evidence)
        await self._credentials.set(
            transaction, account_id, applicant.password_hash, "registration"
        )
        detail = {"source": proven.evidence.source, "method": proven.evidence.method}
        event = AuditEvent(Tag.IDENTITY_VERIFIED, account_id=account_id, detail=detail)
        self._audit.record(transaction, event)
        return Opened(account_id, level.level)

    async def _tell_owner(self, account_id: str, phone: str) -> AlreadyHeld:
        async with self._database.write() as transaction:
            owner = await self._persons.read(transaction, account_id, [PersonColumn.PHONE])
            event = AuditEvent(Tag.IDENTITY_ALREADY_HELD, account_id=account_id)
            self._audit.record(transaction, event)
            owner_phone = owner.attributes.phone
            if owner_phone is not None and owner_phone != phone:
                language: Language = "en" if owner.locale == "en" else "zh-CN"
                await self._notices.add(transaction, registration_attempted(owner_phone, language))
        return AlreadyHeld(same_phone=owner_phone == phone)


def _attributes(proven: Proven, phone: str) -> PersonAttributes:
    identifier = proven.identifier
    return PersonAttributes(
        name=proven.name,
        phone=phone,
        birthdate=identifier.birthdate,
        sex=identifier.sex.value if identifier.sex else None,
        document_kind=identifier.kind.value,
        document_number=identifier.canonical,
    )


def _document(identifier: Identifier, evidence: Evidence) -> VerifiedDocument:
    return VerifiedDocument(identifier, evidence.source, evidence.verified_at)
