"""Initial access tokens (RFC 7591 section 3): whom the operator lets register a client."""

from __future__ import annotations

from datetime import timedelta

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry import repository
from idp.client_registry.errors import RegistrationTokenError
from idp.clock import Clock
from idp.crypto.identifiers import digest, new_id, new_secret
from idp.storage.database import Database, Transaction

_REFUSED = "The initial access token is not valid"


class InitialAccessTokens:
    """256 random bits each, of which a hash is kept; good for a number of registrations."""

    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    async def issue(
        self, transaction: Transaction, *, uses: int, life: timedelta, note: str
    ) -> str:
        """Return a new token, which is shown once; `note` says whom it is for."""
        token, token_id = new_secret(), new_id()
        now = self._clock.now()
        row = {
            "id": token_id,
            "token_hash": digest(token),
            "note": note,
            "uses_left": uses,
            "created_at": now,
            "expires_at": now + life,
        }
        await repository.insert_initial_access_token(transaction, row)
        event = AuditEvent(Tag.CLIENT_INVITED, detail={"token": token_id, "uses": uses})
        self._audit.record(transaction, event)
        return token

    async def check(self, transaction: Transaction, token: str | None) -> None:
        """Refuse a token that would not do, before any work; raises RegistrationTokenError."""
        if token is None:
            raise RegistrationTokenError("An initial access token is needed", missing=True)
        now = self._clock.now()
        if not await repository.is_initial_access_token_valid(transaction, digest(token), now):
            raise RegistrationTokenError(_REFUSED)

    async def spend(self, transaction: Transaction, token: str | None) -> str:
        """Use a token once more, in the transaction that registers the client; returns its id.

        Of N uses no more than N succeed, however many come at once. Raises RegistrationTokenError.
        """
        if token is None:
            raise RegistrationTokenError("An initial access token is needed", missing=True)
        now = self._clock.now()
        token_id = await repository.spend_initial_access_token(transaction, digest(token), now)
        if token_id is None:
            raise RegistrationTokenError(_REFUSED)
        return token_id


async def purge_initial_access_tokens(database: Database, clock: Clock, kept: timedelta) -> int:
    """Delete tokens that expired longer ago than `kept`; returns how many."""
    return await repository.purge_initial_access_tokens(database, clock.now() - kept)
