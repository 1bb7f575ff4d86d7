"""Signing the tokens of one response."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from idp.accounts.attributes import AttributeReader
from idp.client_registry.client import Client
from idp.clock import Clock
from idp.keys.service import KeyRing
from idp.tokens import access_token, claims, id_token, jws
from idp.tokens.family import NO_REFRESH, TokenFamily
from idp.tokens.principal import Principal
from idp.tokens.refresh_token import RefreshTokens
from idp.tokens.settings import TokenSettings
from idp.tokens.subject import Subjects


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a token response carries (RFC 6749 section 5.1)."""

    access_token: str = field(repr=False)
    id_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    scope: str
    released: tuple[str, ...]
    """Names of the claims about the person that the ID token carries."""


class TokenIssuer:
    """Turns a family and its person into signed tokens. Claims nothing and stores nothing."""

    def __init__(
        self,
        *,
        issuer: str,
        keys: KeyRing,
        attributes: AttributeReader,
        subjects: Subjects,
        refresh_tokens: RefreshTokens,
        clock: Clock,
        settings: TokenSettings,
    ) -> None:
        self._issuer = issuer
        self._keys = keys
        self._attributes = attributes
        self._subjects = subjects
        self._refresh_tokens = refresh_tokens
        self._clock = clock
        self._settings = settings

    def issue(
        self,
        client: Client,
        family: TokenFamily,
        principal: Principal,
        *,
        nonce: str | None,
        scope: str,
    ) -> TokenSet:
        """Sign an access token and an ID token, and add the family's current refresh token."""
        access = self._access_token(client, family, scope)
        names = claims.releasable(family.id_token_claims, client, family.scope, scope)
        released = principal.claims(self._attributes, names)
        has_refresh = family.generation != NO_REFRESH
        return TokenSet(
            access_token=access,
            id_token=self._id_token(client, family, principal, access, nonce, released),
            refresh_token=(
                self._refresh_tokens.make(family.id, family.generation) if has_refresh else None
            ),
            expires_in=self._settings.access_token_seconds,
            scope=scope,
            released=tuple(sorted(released)),
        )

    def _access_token(self, client: Client, family: TokenFamily, scope: str) -> str:
        subject = self._subjects.sub(client, family.account_id)
        life = self._settings.access_token_seconds
        content = access_token.build(self._issuer, subject, family, scope, self._clock.now(), life)
        return jws.sign(self._keys, "ES256", access_token.TYP, content)

    def _id_token(
        self,
        client: Client,
        family: TokenFamily,
        principal: Principal,
        access: str,
        nonce: str | None,
        released: dict[str, Any],
    ) -> str:
        content = id_token.IdTokenContent(
            issuer=self._issuer,
            subject=self._subjects.sub(client, family.account_id),
            client_id=client.client_id,
            sid=self._subjects.sid(client, family.session_id),
            acr=family.acr,
            amr=family.amr,
            auth_time=family.auth_time,
            nonce=nonce,
            access_token=access,
            claims=released,
        )
        document = id_token.build(content, self._clock.now(), self._settings.id_token_seconds)
        alg = client.metadata.id_token_signed_response_alg
        return jws.sign(self._keys, alg, id_token.TYP, document)
