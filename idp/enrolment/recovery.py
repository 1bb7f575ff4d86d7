"""Getting back into an account whose password is lost, without lowering its assurance (R39).

    begin(phone) -> verify_code -> prove(name, number) -> set_password -> every session ends

The phone's code and the identity together are what the account was opened with. A phone without
an account goes the same way, with a message that says so in place of the code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from idp.accounts.aliases import AliasIndexes
from idp.accounts.attributes import PersonColumn
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.phones import canonicalise_phone
from idp.accounts.masking import mask_phone
from idp.accounts.person import AccountStatus
from idp.accounts.service import NaturalPersons
from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.authn.methods.password.credentials import PasswordCredentials
from idp.authn.one_time_codes import CodeBinding, CodeCheck, OneTimeCodes, SendingLimitedError
from idp.authn.password_policy import PasswordPolicy, PolicyRefusal
from idp.authn.personal_guesses import PersonalFacts
from idp.authn.throttle import Factor, Subject, Throttle
from idp.crypto.passwords import PasswordHasher
from idp.enrolment.answers import Begun, CodeAnswer, Wait
from idp.enrolment.errors import StepOrderError
from idp.enrolment.identity_check import IdentityCheck
from idp.enrolment.own_identity import OwnIdentity
from idp.enrolment.reachable import check_reachable
from idp.enrolment.recovery_store import Recoveries, Recovery
from idp.enrolment.settings import EnrolmentSettings
from idp.enrolment.texts import no_account_to_recover
from idp.messaging.message import Channel, Language, Message, MessageSender, Purpose
from idp.messaging.notice_jobs import NoticeBox
from idp.messaging.notices import Notice, notice
from idp.messaging.texts import code_message
from idp.storage.database import Database, Transaction

RecoveredHook: TypeAlias = Callable[[Transaction, str], Awaitable[None]]

_FACT_COLUMNS = (
    PersonColumn.NAME,
    PersonColumn.PHONE,
    PersonColumn.EMAIL,
    PersonColumn.BIRTHDATE,
    PersonColumn.DOCUMENT,
)


class IdentityAnswer(StrEnum):
    """What came of stating name and number."""

    PROVEN = "proven"
    REFUSED = "refused"
    LOCKED = "locked"
    """Refused so often that no waiting helps: the account comes back at a counter only. The same
    for a phone without an account."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The password is replaced. End the account's sessions unless `on_recovered` did."""

    account_id: str


