"""Token revocation (RFC 7009)."""

from __future__ import annotations

from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint as AuthlibRevocationEndpoint

from idp.protocol.bridge import current_transaction, wait
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.endpoints.presented_token import (
    PresentedToken,
    find_presented,
)
from idp.protocol.endpoints.tools import EndpointTools
from idp.protocol.grants.response import NO_STORE, TokenResponse
from idp.protocol.request_adapter import EndpointRequest
from idp.storage.database import Transaction
from idp.tokens.family import RevokeReason


class RevocationEndpoint(AuthlibRevocationEndpoint):
    """Ends a token that a client hands back: an access token alone, a refresh token with its
    whole family (RFC 7009 section 2.1)."""

    WRITES = True
    CLIENT_AUTH_METHODS: tuple[str, ...] = ()
    tools: EndpointTools

    def create_endpoint_response(self, request: EndpointRequest) -> TokenResponse:
        """Revoke the token in `request`. An unknown one is answered like one that is revoked
        already (section 2.2); another client's is refused (section 2.1)."""
        client: ProtocolClient = request.client or self.authenticate_endpoint_client(request)
        token = request.parameters.get("token")
        if token is None:
            raise InvalidRequestError("token is missing")
        transaction = current_transaction()
        found = wait(
            find_presented(transaction, self.tools.access_tokens, self.tools.tokens, token)
        )
        if found is not None and not found.check_client(client):
            raise InvalidGrantError("The token was issued to another client")
        if found is not None:
            wait(self._revoke(transaction, found))
        return 200, {}, NO_STORE

    async def _revoke(self, transaction: Transaction, found: PresentedToken) -> None:
        if found.access is not None:
            await self.tools.access_tokens.revoke(transaction, found.access)
        elif found.family is not None:
            await self.tools.tokens.revoke_family(
                transaction, found.family.id, RevokeReason.REVOKED_BY_CLIENT
            )
