"""Token families: looked up, and ended by whoever may end them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idp.audit.tags import Tag
from idp.clock import Clock
from idp.storage.database import Transaction
from idp.tokens import repository
from idp.tokens.authorization import Authorization
from idp.tokens.family import RevokeReason, TokenFamily
from idp.tokens.principal import Principal
from idp.tokens.principal_repository import read_family_with_principal
from idp.tokens.records import TokenRecords
from idp.tokens.refresh_token import RefreshTokens


class Tokens:
    """Token families of this installation."""

    def __init__(self, records: TokenRecords, refresh_tokens: RefreshTokens, clock: Clock) -> None:
        self._records = records
        self._refresh_tokens = refresh_tokens
        self._clock = clock

    async def revoke_reused_code(
        self, transaction: Transaction, authorization: Authorization
    ) -> bool:
        """End what a code gave when the code turns up again (RFC 6749 section 4.1.2)."""
        revoked = await repository.revoke_families(
            transaction,
            repository.of_authorization(authorization.id),
            self._clock.now(),
            RevokeReason.CODE_REUSED,
        )
        for row in revoked:
            self._records.add(transaction, Tag.CODE_REUSED, TokenFamily.from_row(row))
        return bool(revoked)

    async def revoke_family(
        self, transaction: Transaction, family_id: str, reason: RevokeReason
    ) -> bool:
        """End one family; returns whether it was still living."""
        rows = await repository.revoke_families(
            transaction, repository.with_id(family_id), self._clock.now(), reason.value
        )
        reused = reason is RevokeReason.REFRESH_REUSED
        for row in rows:
            tag = Tag.REFRESH_TOKEN_REUSED if reused else Tag.TOKEN_REVOKED
            self._records.add(transaction, tag, TokenFamily.from_row(row))
        return bool(rows)

    async def revoke_sessions(
        self, transaction: Transaction, session_ids: Sequence[str], reason: RevokeReason
    ) -> None:
        """End the families that live no longer than these sessions."""
        await self._revoke(transaction, repository.online_in(session_ids), reason)

    async def revoke_account(
        self,
        transaction: Transaction,
        account_id: str,
        reason: RevokeReason,
        client_id: str | None = None,
    ) -> None:
        """End all families of an account, or those at one client."""
        await self._revoke(transaction, repository.of_account(account_id, client_id), reason)

    async def list_offline_clients(
        self, transaction: Transaction, account_id: str
    ) -> dict[str, datetime]:
        """Return the ids of the clients that can go on without the person, and until when."""
        return await repository.read_offline_clients(transaction, account_id, self._clock.now())

    async def _revoke(
        self, transaction: Transaction, condition: repository.Condition, reason: RevokeReason
    ) -> None:
        rows = await repository.revoke_families(
            transaction, condition, self._clock.now(), reason.value
        )
        for row in rows:
            self._records.add(transaction, Tag.TOKEN_REVOKED, TokenFamily.from_row(row))

    async def find_refresh_family(
        self, transaction: Transaction, token: str
    ) -> tuple[TokenFamily, bool] | None:
        """Return the family of a genuine refresh token and whether it could be refreshed now."""
        claim = self._refresh_tokens.read(token)
        if claim is None:
            return None
        now = self._clock.now()
        row = await read_family_with_principal(transaction, claim.family_id, None, now)
        if row is None:
            return None
        family = TokenFamily.from_row(row)
        living = (
            family.revoked_at is None
            and family.generation == claim.generation
            and now < min(family.idle_expires_at, family.absolute_expires_at)
            and Principal.from_row(row).may_continue(family)
        )
        return family, living
