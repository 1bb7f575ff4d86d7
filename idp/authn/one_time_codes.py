"""Six-digit codes that prove that somebody reads the messages sent to a number.

A code is bound to its purpose, to the number it was sent to and to the transaction it was asked
for in. It lives five minutes, can be typed five times, each counted before it is compared, and is
used up in one statement. Only a keyed hash of it is stored: a million codes are quickly tried.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from idp.accounts.aliases import Alias
from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.authn import code_repository as repository
from idp.authn.code_repository import CodeKey, Quota
from idp.authn.settings import OneTimeCodeSettings
from idp.clock import Clock
from idp.crypto.identifiers import digest, new_id
from idp.crypto.root_key import Purpose as KeyPurpose
from idp.crypto.root_key import RootKey
from idp.errors import TongxingError
from idp.messaging.message import Purpose
from idp.storage.database import Database, Transaction

_DIGITS = 6
_DAY = timedelta(days=1)
_TEN_MINUTES = timedelta(minutes=10)
_MINUTE = timedelta(minutes=1)
_MAX_TYPED = 32


class SendingLimitedError(TongxingError):
    """No code may be sent now; `retry_after` is in seconds. Leave the transaction with it."""

    code = "sending_limited"

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many codes were sent")
        self.retry_after = retry_after


class CodeCheck(StrEnum):
    """What came of typing a code."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    UNUSABLE = "unusable"
    """Used, expired, replaced by a newer one, typed too often, or of another transaction."""


@dataclass(frozen=True, slots=True)
class CodeBinding:
    """What a code is for: `target` is a phone, `reference` a secret of the transaction."""

    purpose: Purpose
    target: Alias
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A stored code. `code` is what the message has to say."""

    code_id: str
    expires_at: datetime
    code: str = field(repr=False)


class OneTimeCodes:
    """Issues and checks codes; the caller sends the message after the commit."""

    def __init__(
        self,
        root: RootKey,
        audit: AuditLog,
        clock: Clock,
        settings: OneTimeCodeSettings,
    ) -> None:
        self._key = root.derive(KeyPurpose.ONE_TIME_CODES)
        self._audit = audit
        self._clock = clock
        self._settings = settings

    @property
    def lifetime_minutes(self) -> int:
        """Whole minutes that a code can be used, for its message."""
        return self._settings.lifetime_seconds // 60

    async def issue(
        self,
        transaction: Transaction,
        binding: CodeBinding,
        *,
        asked_from: str | None = None,
        account_id: str | None = None,
    ) -> IssuedCode:
        """Store a new code; the earlier ones of this transaction end.

        `asked_from` stands for the network that asked. Raises SendingLimitedError, with the same
        limits for any number, known here or not.
        """
        now = self._clock.now()
        target = binding.target.index
        for scope, quota in self._quotas(binding, asked_from):
            await self._count_sending(transaction, scope, quota, now)
        reference_hash = digest(binding.reference)
        await repository.end_earlier_codes(transaction, binding.purpose.value, reference_hash, now)
        code_id, code = new_id(), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        key = CodeKey(code_id, binding.purpose.value, target, reference_hash)
        expires_at = now + timedelta(seconds=self._settings.lifetime_seconds)
        await repository.insert_code(
            transaction,
            {
                "id": code_id,
                "purpose": key.purpose,
                "target_index": target,
                "reference_hash": reference_hash,
                "account_id": account_id,
                "mac": self._mac(key, code),
                "tries": 0,
                "created_at": now,
                "expires_at": expires_at,
            },
        )
        self._record(transaction, Tag.ONE_TIME_CODE_SENT, account_id, key)
        return IssuedCode(code_id, expires_at, code)

    async def check(
        self, transaction: Transaction, binding: CodeBinding, code_id: str, typed: str
    ) -> CodeCheck:
        """Count a try, compare, and use the code up if it is right. Commit whatever comes back."""
        now = self._clock.now()
        key = CodeKey(
            code_id, binding.purpose.value, binding.target.index, digest(binding.reference)
        )
        row = await repository.count_try(transaction, key, now, self._settings.tries)
        if row is None:
            self._record(transaction, Tag.ONE_TIME_CODE_REFUSED, None, key)
            return CodeCheck.UNUSABLE
        if not hmac.compare_digest(row.mac, self._mac(key, _tidy(typed))):
            self._record(transaction, Tag.ONE_TIME_CODE_REFUSED, row.account_id, key)
            spent = row.tries >= self._settings.tries
            return CodeCheck.UNUSABLE if spent else CodeCheck.WRONG
        if not await repository.claim_code(transaction, code_id, now):
            return CodeCheck.UNUSABLE
        self._record(transaction, Tag.ONE_TIME_CODE_ACCEPTED, row.account_id, key)
        return CodeCheck.ACCEPTED

    async def purge(self, database: Database) -> int:
        """Delete codes that ended long ago; returns how many."""
        return await repository.purge_codes(database, self._clock.now() - 2 * _DAY)

    async def purge_sendings(self, database: Database) -> int:
        """Delete counters that no limit needs any more; returns how many."""
        return await repository.purge_sendings(database, self._clock.now() - 2 * _DAY)

    def _quotas(self, binding: CodeBinding, asked_from: str | None) -> Iterator[tuple[str, Quota]]:
        """The limits of one sending, narrowest first.

        One network uses up neither a phone's day nor the country's minute, and registrations use
        up nothing that recoveries need.
        """
        settings, purpose = self._settings, binding.purpose.value
        target = f"{purpose}:{binding.target.index.hex()}"
        if asked_from is not None:
            yield f"network:{asked_from}", Quota(settings.per_network, _TEN_MINUTES)
            yield f"pair:{asked_from}:{target}", Quota(settings.per_network_and_target, _DAY)
        pause = timedelta(seconds=settings.pause_seconds)
        yield f"target:{target}", Quota(settings.per_target_per_day, _DAY, pause)
        shard = secrets.randbelow(settings.total_shards)
        per_shard = max(1, settings.total_per_minute // settings.total_shards)
        yield f"total:{purpose}:{shard}", Quota(per_shard, _MINUTE)

    async def _count_sending(
        self, transaction: Transaction, scope: str, quota: Quota, now: datetime
    ) -> None:
        if not await repository.count_sending(transaction, scope, now, quota):
            raise SendingLimitedError(await self._wait(transaction, scope, now, quota))

    async def _wait(self, transaction: Transaction, scope: str, now: datetime, quota: Quota) -> int:
        row = await repository.read_sending(transaction, scope)
        free_at = now
        if row is not None:
            used_up = row.sent >= quota.limit
            free_at = row.window_start + quota.window if used_up else row.last_at + quota.pause
        return max(1, math.ceil((free_at - now).total_seconds()))

    def _mac(self, key: CodeKey, code: str) -> bytes:
        content = b"\0".join(
            (
                key.code_id.encode(),
                key.purpose.encode(),
                key.target_index.hex().encode(),
                key.reference_hash.hex().encode(),
                code.encode("utf-8", "backslashreplace"),
            )
        )
        return hmac.digest(self._key, content, hashlib.sha256)

    def _record(
        self, transaction: Transaction, tag: Tag, account_id: str | None, key: CodeKey
    ) -> None:
        detail = {"purpose": key.purpose, "code_id": key.code_id}
        self._audit.record(transaction, AuditEvent(tag, account_id, detail=detail))


def _tidy(typed: str) -> str:
    """Full-width digits and spaces between digits are the same code."""
    return "".join(unicodedata.normalize("NFKC", typed[:_MAX_TYPED]).split())
