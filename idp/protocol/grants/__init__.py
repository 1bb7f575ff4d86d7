"""Grant types, listed by hand; discovery says what stands here."""

from __future__ import annotations

from idp.protocol.grants.authorization_code import AuthorizationCodeGrant, S256Challenge
from idp.protocol.grants.client_credentials import ClientCredentialsGrant
from idp.protocol.grants.refresh_token import RefreshTokenGrant

TokenGrant = AuthorizationCodeGrant | RefreshTokenGrant | ClientCredentialsGrant

GRANTS = (
    (AuthorizationCodeGrant, (S256Challenge(),)),
    (RefreshTokenGrant, ()),
    (ClientCredentialsGrant, ()),
)
