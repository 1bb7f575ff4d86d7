"""A token that a client asks about or hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from idp.protocol.client_adapter import ProtocolClient
from idp.storage.database import Transaction
from idp.tokens.access import LivingToken
from idp.tokens.access_token import AccessToken
from idp.tokens.errors import InvalidTokenError
from idp.tokens.family import RevokeReason, TokenFamily


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A genuine token of ours. `access` is set for an access token, else it is a refresh token."""

    client_id: str
    family: TokenFamily | None
    access: AccessToken | None
    living: bool = field(default=False)

    def check_client(self, client: ProtocolClient) -> bool:
        """Whether the token was issued to this client."""
        return self.client_id == client.client_id


class AccessTokenReader(Protocol):
    """Reads, looks up and revokes access tokens."""

    def read(self, token: str) -> AccessToken: ...

    async def find_living(self, transaction: Transaction, token: AccessToken) -> LivingToken: ...

    async def revoke(self, transaction: Transaction, token: AccessToken) -> None: ...


class RefreshTokenReader(Protocol):
    """Looks up and revokes refresh tokens."""

    async def find_refresh_family(
        self, transaction: Transaction, token: str
    ) -> tuple[TokenFamily, bool] | None: ...

    async def revoke_family(
        self, transaction: Transaction, family_id: str, reason: RevokeReason
    ) -> bool: ...


async def find_presented(
    transaction: Transaction,
    access_tokens: AccessTokenReader,
    refresh_tokens: RefreshTokenReader,
    token: str,
) -> PresentedToken | None:
    """Return what a string is, whatever the caller's hint said (RFC 7009 section 2.1)."""
    found = await refresh_tokens.find_refresh_family(transaction, token)
    if found is not None:
        family, living = found
        return PresentedToken(family.client_id, family, None, living)
    try:
        access = access_tokens.read(token)
    except InvalidTokenError:
        return None
    try:
        living_token = await access_tokens.find_living(transaction, access)
    except InvalidTokenError:
        return PresentedToken(access.client_id, None, access, False)
    return PresentedToken(access.client_id, living_token.family, access, True)
