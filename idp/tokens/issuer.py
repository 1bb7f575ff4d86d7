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
    id_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    scope: str
    released: tuple[str, ...]
    """Names of the claims about the person that the ID token carries."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a family's rights one response is about.

    `scope` is the family's or less. `resources` are those of the family or fewer; without any the
    access token is for this service itself.
    """

    scope: str
    resources: tuple[str, ...]
    nonce: str | None = None


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
        self, client: Client, family: TokenFamily, principal: Principal, wanted: Wanted
    ) -> TokenSet:
        """Sign an access token and an ID token, and add the family's current refresh token."""
        subject = self._subjects.sub(client, family.account_id)
        access = self._sign_access(client, family, subject, wanted)
        has_refresh = family.generation != NO_REFRESH
        token, released = self._sign_id(client, family, principal, subject, wanted, access, None)
        return TokenSet(
            access_token=access,
            id_token=token,
            refresh_token=(
                self._refresh_tokens.make(family.id, family.generation) if has_refresh else None
            ),
            expires_in=self._settings.access_token_seconds,
            scope=wanted.scope,
            released=released,
        )

    def issue_to_client(self, client: Client, wanted: Wanted) -> TokenSet:
        """Sign an access token with which a client acts for itself (RFC 6749 section 4.4)."""
        return TokenSet(
            access_token=self._sign_access(client, None, client.client_id, wanted),
            id_token=None,
            refresh_token=None,
            expires_in=self._settings.access_token_seconds,
            scope=wanted.scope,
            released=(),
        )

    def access_token(self, client: Client, family: TokenFamily, wanted: Wanted) -> str:
        """Sign an access token of a family."""
        subject = self._subjects.sub(client, family.account_id)
        return self._sign_access(client, family, subject, wanted)

    def _sign_access(
        self, client: Client, family: TokenFamily | None, subject: str, wanted: Wanted
    ) -> str:
        grant = access_token.Grant(
            issuer=self._issuer,
            audience=wanted.resources or (self._issuer,),
            subject=subject,
            client_id=client.client_id,
            scope=wanted.scope,
            life_seconds=self._settings.access_token_seconds,
        )
        content = access_token.build(grant, family, self._clock.now())
        return jws.sign(self._keys, "ES256", access_token.TYP, content)

    def id_token(
        self,
        client: Client,
        family: TokenFamily,
        principal: Principal,
        wanted: Wanted,
        *,
        access: str | None = None,
        code: str | None = None,
    ) -> tuple[str, tuple[str, ...]]:
        """Sign an ID token that is tied to the access token and the code beside it.

        Returns it with the names of the claims about the person that it carries.
        """
        subject = self._subjects.sub(client, family.account_id)
        return self._sign_id(client, family, principal, subject, wanted, access, code)

    def _sign_id(
        self,
        client: Client,
        family: TokenFamily,
        principal: Principal,
        subject: str,
        wanted: Wanted,
        access: str | None,
        code: str | None,
    ) -> tuple[str, tuple[str, ...]]:
        names = claims.releasable(family.id_token_claims, client, family.scope, wanted.scope)
        released: dict[str, Any] = principal.claims(self._attributes, names)
        content = id_token.IdTokenContent(
            issuer=self._issuer,
            subject=subject,
            client_id=client.client_id,
            sid=self._subjects.sid(client, family.session_id),
            acr=family.acr,
            amr=family.amr,
            auth_time=family.auth_time,
            nonce=wanted.nonce,
            access_token=access,
            code=code,
            claims=released,
        )
        document = id_token.build(content, self._clock.now(), self._settings.id_token_seconds)
        alg = client.metadata.id_token_signed_response_alg
        token = jws.sign(self._keys, alg, id_token.TYP, document)
        return token, tuple(sorted(released))
