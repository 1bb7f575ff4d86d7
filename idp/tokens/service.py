"""Token families: begun by a code, stepped forward by refreshes, ended by revocation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry.client import Client
from idp.clock import Clock
from idp.crypto.identifiers import new_id
from idp.storage.database import Transaction
from idp.tokens import repository
from idp.tokens.authorization import Authorization
from idp.tokens.claims import Scope
from idp.tokens.errors import (
    CodeSpentError,
    PrincipalGoneError,
    RefreshRefusedError,
    ReusedRefreshTokenError,
    ScopeNotGrantedError,
)
from idp.tokens.family import NO_REFRESH, RevokeReason, TokenFamily
from idp.tokens.issuer import TokenIssuer, TokenSet
from idp.tokens.principal import Principal
from idp.tokens.refresh_token import RefreshTokens
from idp.tokens.settings import TokenSettings


class Tokens:
    """Token families of this installation."""

    def __init__(
        self,
        *,
        issuer: TokenIssuer,
        audit: AuditLog,
        refresh_tokens: RefreshTokens,
        clock: Clock,
        settings: TokenSettings,
    ) -> None:
        self._issuer = issuer
        self._audit = audit
        self._refresh_tokens = refresh_tokens
        self._clock = clock
        self._settings = settings

    async def redeem(
        self, transaction: Transaction, client: Client, authorization: Authorization
    ) -> TokenSet:
        """Claim an authorization and issue its tokens.

        The claim is a unique row, taken before anything is signed. Raises CodeSpentError when it
        was taken before, PrincipalGoneError when the person signed out or was disabled since.
        """
        if not client.may_use(authorization.issued_at):
            raise PrincipalGoneError
        family = self._new_family(client, authorization)
        row = family.as_row(authorization.id)
        if not await repository.claim_authorization(transaction, row):
            raise CodeSpentError
        person = await self._present_principal(transaction, family, authorization.consent_version)
        self._record(transaction, Tag.TOKEN_ISSUED, family)
        issued = self._issuer.issue(
            client, family, person, nonce=authorization.nonce, scope=family.scope
        )
        self._record_release(transaction, family, issued)
        return issued

    def _new_family(self, client: Client, authorization: Authorization) -> TokenFamily:
        now = self._clock.now()
        may_refresh = "refresh_token" in client.metadata.grant_types
        # Without a refresh token a family is of no use once its access token has expired.
        settings = self._settings
        idle = settings.refresh_idle_seconds if may_refresh else settings.access_token_seconds
        absolute = settings.refresh_absolute_seconds if may_refresh else idle
        return TokenFamily(
            id=new_id(),
            account_id=authorization.account_id,
            session_id=authorization.session_id,
            client_id=client.client_id,
            scope=authorization.scope,
            resources=authorization.resources,
            userinfo_claims=authorization.userinfo_claims,
            id_token_claims=authorization.id_token_claims,
            acr=authorization.acr,
            amr=authorization.amr,
            auth_time=authorization.auth_time,
            created_at=now,
            generation=0 if may_refresh else NO_REFRESH,
            rotated_at=None,
            is_offline=Scope.OFFLINE_ACCESS in authorization.scope.split(),
            idle_expires_at=now + timedelta(seconds=idle),
            absolute_expires_at=now + timedelta(seconds=absolute),
            revoked_at=None,
        )

    async def _present_principal(
        self, transaction: Transaction, family: TokenFamily, consent_version: int | None
    ) -> Principal:
        """A code is worth nothing once its session ended or its consent was withdrawn, even where
        its tokens would live on."""
        row = await repository.hold_principal(
            transaction, family.account_id, family.session_id, self._clock.now()
        )
        principal = Principal.from_row(row) if row else None
        if principal is None or not principal.is_active:
            raise PrincipalGoneError
        if consent_version is not None and await repository.is_withdrawn(
            transaction, family, consent_version
        ):
            raise PrincipalGoneError
        return principal

    async def _living_principal(self, transaction: Transaction, family: TokenFamily) -> Principal:
        row = await repository.read_principal(
            transaction, family.account_id, family.session_id, self._clock.now()
        )
        principal = Principal.from_row(row) if row else None
        if principal is None or not principal.may_continue(family):
            raise PrincipalGoneError
        return principal

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
            self._record(transaction, Tag.CODE_REUSED, TokenFamily.from_row(row))
        return bool(revoked)

    async def refresh(
        self, transaction: Transaction, client: Client, token: str, scope: str | None
    ) -> TokenSet:
        """Step a family forward and issue new tokens (RFC 6749 section 6).

        Raises RefreshRefusedError. Its kind ReusedRefreshTokenError says that the token was used
        before; the caller must then end that family in a transaction that commits.
        """
        claim = self._refresh_tokens.read(token)
        if claim is None:
            raise RefreshRefusedError
        now = self._clock.now()
        idle = now + timedelta(seconds=self._settings.refresh_idle_seconds)
        row = await repository.rotate(
            transaction, claim.family_id, client.client_id, claim.generation, now, idle
        )
        if row is None:
            row = await self._retried(transaction, client, claim.family_id, claim.generation, now)
        family = TokenFamily.from_row(row)
        if not client.may_use(family.created_at):
            raise RefreshRefusedError
        person = await self._living_principal(transaction, family)
        granted = _narrow(family.scope, scope)
        self._record(transaction, Tag.TOKEN_REFRESHED, family)
        issued = self._issuer.issue(client, family, person, nonce=None, scope=granted)
        self._record_release(transaction, family, issued)
        return issued

    async def _retried(
        self,
        transaction: Transaction,
        client: Client,
        family_id: str,
        generation: int,
        now: datetime,
    ) -> Row[Any]:
        """Answer a retry within the grace window with the same child; refuse everything else."""
        row = await repository.read_family(transaction, family_id)
        if row is None or row.client_id != client.client_id or row.revoked_at is not None:
            raise RefreshRefusedError
        if min(row.idle_expires_at, row.absolute_expires_at) <= now:
            raise RefreshRefusedError
        grace = timedelta(seconds=self._settings.refresh_grace_seconds)
        is_retry = row.generation == generation + 1 and row.rotated_at is not None
        # Two requests at once reach their clocks and the row in different orders, and workers'
        # clocks differ: the retry may carry the earlier time.
        if is_retry and abs(now - row.rotated_at) < grace:
            return row
        raise ReusedRefreshTokenError(family_id)

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
            self._record(transaction, tag, TokenFamily.from_row(row))
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
            self._record(transaction, Tag.TOKEN_REVOKED, TokenFamily.from_row(row))

    def read_refresh_token(self, token: str) -> str | None:
        """Return the family id of a genuine refresh token."""
        claim = self._refresh_tokens.read(token)
        return claim.family_id if claim else None

    async def find_refresh_family(
        self, transaction: Transaction, token: str
    ) -> tuple[TokenFamily, bool] | None:
        """Return the family of a genuine refresh token and whether it could be refreshed now."""
        claim = self._refresh_tokens.read(token)
        if claim is None:
            return None
        now = self._clock.now()
        row = await repository.read_family_with_principal(transaction, claim.family_id, None, now)
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

    def _record_release(
        self, transaction: Transaction, family: TokenFamily, issued: TokenSet
    ) -> None:
        """What an ID token carries is released like what userinfo answers (R49)."""
        if issued.released:
            released = list(issued.released)
            self._record(transaction, Tag.CLAIMS_RELEASED, family, {"claims": released})

    def _record(
        self,
        transaction: Transaction,
        tag: Tag,
        family: TokenFamily,
        detail: dict[str, list[str]] | None = None,
    ) -> None:
        event = AuditEvent(
            tag,
            account_id=family.account_id,
            client_id=family.client_id,
            session_id=family.session_id,
            detail={"family": family.id, "scope": family.scope, **(detail or {})},
        )
        self._audit.record(transaction, event)


def _narrow(granted: str, requested: str | None) -> str:
    """Return the part of a granted scope that a refresh asks for; raises ScopeNotGrantedError."""
    if not requested:
        return granted
    wanted = set(requested.split(" "))
    if not wanted <= set(granted.split(" ")):
        raise ScopeNotGrantedError
    return " ".join(scope for scope in granted.split() if scope in wanted)
