"""The key ring: what may sign now, what is published, rotation and revocation."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.clock import Clock
from idp.crypto.root_key import Purpose, RootKey
from idp.keys import repository
from idp.keys.errors import NoSigningKeyError, UnknownKeyError
from idp.keys.settings import KeySettings, SigningAlgorithm
from idp.keys.signing_key import SigningKey, generate, open_private, seal_private
from idp.storage.database import Database, DatabaseUnavailableError, Transaction

_PATIENCE_SECONDS = 1.0
"""How long those who fetch our public keys wait for news from the database."""


class KeyRing:
    """Signing keys of this installation, with a copy that each worker keeps for a short time."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        root: RootKey,
        clock: Clock,
        settings: KeySettings,
    ) -> None:
        self._database = database
        self._audit = audit
        self._sealing_key = root.derive(Purpose.SIGNING_KEYS)
        self._clock = clock
        self._settings = settings
        self._keys: tuple[SigningKey, ...] = ()
        self._loaded_at: datetime | None = None
        self._loading: asyncio.Task[None] | None = None

    async def refresh(self, *, force: bool = False) -> None:
        """Reload the copy when it is older than `cache_seconds`.

        Called at the door of every request that signs or verifies, before a transaction is open.
        Raises DatabaseUnavailableError.
        """
        if force:
            await self._load()
        elif not self._is_fresh():
            await asyncio.shield(self._joint_load())

    async def refresh_if_possible(self) -> None:
        """Reload the copy, but keep publishing the old one while the database does not answer:
        everybody who verifies our signatures depends on it (R58)."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS if self._keys else None):
                await self.refresh()
        except (DatabaseUnavailableError, TimeoutError):
            if not self._keys:
                raise

    def _joint_load(self) -> asyncio.Task[None]:
        """Return the one load under way: however many wait for a database that does not answer,
        they wait at the same time."""
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load())
            self._loading.add_done_callback(_mark_as_seen)
        return self._loading

    async def _load(self) -> None:
        async with self._database.read() as transaction:
            rows = await repository.read_keys(transaction)
        known = {key.kid: key for key in self._keys}
        self._keys = tuple(self._open(row, known.get(row.kid)) for row in rows)
        self._loaded_at = self._clock.now()

    def _is_fresh(self) -> bool:
        if self._loaded_at is None:
            return False
        age = self._clock.now() - self._loaded_at
        return abs(age) < timedelta(seconds=self._settings.cache_seconds)

    def _open(self, row: Any, known: SigningKey | None) -> SigningKey:
        private = (
            known.private
            if known
            else open_private(self._sealing_key, row.private_sealed, row.kid, row.alg)
        )
        return SigningKey(
            kid=row.kid,
            alg=row.alg,
            public_jwk=row.public_jwk,
            created_at=row.created_at,
            active_from=row.active_from,
            published_until=row.published_until,
            revoked_at=row.revoked_at,
            private=private,
        )

    def all(self) -> tuple[SigningKey, ...]:
        """Every key of the copy, oldest first."""
        return self._keys

    def signer(self, alg: SigningAlgorithm) -> SigningKey:
        """Return the newest key that may sign with `alg`; raises NoSigningKeyError."""
        now = self._clock.now()
        candidates = [key for key in self._keys if key.alg == alg and key.may_sign(now)]
        if not candidates:
            raise NoSigningKeyError(debug=f"no active {alg} key")
        return max(candidates, key=lambda key: (key.active_from, key.kid))

    def verifier(self, kid: str, alg: str) -> SigningKey | None:
        """Return the published key `kid` when it is for `alg`, else None."""
        now = self._clock.now()
        for key in self._keys:
            if key.kid == kid and key.alg == alg and key.is_published(now):
                return key
        return None

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """Return the JWK Set (RFC 7517 section 5) of published public keys."""
        now = self._clock.now()
        return {"keys": [key.public_jwk for key in self._keys if key.is_published(now)]}

    async def ensure(self) -> None:
        """Make a key for every configured algorithm that has none which lasts."""
        async with self._database.write() as transaction:
            rows = await repository.read_keys(transaction)
            lasting = {r.alg for r in rows if r.revoked_at is None and r.published_until is None}
            for alg in self._settings.algorithms:
                if alg not in lasting:
                    await self._create(transaction, alg, self._clock.now())
        await self.refresh(force=True)

    async def rotate(self, alg: SigningAlgorithm, *, announce_seconds: int | None = None) -> str:
        """Add a key that signs after the announcement, and set an end to the older ones.

        Returns the new `kid`. Older keys keep signing until the new one may, and stay published
        for `overlap_days` after that.
        """
        delay = self._settings.announce_seconds if announce_seconds is None else announce_seconds
        async with self._database.write() as transaction:
            active_from = self._clock.now() + timedelta(seconds=delay)
            kid = await self._create(transaction, alg, active_from)
            until = active_from + timedelta(days=self._settings.overlap_days)
            await repository.limit_publication(transaction, alg, kid, until)
        await self.refresh(force=True)
        return kid

    async def revoke(self, kid: str) -> str | None:
        """Withdraw a key at once; nothing it signed is accepted once the copies have expired.

        Returns the `kid` of a replacement when no key is left that lasts: one that was rotated out
        and waits for its end to come does not. Raises UnknownKeyError.
        """
        async with self._database.write() as transaction:
            now = self._clock.now()
            if not await repository.mark_revoked(transaction, kid, now):
                raise UnknownKeyError(debug=kid)
            self._audit.record(transaction, AuditEvent(Tag.KEY_REVOKED, detail={"kid": kid}))
            replacement = await self._replace(transaction, kid, now)
        await self.refresh(force=True)
        return replacement

    async def _replace(self, transaction: Transaction, kid: str, now: datetime) -> str | None:
        rows = await repository.read_keys(transaction)
        alg: SigningAlgorithm = next(row.alg for row in rows if row.kid == kid)
        others = [row for row in rows if row.alg == alg and row.revoked_at is None]
        can_sign = any(_may_sign(row, now) for row in others)
        if can_sign and any(row.published_until is None for row in others):
            return None
        # A key on its way out signs until the new one was published for long enough.
        delay = self._settings.announce_seconds if can_sign else 0
        return await self._create(transaction, alg, now + timedelta(seconds=delay))

    async def _create(
        self, transaction: Transaction, alg: SigningAlgorithm, active_from: datetime
    ) -> str:
        private = await asyncio.to_thread(generate, alg)
        public = {**private.as_dict(private=False), "use": "sig", "alg": alg}
        kid = str(public["kid"])
        await repository.insert_key(
            transaction,
            {
                "kid": kid,
                "alg": alg,
                "public_jwk": public,
                "private_sealed": seal_private(self._sealing_key, private, kid),
                "created_at": self._clock.now(),
                "active_from": active_from,
            },
        )
        detail = {"kid": kid, "alg": alg}
        self._audit.record(transaction, AuditEvent(Tag.KEY_CREATED, detail=detail))
        return kid


def _mark_as_seen(load: asyncio.Task[None]) -> None:
    """Nobody may be left to wait for a load that failed; that alone is no fault to report."""
    if not load.cancelled():
        load.exception()


def _may_sign(row: Any, now: datetime) -> bool:
    """Whether a key that was not revoked may make a signature now."""
    active_from: datetime = row.active_from
    published_until: datetime | None = row.published_until
    return active_from <= now and (published_until is None or now < published_until)
