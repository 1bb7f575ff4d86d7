"""The refresh token grant (RFC 6749 section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import (
    InvalidGrantError,
    InvalidRequestError,
    UnauthorizedClientError,
)

from idp.client_registry.client import Client
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.grants.response import TokenResponse, token_response
from idp.storage.database import Transaction
from idp.tokens.issuer import TokenSet


class TokenRefresher(Protocol):
    """Reads refresh tokens and steps their families forward."""

    def read_refresh_token(self, token: str) -> str | None: ...

    async def refresh(
        self,
        transaction: Transaction,
        client: Client,
        token: str,
        scope: str | None,
        resources: Sequence[str],
    ) -> TokenSet: ...


class RefreshTokenGrant(grants.RefreshTokenGrant):
    """Checks the form of a refresh, then steps its family forward in one statement."""

    TOKEN_ENDPOINT_AUTH_METHODS: tuple[str, ...] = ()

    def validate_token_request(self) -> None:
        """Authenticate the client and read the token; no state is touched yet."""
        client: ProtocolClient = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError("The client is not registered for refresh_token")
        token = self.request.parameters.get("refresh_token")
        if token is None:
            raise InvalidRequestError("refresh_token is missing")
        refresher: TokenRefresher = self.server.granting
        if refresher.read_refresh_token(token) is None:
            raise InvalidGrantError("The refresh token is not valid")
        self.request.client = client
        self.request.refresh_token = token

    async def issue(self, transaction: Transaction) -> TokenResponse:
        """Step the family forward."""
        client: ProtocolClient = self.request.client
        scope = self.request.parameters.get("scope")
        resources = self.request.parameters.all("resource")
        refresher: TokenRefresher = self.server.granting
        tokens = await refresher.refresh(
            transaction, client.client, self.request.refresh_token, scope, resources
        )
        return token_response(tokens)
