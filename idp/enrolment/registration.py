"""Registration: one account per person, by the person.

    begin(phone) -> verify_code -> declare_identity -> set_password -> prove -> account at L2

The draft is bound to the browser by the web layer, which keeps `flow_id` in a cookie. Declaring
name and number before the password lets the policy refuse passwords made of them.
"""

from __future__ import annotations

from dataclasses import replace

from idp.accounts.aliases import AliasIndexes
from idp.accounts.identifiers.kinds import IdentifierKind
from idp.accounts.identifiers.phones import canonicalise_phone
from idp.accounts.masking import mask_phone
from idp.accounts.service import NaturalPersons
from idp.authn.one_time_codes import CodeBinding, CodeCheck, OneTimeCodes, SendingLimitedError
from idp.authn.password_policy import PasswordPolicy, PolicyRefusal
from idp.authn.personal_guesses import PersonalFacts
from idp.crypto.identifiers import new_secret
from idp.crypto.passwords import PasswordHasher
from idp.enrolment.account_opening import Applicant, Opened, OpenedHook
from idp.enrolment.answers import Begun, CodeAnswer, PasswordAnswer, Wait
from idp.enrolment.drafts import DeclaredIdentity, Draft, Drafts
from idp.enrolment.errors import StepOrderError
from idp.enrolment.identity_check import IdentityCheck
from idp.enrolment.reachable import check_reachable
from idp.enrolment.registration_answers import GuardianNeeded, PhoneTaken, ProveAnswer
from idp.enrolment.registration_proof import RegistrationProof
from idp.enrolment.settings import EnrolmentSettings
from idp.messaging.message import Channel, Language, MessageSender, Purpose
from idp.messaging.texts import code_message
from idp.proofing.connectors.population_register.connector import PersonClaim
from idp.storage.database import Database


