"""Natural persons: creating, finding, reading and changing their accounts.

Every verb works inside a transaction that is passed in, and records its own audit event there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from idp.accounts import repository
from idp.accounts.aliases import IDENTITY_FIELD, Alias, AliasIndexes, AliasKind
from idp.accounts.attributes import ALL_COLUMNS, AttributeReader, AttributeSealer, PersonColumn
from idp.accounts.errors import (
    AliasTakenError,
    IdentityHeldError,
    NoSuchAccountError,
    StatusChangeError,
)
from idp.accounts.identifiers.names import canonicalise_name
from idp.accounts.person import (
    ALLOWED_FROM,
    AccountReference,
    AccountStatus,
    IdentityLevel,
    NewPerson,
    Person,
    VerifiedDocument,
)
from idp.audit.event import AuditEvent, Detail
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.clock import Clock
from idp.crypto.envelope import SubjectKeys
from idp.crypto.identifiers import new_id
from idp.storage.database import Transaction


class NaturalPersons:
    """The accounts of natural persons."""

    def __init__(
        self, subject_keys: SubjectKeys, indexes: AliasIndexes, audit: AuditLog, clock: Clock
    ) -> None:
        self._subject_keys = subject_keys
        self._reader = AttributeReader(subject_keys)
        self._indexes = indexes
        self._audit = audit
        self._clock = clock

    async def create(self, transaction: Transaction, new: NewPerson) -> str:
        """Create an account with its data key, document and login aliases; returns its id.

        Raises IdentityHeldError or AliasTakenError, upon which the caller has to leave the
        transaction with the error: part of the work may be done. Of any number of concurrent
        calls for one identity exactly one succeeds.
        """
        account_id, now = new_id(), self._clock.now()
        await self._claim_identities(transaction, account_id, new)
        key, wrapped_key = self._subject_keys.new(account_id)
        sealer = AttributeSealer(account_id, key)
        await repository.insert_person(
            transaction,
            {
                "id": account_id,
                "status": AccountStatus.ACTIVE.value,
                "created_at": now,
                "updated_at": now,
                **new.level.as_columns(),
                "locale": new.locale,
                **sealer.seal_all(new.attributes),
            },
            {"subject_id": account_id, "wrapped_key": wrapped_key, "created_at": now},
        )
        await self._add_document(transaction, sealer, account_id, new.document)
        for former in new.former_documents:
            await self._add_document(transaction, sealer, account_id, former, replaced_at=now)
        if new.attributes.phone is not None:
            alias = self._indexes.phone(new.attributes.phone)
            await self._claim_alias(transaction, alias, account_id)
        self._record(
            transaction, Tag.ACCOUNT_CREATED, account_id, {"identity_level": new.level.level}
        )
        return account_id

    async def find_by_alias(
        self, transaction: Transaction, alias: Alias
    ) -> AccountReference | None:
        """Return the account that signs in with this alias."""
        row = await repository.read_alias_owner(transaction, alias.kind.value, alias.index)
        if row is None:
            return None
        level = IdentityLevel(row.identity_level, expires_at=row.level_expires_at)
        return AccountReference(row.id, AccountStatus(row.status), level)

    async def read(
        self,
        transaction: Transaction,
        account_id: str,
        columns: Iterable[PersonColumn] = ALL_COLUMNS,
    ) -> Person:
        """Return a person with only the requested attributes opened; raises NoSuchAccountError."""
        person = await self.find(transaction, account_id, columns)
        if person is None:
            raise NoSuchAccountError
        return person

    async def read_level(self, transaction: Transaction, account_id: str) -> IdentityLevel | None:
        """Return how well an account's identity is proven, None when there is no such account."""
        row = await repository.read_level(transaction, account_id)
        if row is None:
            return None
        return IdentityLevel(row.identity_level, row.level_reached_at, row.level_expires_at)

    async def find(
        self, transaction: Transaction, account_id: str, columns: Iterable[PersonColumn]
    ) -> Person | None:
        """Return a person with only the requested attributes opened, if there is such a one."""
        wanted = frozenset(columns)
        row = await repository.read_person(transaction, account_id, wanted)
        if row is None:
            return None
        return Person(
            account_id=row.id,
            status=AccountStatus(row.status),
            level=IdentityLevel(row.identity_level, row.level_reached_at, row.level_expires_at),
            locale=row.locale,
            attributes=self._reader.open(row._mapping, row.wrapped_key, wanted),
        )

    async def document_indexes(self, transaction: Transaction, account_id: str) -> list[bytes]:
        """Return the blind indexes of a person's present documents."""
        return await repository.read_document_indexes(transaction, account_id)

    async def set_level(
        self, transaction: Transaction, account_id: str, level: IdentityLevel, detail: Detail
    ) -> None:
        """Store the level that the evidence supports. `detail` names method and source."""
        await self._update(transaction, account_id, level.as_columns())
        note = {**detail, "identity_level": level.level}
        self._record(transaction, Tag.ACCOUNT_LEVEL_RAISED, account_id, note)

    async def set_status(
        self, transaction: Transaction, account_id: str, status: AccountStatus, reason: str
    ) -> None:
        """Change the status; `reason` is a code, not free text. Raises StatusChangeError.

        A closed account gives up its aliases and its identity; the data stays until `shred`.
        """
        allowed = [one.value for one in ALLOWED_FROM[status]]
        now = self._clock.now()
        if not await repository.change_status(transaction, account_id, now, allowed, status.value):
            raise StatusChangeError(debug=f"to {status.value}")
        if status is AccountStatus.CLOSED:
            await repository.delete_aliases(transaction, account_id, None)
            await repository.release_identities(transaction, account_id)
        note = {"status": status.value, "reason": reason}
        self._record(transaction, Tag.ACCOUNT_STATUS_CHANGED, account_id, note)

    async def shred(self, transaction: Transaction, account_id: str) -> None:
        """Make the personal data of an account unreadable for good."""
        await repository.shred(transaction, account_id)
        self._record(transaction, Tag.ACCOUNT_SHREDDED, account_id, {})

    async def rename(
        self, transaction: Transaction, account_id: str, name: str, source: str
    ) -> None:
        """Store the name that `source` now gives for this person; raises PersonNameError."""
        sealed = await self._seal(
            transaction, account_id, PersonColumn.NAME, canonicalise_name(name)
        )
        await self._update(transaction, account_id, sealed)
        self._record(transaction, Tag.ACCOUNT_NAME_CHANGED, account_id, {"source": source})

    async def replace_phone(self, transaction: Transaction, account_id: str, phone: str) -> None:
        """Make a verified E.164 number the only phone of an account; raises AliasTakenError."""
        sealed = await self._seal(transaction, account_id, PersonColumn.PHONE, phone)
        await repository.delete_aliases(transaction, account_id, AliasKind.PHONE.value)
        await self._claim_alias(transaction, self._indexes.phone(phone), account_id)
        await self._update(transaction, account_id, sealed)
        self._record(transaction, Tag.ACCOUNT_PHONE_CHANGED, account_id, {})

    async def _claim_identities(
        self, transaction: Transaction, account_id: str, new: NewPerson
    ) -> None:
        every = (new.document, *new.former_documents)
        # In one order for everybody, so that two claims never wait for each other.
        for index in sorted({self._indexes.document(one.identifier).index for one in every}):
            if not await repository.claim_identity(transaction, IDENTITY_FIELD, index, account_id):
                owner = await repository.read_identity_owner(transaction, IDENTITY_FIELD, index)
                raise IdentityHeldError(owner or "")

    async def _claim_alias(self, transaction: Transaction, alias: Alias, account_id: str) -> None:
        row = {
            "kind": alias.kind.value,
            "blind_index": alias.index,
            "account_id": account_id,
            "verified_at": self._clock.now(),
        }
        if not await repository.claim_alias(transaction, row):
            raise AliasTakenError(alias.kind.value)

    async def _add_document(
        self,
        transaction: Transaction,
        sealer: AttributeSealer,
        account_id: str,
        document: VerifiedDocument,
        replaced_at: datetime | None = None,
    ) -> None:
        document_id, identifier = new_id(), document.identifier
        alias = self._indexes.document(identifier)
        await repository.insert_document(
            transaction,
            {
                "id": document_id,
                "account_id": account_id,
                "kind": identifier.kind.value,
                "number_sealed": sealer.seal_document_number(document_id, identifier.canonical),
                "number_index": alias.index,
                "source": document.source,
                "verified_at": document.verified_at,
                "valid_until": document.valid_until,
                "replaced_at": replaced_at,
            },
        )
        await self._claim_alias(transaction, alias, account_id)

    async def _seal(
        self, transaction: Transaction, account_id: str, column: PersonColumn, text: str
    ) -> dict[str, bytes]:
        row = await repository.read_person(transaction, account_id, frozenset())
        if row is None:
            raise NoSuchAccountError
        key = self._subject_keys.unwrap(account_id, row.wrapped_key)
        return {column.stored_as: AttributeSealer(account_id, key).seal(column, text)}

    async def _update(
        self, transaction: Transaction, account_id: str, values: dict[str, Any]
    ) -> None:
        now = self._clock.now()
        if not await repository.update_person(transaction, account_id, now, values):
            raise NoSuchAccountError

    def _record(self, transaction: Transaction, tag: Tag, account_id: str, detail: Detail) -> None:
        self._audit.record(transaction, AuditEvent(tag, account_id=account_id, detail=detail))
