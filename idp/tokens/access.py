"""Access tokens that come back: checked, looked up, answered with claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from idp.accounts.attributes import AttributeReader
from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry.client import Client
from idp.clock import Clock
from idp.keys.service import KeyRing
from idp.storage.database import Transaction
from idp.tokens import access_token, claims, jws, principal_repository, repository
from idp.tokens.access_token import AccessToken
from idp.tokens.errors import InvalidTokenError
from idp.tokens.family import TokenFamily
from idp.tokens.principal import Principal


@dataclass(frozen=True, slots=True)
class LivingToken:
    """An access token that is good right now, with its family and its person."""

    token: AccessToken
    family: TokenFamily
    principal: Principal = field(repr=False)


class AccessTokens:
    """What the protected endpoints of this service ask about access tokens."""

    def __init__(
        self,
        *,
        issuer: str,
        keys: KeyRing,
        audit: AuditLog,
        attributes: AttributeReader,
        clock: Clock,
    ) -> None:
        self._issuer = issuer
        self._keys = keys
        self._audit = audit
        self._attributes = attributes
        self._clock = clock

    def read(self, token: str) -> AccessToken:
        """Check a token that was brought to this service itself: signature, type, dates, audience
        and that a person stands behind it; raises InvalidTokenError."""
        access = self.read_any(token)
        if self._issuer not in access.audience or access.family_id is None:
            raise InvalidTokenError("The access token is not meant for this service")
        return access

    def read_any(self, token: str) -> AccessToken:
        """Check signature, type and dates of a token for whatever audience; raises
        InvalidTokenError."""
        try:
            verified = jws.verify(self._keys, token, access_token.TYP)
        except jws.NotOurTokenError as error:
            raise InvalidTokenError("The access token is not valid", debug=str(error)) from error
        return access_token.read(verified, self._issuer, self._clock.now())

    async def find_living(self, transaction: Transaction, token: AccessToken) -> LivingToken:
        """Look up what a genuine token stands for, in one statement; raises InvalidTokenError,
        also for a token that a client got for itself."""
        if token.family_id is None:
            raise InvalidTokenError("No person stands behind the access token")
        row = await principal_repository.read_family_with_principal(
            transaction, token.family_id, token.jti, self._clock.now()
        )
        if row is None or row.jti_revoked or row.revoked_at is not None:
            raise InvalidTokenError("The access token was revoked")
        living = LivingToken(token, TokenFamily.from_row(row), Principal.from_row(row))
        if not living.principal.may_continue(living.family):
            raise InvalidTokenError("The access token was revoked")
        return living

    async def is_revoked(self, transaction: Transaction, token: AccessToken) -> bool:
        """Whether this very token was revoked, by its `jti`."""
        return await repository.is_access_token_revoked(transaction, token.jti)

    async def revoke(self, transaction: Transaction, token: AccessToken) -> None:
        """Revoke one access token (RFC 7009); its family lives on."""
        await repository.revoke_access_token(transaction, token.jti, token.expires_at)
        event = AuditEvent(
            Tag.TOKEN_REVOKED, client_id=token.client_id, detail={"family": token.family_id}
        )
        self._audit.record(transaction, event)

    def release(
        self, transaction: Transaction, client: Client, living: LivingToken
    ) -> dict[str, Any]:
        """Return the userinfo claims of a living token and record that they were read (R49)."""
        family = living.family
        names = claims.releasable(family.userinfo_claims, client, family.scope, living.token.scope)
        released = living.principal.claims(self._attributes, names)
        event = AuditEvent(
            Tag.CLAIMS_RELEASED,
            account_id=living.family.account_id,
            client_id=living.family.client_id,
            session_id=living.family.session_id,
            detail={"family": living.family.id, "claims": sorted(released)},
        )
        self._audit.record(transaction, event)
        return {"sub": living.token.subject, **released}