class Registration:
    """The steps of a registration. Every verb raises FlowExpiredError for an unknown draft."""

    def __init__(
        self,
        *,
        database: Database,
        drafts: Drafts,
        codes: OneTimeCodes,
        sender: MessageSender,
        policy: PasswordPolicy,
        hasher: PasswordHasher,
        check: IdentityCheck,
        proof: RegistrationProof,
        persons: NaturalPersons,
        indexes: AliasIndexes,
        settings: EnrolmentSettings,
    ) -> None:
        self._database = database
        self._drafts = drafts
        self._codes = codes
        self._sender = sender
        self._policy = policy
        self._hasher = hasher
        self._check = check
        self._proof = proof
        self._persons = persons
        self._indexes = indexes
        self._settings = settings

    async def begin(
        self, phone: str, locale: Language = "zh-CN", *, asked_from: str | None = None
    ) -> Begun | Wait:
        """Start with a phone number, to which a code goes whether or not it has an account.

        Raises PhoneError for text that is no number, MessageNotSentError.
        """
        canonical = check_reachable(canonicalise_phone(phone), self._settings)
        expires_at = self._drafts.expiry(self._settings.draft_seconds)
        draft_id = new_secret()
        draft = Draft(expires_at.timestamp(), locale, canonical)
        wait = await self._send_code(draft_id, draft, asked_from)
        return wait or Begun(expires_at, mask_phone(canonical), draft_id)

    async def resend_code(self, draft_id: str, *, asked_from: str | None = None) -> Wait | None:
        """Send another code; the earlier one ends."""
        draft = await self._drafts.get(draft_id)
        if draft.phone_verified:
            raise StepOrderError
        return await self._send_code(draft_id, draft, asked_from)

    async def verify_code(self, draft_id: str, typed: str) -> CodeAnswer:
        """Check the code. Only its holder is told that the phone has an account."""
        draft = await self._drafts.get(draft_id)
        if draft.code_id is None or draft.phone_verified:
            raise StepOrderError
        binding = self._binding(draft_id, draft)
        async with self._database.write() as transaction:
            check = await self._codes.check(transaction, binding, draft.code_id, typed)
            if check is not CodeCheck.ACCEPTED:
                return CodeAnswer(check.value)
            owner = await self._persons.find_by_alias(transaction, binding.target)
        if owner is not None:
            await self._drafts.delete(draft_id)
            return CodeAnswer.PHONE_TAKEN
        await self._drafts.put(draft_id, replace(draft, phone_verified=True, code_id=None))
        return CodeAnswer.ACCEPTED

    async def declare_identity(
        self, draft_id: str, name: str, kind: IdentifierKind | None, number: str
    ) -> GuardianNeeded | None:
        """Note name and document without asking anybody; checks their form only.

        Raises PersonNameError, IdentifierError.
        """
        draft = await self._verified(draft_id)
        claim = self._check.read(name, kind, number)
        if self._check.needs_guardian(claim.identifier):
            return GuardianNeeded()
        identifier = claim.identifier
        declared = DeclaredIdentity(identifier.kind.value, claim.name, identifier.canonical)
        await self._drafts.put(draft_id, replace(draft, declared=declared))
        return None

    async def set_password(self, draft_id: str, password: str) -> PasswordAnswer | PolicyRefusal:
        """Judge and hash the password; only the hash is kept. Raises OverloadedError."""
        draft = await self._verified(draft_id)
        refusal = await self._policy.check(password, self._facts(draft))
        if refusal is not None:
            return refusal
        password_hash = await self._hasher.hash(password)
        await self._drafts.put(draft_id, replace(draft, password_hash=password_hash))
        return PasswordAnswer.KEPT

    async def prove(
        self,
        draft_id: str,
        name: str,
        kind: IdentifierKind | None,
        number: str,
        *,
        on_opened: OpenedHook | None = None,
    ) -> ProveAnswer:
        """Have the register confirm the person and create the account.

        `on_opened` runs in the transaction that creates it: start the session there. Raises
        PersonNameError, IdentifierError and StepOrderError; none of them uses up an attempt.
        """
        draft = await self._verified(draft_id)
        if draft.password_hash is None:
            raise StepOrderError
        claim = self._check.read(name, kind, number)
        if self._check.needs_guardian(claim.identifier):
            return GuardianNeeded()
        applicant = Applicant(draft.phone, draft.password_hash, draft.locale)
        answer = await self._proof.prove(draft_id, claim, applicant, on_opened)
        if isinstance(answer, Opened | PhoneTaken):
            await self._drafts.delete(draft_id)
        return answer

    async def has_password(self, draft_id: str) -> bool:
        """Return whether a password was chosen already."""
        return (await self._verified(draft_id)).password_hash is not None

    async def declared_claim(self, draft_id: str) -> PersonClaim | None:
        """Return what `declare_identity` noted, to be passed to `prove` or shown again."""
        declared = (await self._verified(draft_id)).declared
        if declared is None:
            return None
        return self._check.read(declared.name, IdentifierKind(declared.kind), declared.number)

    async def _send_code(self, draft_id: str, draft: Draft, asked_from: str | None) -> Wait | None:
        try:
            async with self._database.write() as transaction:
                issued = await self._codes.issue(
                    transaction, self._binding(draft_id, draft), asked_from=asked_from
                )
        except SendingLimitedError as error:
            return Wait(error.retry_after)
        await self._drafts.put(draft_id, replace(draft, code_id=issued.code_id))
        message = code_message(
            Channel.SMS,
            Purpose.REGISTRATION,
            draft.phone,
            issued.code,
            minutes=self._codes.lifetime_minutes,
            language=draft.locale,
        )
        await self._sender.send(message)
        return None

    async def _verified(self, draft_id: str) -> Draft:
        draft = await self._drafts.get(draft_id)
        if not draft.phone_verified:
            raise StepOrderError
        return draft

    def _binding(self, draft_id: str, draft: Draft) -> CodeBinding:
        return CodeBinding(Purpose.REGISTRATION, self._indexes.phone(draft.phone), draft_id)

    def _facts(self, draft: Draft) -> PersonalFacts:
        if draft.declared is None:
            return PersonalFacts(phone=draft.phone)
        claim = self._check.read(
            draft.declared.name, IdentifierKind(draft.declared.kind), draft.declared.number
        )
        return PersonalFacts(
            name=claim.name,
            phone=draft.phone,
            birthdate=claim.identifier.birthdate,
            document_number=claim.identifier.canonical,
        )
