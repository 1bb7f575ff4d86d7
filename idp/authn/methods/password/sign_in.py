"""Signing in with a password.

    reserve (transaction) -> check the hash (no transaction, 23 ms) -> settle (transaction)

Everything up to the answer is the same for a name that no account has: the statements, the cost
of the hash, the counter, the words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from idp.accounts.person import AccountStatus, IdentityLevel
from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.authn import repository
from idp.authn.known_devices import KnownDevices
from idp.authn.methods.password.result import Accepted, Outcome, SignInResult
from idp.authn.throttle import Factor, Lock, Subject, Throttle
from idp.authn.usernames import Usernames
from idp.clock import Clock
from idp.crypto.passwords import PasswordHasher
from idp.storage.database import Database, Transaction

_MAX_CHECKS = 2
"""The hash may be replaced while it is checked, for instance upgraded by a parallel sign-in."""

AcceptedHook: TypeAlias = Callable[[Transaction, Accepted], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A reserved attempt: the account behind the name, if any, and its counter."""

    subject: Subject
    account_id: str | None
    level: IdentityLevel
    stored_hash: str | None = field(repr=False)
    device_hash: bytes | None = field(repr=False)
    lock: Lock | None


class PasswordSignIn:
    """The one way to sign in with a password."""

    def __init__(
        self,
        database: Database,
        usernames: Usernames,
        hasher: PasswordHasher,
        throttle: Throttle,
        devices: KnownDevices,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._database = database
        self._usernames = usernames
        self._hasher = hasher
        self._throttle = throttle
        self._devices = devices
        self._audit = audit
        self._clock = clock

    async def sign_in(
        self,
        username: str,
        password: str,
        device_token: str | None,
        *,
        client_id: str | None = None,
        on_accepted: AcceptedHook | None = None,
    ) -> SignInResult:
        """Check a user name (phone or document number, any spelling) and a password.

        `device_token` is the long-lived cookie. `on_accepted` runs in the transaction that
        records the success: start the session there, and a concurrent password reset ends it.
        Raises OverloadedError and DatabaseUnavailableError.
        """
        attempt = await self._reserve(username, device_token, client_id)
        if attempt.lock is not None:
            return _locked(attempt.lock)
        for _ in range(_MAX_CHECKS):
            verified = await self._hasher.verify(password, attempt.stored_hash)
            if not verified.ok or attempt.account_id is None:
                break
            settled = await self._settle(attempt, verified.new_hash, client_id, on_accepted)
            if isinstance(settled, SignInResult):
                return settled
            attempt = settled
        return await self._refuse(attempt, client_id)

    async def _reserve(
        self, username: str, device_token: str | None, client_id: str | None
    ) -> _Attempt:
        alias = self._usernames.alias_of(username)
        async with self._database.write() as transaction:
            row = await repository.read_sign_in(transaction, alias.kind.value, alias.index)
            account_id = row.id if row else None
            device_hash = await self._devices.recognise(transaction, device_token, account_id)
            if device_hash is not None:
                subject = Subject.device(device_hash)
            else:
                subject = Subject.account(account_id) if account_id else Subject.nobody(alias)
            lock = await self._throttle.reserve(transaction, subject, Factor.PASSWORD)
            if lock is not None:
                self._record(transaction, Tag.SIGN_IN_LOCKED, account_id, client_id)
            return _Attempt(
                subject=subject,
                account_id=account_id,
                level=IdentityLevel(row.identity_level, expires_at=row.level_expires_at)
                if row
                else IdentityLevel(1),
                stored_hash=row.hash if row else None,
                device_hash=device_hash,
                lock=lock,
            )

    async def _refuse(self, attempt: _Attempt, client_id: str | None) -> SignInResult:
        async with self._database.write() as transaction:
            self._record(transaction, Tag.PASSWORD_REFUSED, attempt.account_id, client_id)
        return SignInResult(Outcome.REFUSED)

    async def _settle(
        self,
        attempt: _Attempt,
        new_hash: str | None,
        client_id: str | None,
        on_accepted: AcceptedHook | None,
    ) -> SignInResult | _Attempt:
        """Record the success; an attempt comes back when the hash it was checked with is gone."""
        account_id = attempt.account_id or ""
        async with self._database.write() as transaction:
            present = await repository.lock_password(transaction, account_id)
            if present != attempt.stored_hash:
                return replace(attempt, stored_hash=present)
            await self._throttle.reset(transaction, attempt.subject, Factor.PASSWORD)
            if await repository.read_status(transaction, account_id) != AccountStatus.ACTIVE:
                self._record(transaction, Tag.PASSWORD_REFUSED, account_id, client_id, "frozen")
                return SignInResult(Outcome.FROZEN)
            if new_hash is not None:
                await self._upgrade(transaction, attempt, new_hash)
            device_token = await self._remember_device(transaction, attempt, account_id)
            self._record(transaction, Tag.PASSWORD_ACCEPTED, account_id, client_id)
            now = self._clock.now()
            accepted = Accepted(account_id, attempt.level.at(now), now)
            if on_accepted is not None:
                await on_accepted(transaction, accepted)
        return SignInResult(Outcome.ACCEPTED, accepted=accepted, device_token=device_token)

    async def _upgrade(self, transaction: Transaction, attempt: _Attempt, new_hash: str) -> None:
        account_id = attempt.account_id or ""
        await repository.upgrade_password(
            transaction, account_id, attempt.stored_hash or "", new_hash, self._clock.now()
        )
        self._audit.record(transaction, AuditEvent(Tag.PASSWORD_UPGRADED, account_id=account_id))

    async def _remember_device(
        self, transaction: Transaction, attempt: _Attempt, account_id: str
    ) -> str | None:
        if attempt.device_hash is None:
            return await self._devices.remember(transaction, account_id)
        await self._devices.note_use(transaction, attempt.device_hash)
        return None

    def _record(
        self,
        transaction: Transaction,
        tag: Tag,
        account_id: str | None,
        client_id: str | None,
        reason: str | None = None,
    ) -> None:
        detail = {"reason": reason} if reason else {}
        self._audit.record(
            transaction, AuditEvent(tag, account_id, client_id=client_id, detail=detail)
        )


def _locked(lock: Lock) -> SignInResult:
    if lock.retry_after is None:
        return SignInResult(Outcome.RECOVERY_REQUIRED)
    return SignInResult(Outcome.LOCKED, retry_after=lock.retry_after)