class PasswordRecovery:
    """The steps of a recovery. Every verb raises FlowExpiredError for an unknown one."""

    def __init__(
        self,
        *,
        database: Database,
        recoveries: Recoveries,
        persons: NaturalPersons,
        indexes: AliasIndexes,
        codes: OneTimeCodes,
        check: IdentityCheck,
        own_identity: OwnIdentity,
        throttle: Throttle,
        policy: PasswordPolicy,
        hasher: PasswordHasher,
        credentials: PasswordCredentials,
        sender: MessageSender,
        notices: NoticeBox,
        audit: AuditLog,
        settings: EnrolmentSettings,
    ) -> None:
        self._settings = settings
        self._database = database
        self._recoveries = recoveries
        self._persons = persons
        self._indexes = indexes
        self._codes = codes
        self._check = check
        self._own_identity = own_identity
        self._throttle = throttle
        self._policy = policy
        self._hasher = hasher
        self._credentials = credentials
        self._sender = sender
        self._notices = notices
        self._audit = audit

    async def begin(
        self, phone: str, locale: Language = "zh-CN", *, asked_from: str | None = None
    ) -> Begun | Wait:
        """Start with a phone number; the answer is the same for every number.

        Raises PhoneError for text that is no number, MessageNotSentError.
        """
        canonical = check_reachable(canonicalise_phone(phone), self._settings)
        alias = self._indexes.phone(canonical)
        try:
            async with self._database.write() as transaction:
                owner = await self._persons.find_by_alias(transaction, alias)
                account_id = owner.account_id if owner else None
                recovery = await self._recoveries.begin(
                    transaction, account_id, canonical, alias, locale
                )
                message = await self._issue(transaction, recovery, asked_from)
        except SendingLimitedError as error:
            return Wait(error.retry_after)
        await self._sender.send(message)
        return Begun(recovery.expires_at, mask_phone(canonical), recovery.recovery_id)

    async def resend_code(self, recovery_id: str, *, asked_from: str | None = None) -> Wait | None:
        """Send another code; the earlier one ends."""
        try:
            async with self._database.write() as transaction:
                recovery = await self._recoveries.get(transaction, recovery_id)
                if recovery.phone_proven:
                    raise StepOrderError
                message = await self._issue(transaction, recovery, asked_from)
        except SendingLimitedError as error:
            return Wait(error.retry_after)
        await self._sender.send(message)
        return None

    async def verify_code(self, recovery_id: str, typed: str) -> CodeAnswer:
        """Check the code from the message."""
        async with self._database.write() as transaction:
            recovery = await self._recoveries.get(transaction, recovery_id)
            if recovery.code_id is None or recovery.phone_proven:
                raise StepOrderError
            binding = _binding(recovery)
            check = await self._codes.check(transaction, binding, recovery.code_id, typed)
            if check is CodeCheck.ACCEPTED:
                await self._recoveries.note_phone_proven(transaction, recovery_id)
        return CodeAnswer(check.value)

    async def prove(
        self, recovery_id: str, name: str, kind: IdentifierKind | None, number: str
    ) -> IdentityAnswer | Wait:
        """Compare name and number with the account's own.

        Raises PersonNameError, IdentifierError; neither uses up an attempt.
        """
        claim = self._check.read(name, kind, number)
        async with self._database.write() as transaction:
            recovery = await self._recoveries.get(transaction, recovery_id)
            if not recovery.phone_proven:
                raise StepOrderError
            lock = await self._throttle.reserve(transaction, _subject(recovery), Factor.RECOVERY)
            if lock is not None:
                event = AuditEvent(Tag.RECOVERY_LOCKED, recovery.account_id)
                self._audit.record(transaction, event)
        if lock is not None:
            return IdentityAnswer.LOCKED if lock.retry_after is None else Wait(lock.retry_after)
        async with self._database.write() as transaction:
            account_id = recovery.account_id
            if not await self._own_identity.matches(transaction, account_id, claim):
                self._audit.record(transaction, AuditEvent(Tag.RECOVERY_REFUSED, account_id))
                return IdentityAnswer.REFUSED
            await self._recoveries.note_identity_proven(transaction, recovery_id)
            await self._throttle.reset(transaction, _subject(recovery), Factor.RECOVERY)
        return IdentityAnswer.PROVEN

    async def set_password(
        self, recovery_id: str, password: str, *, on_recovered: RecoveredHook | None = None
    ) -> Recovered | PolicyRefusal:
        """Replace the password, once. Raises OverloadedError.

        `on_recovered` runs in the same transaction with the account id: end its sessions there.
        """
        facts = await self._facts(recovery_id)
        refusal = await self._policy.check(password, facts)
        if refusal is not None:
            return refusal
        password_hash = await self._hasher.hash(password)
        async with self._database.write() as transaction:
            account_id = await self._recoveries.claim(transaction, recovery_id)
            person = await self._persons.read(transaction, account_id, [PersonColumn.PHONE])
            if person.status is not AccountStatus.ACTIVE:
                raise StepOrderError
            await self._credentials.reset(transaction, account_id, password_hash)
            self._audit.record(transaction, AuditEvent(Tag.RECOVERY_COMPLETED, account_id))
            if phone := person.attributes.phone:
                language: Language = "en" if person.locale == "en" else "zh-CN"
                reset = notice(Notice.PASSWORD_RESET, Channel.SMS, phone, language=language)
                await self._notices.add(transaction, reset)
            if on_recovered is not None:
                await on_recovered(transaction, account_id)
        return Recovered(account_id)

    async def _facts(self, recovery_id: str) -> PersonalFacts:
        async with self._database.read() as transaction:
            recovery = await self._recoveries.get(transaction, recovery_id)
            if not recovery.identity_proven or recovery.account_id is None:
                raise StepOrderError
            person = await self._persons.read(transaction, recovery.account_id, _FACT_COLUMNS)
        known = person.attributes
        return PersonalFacts(
            name=known.name,
            phone=known.phone,
            email=known.email,
            birthdate=known.birthdate,
            document_number=known.document_number,
        )

    async def _issue(
        self, transaction: Transaction, recovery: Recovery, asked_from: str | None
    ) -> Message:
        issued = await self._codes.issue(
            transaction,
            _binding(recovery),
            asked_from=asked_from,
            account_id=recovery.account_id,
        )
        await self._recoveries.note_code(transaction, recovery.recovery_id, issued.code_id)
        if recovery.account_id is None:
            # The code stays unknown to everybody; the phone's holder learns the truth instead.
            return no_account_to_recover(recovery.phone, recovery.locale)
        return code_message(
            Channel.SMS,
            Purpose.PASSWORD_RESET,
            recovery.phone,
            issued.code,
            minutes=self._codes.lifetime_minutes,
            language=recovery.locale,
        )


def _binding(recovery: Recovery) -> CodeBinding:
    return CodeBinding(Purpose.PASSWORD_RESET, recovery.alias, recovery.recovery_id)


def _subject(recovery: Recovery) -> Subject:
    if recovery.account_id is None:
        return Subject.nobody(recovery.alias)
    return Subject.account(recovery.account_id)
