"""An account's password: setting and replacing its hash."""

from __future__ import annotations

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.authn import repository
from idp.authn.known_devices import KnownDevices
from idp.authn.throttle import Factor, Subject
from idp.clock import Clock
from idp.storage.database import Transaction


class PasswordCredentials:
    """Stores hashes made by `PasswordHasher`; never sees a password."""

    def __init__(self, devices: KnownDevices, audit: AuditLog, clock: Clock) -> None:
        self._devices = devices
        self._audit = audit
        self._clock = clock

    async def set(
        self, transaction: Transaction, account_id: str, password_hash: str, reason: str
    ) -> None:
        """Set or replace the password; `reason` is a code such as `registration`."""
        now = self._clock.now()
        await repository.put_password(transaction, account_id, password_hash, now)
        event = AuditEvent(Tag.PASSWORD_SET, account_id=account_id, detail={"reason": reason})
        self._audit.record(transaction, event)

    async def reset(self, transaction: Transaction, account_id: str, password_hash: str) -> None:
        """Replace the password after recovery: known browsers and failures are forgotten."""
        await self.set(transaction, account_id, password_hash, "recovery")
        tokens = await self._devices.forget_all(transaction, account_id)
        subjects = [Subject.account(account_id), *(Subject.device(token) for token in tokens)]
        await repository.delete_failures(
            transaction, [subject.key for subject in subjects], Factor.PASSWORD.value
        )
