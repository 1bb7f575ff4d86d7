"""Browsers that have signed in to an account before.

A known browser has a failure counter of its own: an attacker who exhausts the account's counter
does not shut its owner out. The browser keeps a random secret of 256 bits in a cookie; a hash of
it is stored. A secret of that size needs no signature: nobody can make one up.
"""

from __future__ import annotations

from datetime import timedelta

from idp.authn import repository
from idp.authn.settings import KnownDeviceSettings
from idp.clock import Clock
from idp.crypto.identifiers import digest, new_secret
from idp.storage.database import Database, Transaction

_MAX_TOKEN_LENGTH = 128


class KnownDevices:
    """Which browsers an account has been used from."""

    def __init__(self, clock: Clock, settings: KnownDeviceSettings) -> None:
        self._clock = clock
        self._settings = settings

    async def recognise(
        self, transaction: Transaction, token: str | None, account_id: str | None
    ) -> bytes | None:
        """Return the hash of a cookie's token when the account knows it.

        Asks the database whenever there is a token, whether or not there is an account.
        """
        if not token or len(token) > _MAX_TOKEN_LENGTH or not token.isascii():
            return None
        token_hash = digest(token)
        known = await repository.read_device(
            transaction, token_hash, account_id or "", self._clock.now()
        )
        return token_hash if known else None

    async def remember(self, transaction: Transaction, account_id: str) -> str:
        """Make a browser known; returns the token for its cookie."""
        now, token = self._clock.now(), new_secret()
        await repository.insert_device(
            transaction,
            {
                "token_hash": digest(token),
                "account_id": account_id,
                "created_at": now,
                "last_used_at": now,
                "expires_at": now + timedelta(days=self._settings.lifetime_days),
            },
        )
        await repository.keep_newest_devices(transaction, account_id, self._settings.per_account)
        return token

    async def note_use(self, transaction: Transaction, token_hash: bytes) -> None:
        """Keep a known browser known."""
        now = self._clock.now()
        expires_at = now + timedelta(days=self._settings.lifetime_days)
        await repository.touch_device(transaction, token_hash, now, expires_at)

    async def forget_all(self, transaction: Transaction, account_id: str) -> list[bytes]:
        """Make all browsers of an account unknown; returns the hashes of their tokens."""
        return await repository.delete_devices(transaction, account_id)

    async def purge(self, database: Database) -> int:
        """Delete browsers that are not known any more; returns how many."""
        return await repository.purge_devices(database, self._clock.now())
