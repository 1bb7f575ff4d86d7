"""Tokens from clients that are good once (RFC 7519 section 4.1.7), on whatever worker."""

from __future__ import annotations

import hashlib
from datetime import datetime

from idp.protocol import repository
from idp.storage.database import Database


class UsedJwtIds:
    """Remembers which tokens were shown, in SQL: a lost memory would let them be shown again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, purpose: str, client_id: str, jti: str, expires_at: datetime) -> bool:
        """Use a token up; False when somebody has. It stays used whatever happens afterwards.

        `expires_at` is the moment from which it is refused for its age. Only for a token whose
        signature is verified: others could be made by anybody, with the identifier of a good one.
        Raises DatabaseUnavailableError.
        """
        digest = hashlib.sha256(f"{purpose}\x00{client_id}\x00{jti}".encode()).digest()
        async with self._database.write() as transaction:
            return await repository.claim_jwt_id(transaction, digest, expires_at)
