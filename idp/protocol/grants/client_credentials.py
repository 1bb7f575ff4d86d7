"""The client credentials grant (RFC 6749 section 4.4): a client acts for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidScopeError, UnauthorizedClientError

from idp.client_registry.client import Client
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.grants.response import TokenResponse, token_response
from idp.storage.database import Transaction
from idp.tokens.issuer import TokenSet


class ClientTokenIssuer(Protocol):
    """Issues tokens that no person stands behind."""

    def issue_to_client(
        self, transaction: Transaction, client: Client, resources: Sequence[str]
    ) -> TokenSet: ...


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """Gives a client an access token of its own, for protected resources it is registered for."""

    TOKEN_ENDPOINT_AUTH_METHODS: tuple[str, ...] = ()

    def validate_token_request(self) -> None:
        """Authenticate the client. Our scopes are all about people, so none can be had here."""
        client: ProtocolClient = self.authenticate_token_endpoint_client()
        self.request.client = client
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError("The client is not registered for client_credentials")
        if self.request.parameters.get("scope") is not None:
            raise InvalidScopeError("No scope is open to a client without a person")

    async def issue(self, transaction: Transaction) -> TokenResponse:
        """Issue the token."""
        client: ProtocolClient = self.request.client
        issuer: ClientTokenIssuer = self.server.granting
        resources = self.request.parameters.all("resource")
        return token_response(issuer.issue_to_client(transaction, client.client, resources))
