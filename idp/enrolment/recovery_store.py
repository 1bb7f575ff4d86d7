"""Recoveries in progress, in SQL: a used one must stay used whatever the ephemeral store forgets.

    begun -> phone proven -> identity proven -> used

A recovery for a phone without an account is a row like any other, without an account behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idp.accounts.aliases import Alias, AliasKind
from idp.clock import Clock
from idp.crypto.envelope import seal, unseal
from idp.crypto.identifiers import digest, new_secret
from idp.crypto.root_key import Purpose, RootKey
from idp.enrolment import repository
from idp.enrolment.errors import FlowExpiredError
from idp.messaging.message import Language
from idp.storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Recovery:
    """One recovery that is neither used nor expired. `account_id` is None for a decoy."""

    account_id: str | None
    alias: Alias
    locale: Language
    expires_at: datetime
    code_id: str | None
    phone_proven: bool
    identity_proven: bool
    phone: str = field(repr=False)
    recovery_id: str = field(repr=False)


class Recoveries:
    """Keeps recoveries under a hash of their secret id."""

    def __init__(self, root: RootKey, clock: Clock, lifetime_seconds: int) -> None:
        self._key = root.derive(Purpose.RECOVERIES)
        self._clock = clock
        self._lifetime = timedelta(seconds=lifetime_seconds)

    async def begin(
        self,
        transaction: Transaction,
        account_id: str | None,
        phone: str,
        alias: Alias,
        locale: Language,
    ) -> Recovery:
        """Store a new recovery."""
        now, recovery_id = self._clock.now(), new_secret()
        id_hash = digest(recovery_id)
        expires_at = now + self._lifetime
        await repository.insert_recovery(
            transaction,
            {
                "id_hash": id_hash,
                "account_id": account_id,
                "phone_index": alias.index,
                "phone_sealed": seal(self._key, phone.encode(), _context(id_hash)),
                "locale": locale,
                "created_at": now,
                "expires_at": expires_at,
            },
        )
        return Recovery(
            account_id, alias, locale, expires_at, None, False, False, phone, recovery_id
        )

    async def get(self, transaction: Transaction, recovery_id: str) -> Recovery:
        """Return an open recovery; raises FlowExpiredError."""
        if not recovery_id.isascii():
            raise FlowExpiredError
        id_hash = digest(recovery_id)
        row = await repository.read_recovery(transaction, id_hash, self._clock.now())
        if row is None:
            raise FlowExpiredError
        return Recovery(
            account_id=row.account_id,
            alias=Alias(AliasKind.PHONE, row.phone_index),
            locale=row.locale,
            expires_at=row.expires_at,
            code_id=row.code_id,
            phone_proven=row.phone_proven_at is not None,
            identity_proven=row.identity_proven_at is not None,
            phone=unseal(self._key, row.phone_sealed, _context(id_hash)).decode(),
            recovery_id=recovery_id,
        )

    async def note_code(self, transaction: Transaction, recovery_id: str, code_id: str) -> None:
        """Note which code was sent last."""
        await self._update(transaction, recovery_id, {"code_id": code_id})

    async def note_phone_proven(self, transaction: Transaction, recovery_id: str) -> None:
        """Note that the code was right."""
        now = self._clock.now()
        await self._update(transaction, recovery_id, {"phone_proven_at": now})

    async def note_identity_proven(self, transaction: Transaction, recovery_id: str) -> None:
        """Note that name and number were right."""
        now = self._clock.now()
        await self._update(transaction, recovery_id, {"identity_proven_at": now})

    async def claim(self, transaction: Transaction, recovery_id: str) -> str:
        """Use up a proven recovery and end the account's others; returns the account id.

        Of any number of callers one gets it; the others get FlowExpiredError.
        """
        now = self._clock.now()
        account_id = await repository.claim_recovery(transaction, digest(recovery_id), now)
        if account_id is None:
            raise FlowExpiredError
        await repository.end_other_recoveries(transaction, account_id, now)
        return account_id

    async def purge(self, database: Database) -> int:
        """Delete recoveries that expired a day ago or earlier; returns how many."""
        limit = self._clock.now() - timedelta(days=1)
        return await repository.purge_recoveries(database, limit)

    async def _update(
        self, transaction: Transaction, recovery_id: str, values: dict[str, datetime | str]
    ) -> None:
        id_hash, now = digest(recovery_id), self._clock.now()
        if not await repository.update_recovery(transaction, id_hash, now, values):
            raise FlowExpiredError


def _context(id_hash: bytes) -> str:
    return f"recoveries|phone|{id_hash.hex()}"
