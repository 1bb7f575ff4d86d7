"""A token that a client asks about or hands back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.protocol.client_adapter import ProtocolClient
from idp.storage.database import Transaction
from idp.tokens.access import AccessTokens
from idp.tokens.access_token import AccessToken
from idp.tokens.errors import InvalidTokenError
from idp.tokens.family import TokenFamily
from idp.tokens.service import Tokens


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A genuine token of ours. `access` is set for an access token, else it is a refresh token.
    A token that a client got for itself has no family, and neither has an access token whose grant
    has ended. `living` says whether it would be accepted now."""

    client_id: str
    family: TokenFamily | None
    access: AccessToken | None
    living: bool

    def was_issued_to(self, client: ProtocolClient) -> bool:
        """Whether the token was issued to this client."""
        return self.client_id == client.client_id

    @property
    def granted_at(self) -> datetime:
        """When what the token stands for was granted."""
        if self.family is not None:
            return self.family.created_at
        if self.access is not None:
            return self.access.issued_at
        raise RuntimeError("a token is neither an access token nor a refresh token")

    def is_for(self, client: ProtocolClient) -> bool:
        """Whether the token was meant to be shown to this client, as a protected resource."""
        answers_for = set(client.client.metadata.resource_identifiers)
        return self.access is not None and bool(answers_for & set(self.access.audience))


def read_access_token(access_tokens: AccessTokens, token: str) -> AccessToken | None:
    """Return what a string says when it is an access token of ours, whoever it is for."""
    try:
        return access_tokens.read_any(token)
    except InvalidTokenError:
        return None


async def find_presented(
    transaction: Transaction,
    access_tokens: AccessTokens,
    tokens: Tokens,
    token: str,
    access: AccessToken | None,
) -> PresentedToken | None:
    """Return what a string is, whatever the caller's hint said (RFC 7009 section 2.1). `access` is
    what `read_access_token` made of it."""
    found = await tokens.find_refresh_family(transaction, token)
    if found is not None:
        family, living = found
        return PresentedToken(family.client_id, family, None, living)
    if access is None:
        return None
    if access.family_id is None:
        revoked = await access_tokens.is_revoked(transaction, access)
        return PresentedToken(access.client_id, None, access, not revoked)
    try:
        living_token = await access_tokens.find_living(transaction, access)
    except InvalidTokenError:
        return PresentedToken(access.client_id, None, access, False)
    return PresentedToken(access.client_id, living_token.family, access, True)
