"""Granting tokens: for a code or a refresh token, through the browser, to a client itself.

One-time things are claimed before anything is signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from idp.audit.tags import Tag
from idp.client_registry.client import Client
from idp.clock import Clock
from idp.crypto.identifiers import new_id
from idp.storage.database import Transaction
from idp.tokens.authorization import Authorization
from idp.tokens.claims import Scope
from idp.tokens.errors import (
    CodeSpentError,
    PrincipalGoneError,
    RefreshRefusedError,
    ReusedRefreshTokenError,
    ScopeNotGrantedError,
    TargetNotGrantedError,
)
from idp.tokens.family import NO_REFRESH, TokenFamily
from idp.tokens.issuer import TokenIssuer, TokenSet, Wanted
from idp.tokens.principal import Principal
from idp.tokens.principal_repository import (
    claim_authorization,
    is_withdrawn,
    read_family_with_principal,
    rotate,
)
from idp.tokens.records import TokenRecords
from idp.tokens.refresh_token import RefreshTokens
from idp.tokens.settings import TokenSettings


@dataclass(frozen=True, slots=True)
class FrontChannelGrant:
    """What a browser carries to a client that asked for tokens at once."""

    access_token: str | None = field(repr=False)
    id_token: str | None = field(repr=False)
    expires_in: int


class TokenGranting:
    """Begins token families and steps them forward."""

    def __init__(
        self,
        *,
        issuer: TokenIssuer,
        records: TokenRecords,
        refresh_tokens: RefreshTokens,
        clock: Clock,
        settings: TokenSettings,
    ) -> None:
        self._issuer = issuer
        self._records = records
        self._refresh_tokens = refresh_tokens
        self._clock = clock
        self._settings = settings

    async def redeem(
        self,
        transaction: Transaction,
        client: Client,
        authorization: Authorization,
        resources: Sequence[str] = (),
    ) -> TokenSet:
        """Claim an authorization and issue its tokens, for `resources` of it or for all.

        The claim is a unique row, taken before anything is signed. Raises CodeSpentError when it
        was taken before, PrincipalGoneError when the person signed out or was disabled since,
        TargetNotGrantedError.
        """
        chosen = _choose(_kept(authorization.resources, client), resources)
        may_refresh = "refresh_token" in client.metadata.grant_types
        family, person = await self._begin(transaction, client, authorization, may_refresh)
        wanted = Wanted(family.scope, chosen, authorization.nonce)
        issued = self._issuer.issue(client, family, person, wanted)
        self._records.add_release(transaction, family, issued.released)
        return issued

    async def grant_at_once(
        self,
        transaction: Transaction,
        client: Client,
        authorization: Authorization,
        response_type: str,
        code: str | None,
    ) -> FrontChannelGrant:
        """Issue what an implicit or hybrid response type brings beside its code (OpenID Connect
        Core sections 3.2.2.5 and 3.3.2.5). Raises PrincipalGoneError.

        The family is another one than the code's, which is claimed when the code is redeemed.
        """
        parts = response_type.split(" ")
        if parts == ["id_token"]:
            # Core section 5.4: without an access token the scopes' claims go into the ID token.
            asked = (*authorization.id_token_claims, *authorization.userinfo_claims)
            authorization = replace(authorization, id_token_claims=tuple(dict.fromkeys(asked)))
        authorization = replace(authorization, id=new_id())
        family, person = await self._begin(transaction, client, authorization, may_refresh=False)
        wanted = Wanted(family.scope, authorization.resources, authorization.nonce)
        access = self._issuer.access_token(client, family, wanted) if "token" in parts else None
        token: str | None = None
        if "id_token" in parts:
            token, released = self._issuer.id_token(
                client, family, person, wanted, access=access, code=code
            )
            self._records.add_release(transaction, family, released)
        return FrontChannelGrant(access, token, self._settings.access_token_seconds)

    async def _begin(
        self,
        transaction: Transaction,
        client: Client,
        authorization: Authorization,
        may_refresh: bool,
    ) -> tuple[TokenFamily, Principal]:
        if not client.may_use(authorization.issued_at):
            raise PrincipalGoneError
        family = self._new_family(client, authorization, may_refresh)
        person = await self._claim(transaction, family, authorization)
        self._records.add(transaction, Tag.TOKEN_ISSUED, family)
        return family, person

    def _new_family(
        self, client: Client, authorization: Authorization, may_refresh: bool
    ) -> TokenFamily:
        now = self._clock.now()
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

    async def _claim(
        self, transaction: Transaction, family: TokenFamily, authorization: Authorization
    ) -> Principal:
        """A code is worth nothing once its session ended or its consent was withdrawn, even where
        its tokens would live on."""
        is_ours, row = await claim_authorization(
            transaction, family.as_row(authorization.id), family.created_at
        )
        if not is_ours:
            raise CodeSpentError
        principal = Principal.from_row(row) if row else None
        if principal is None or not principal.is_active:
            raise PrincipalGoneError
        version = authorization.consent_version
        if version is not None and await is_withdrawn(transaction, family, version):
            raise PrincipalGoneError
        return principal

    async def refresh(
        self,
        transaction: Transaction,
        client: Client,
        token: str,
        scope: str | None,
        resources: Sequence[str] = (),
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
        row = await rotate(
            transaction, claim.family_id, client.client_id, claim.generation, now, idle
        )
        if row is None:
            row = await self._retried(transaction, client, claim.family_id, claim.generation, now)
        family = TokenFamily.from_row(row)
        if not client.may_use(family.created_at):
            raise RefreshRefusedError
        person = Principal.from_row(row)
        if not person.may_continue(family):
            raise PrincipalGoneError
        granted = _narrow(family.scope, scope)
        self._records.add(transaction, Tag.TOKEN_REFRESHED, family)
        chosen = _choose(_kept(family.resources, client), resources)
        issued = self._issuer.issue(client, family, person, Wanted(granted, chosen))
        self._records.add_release(transaction, family, issued.released)
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
        row = await read_family_with_principal(transaction, family_id, None, now)
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

    def read_refresh_token(self, token: str) -> str | None:
        """Return the family id of a genuine refresh token."""
        claim = self._refresh_tokens.read(token)
        return claim.family_id if claim else None

    def issue_to_client(
        self, transaction: Transaction, client: Client, resources: Sequence[str]
    ) -> TokenSet:
        """Issue an access token with which a client acts for itself (RFC 6749 section 4.4).

        No family stands behind it: it ends by its date, by revocation, or with the client. Raises
        TargetNotGrantedError.
        """
        chosen = _choose(client.metadata.resources, resources) if resources else ()
        self._records.add_client_token(transaction, client.client_id, "", chosen)
        return self._issuer.issue_to_client(client, Wanted("", chosen))


def _narrow(granted: str, requested: str | None) -> str:
    """Return the part of a granted scope that a refresh asks for; raises ScopeNotGrantedError."""
    if not requested:
        return granted
    wanted = set(requested.split(" "))
    if not wanted <= set(granted.split(" ")):
        raise ScopeNotGrantedError
    return " ".join(scope for scope in granted.split() if scope in wanted)


def _kept(granted: Sequence[str], client: Client) -> tuple[str, ...]:
    """Return the resources of a grant that an administrator has not taken from the client since;
    raises TargetNotGrantedError when none is left, for then the token would be for us."""
    kept = tuple(uri for uri in granted if uri in client.metadata.resources)
    if granted and not kept:
        raise TargetNotGrantedError
    return kept


def _choose(granted: Sequence[str], requested: Sequence[str]) -> tuple[str, ...]:
    """Return the resources of a grant that a request names, or all of them when it names none;
    raises TargetNotGrantedError (RFC 8707 section 2.2)."""
    if not set(requested) <= set(granted):
        raise TargetNotGrantedError
    return tuple(uri for uri in granted if not requested or uri in requested)
