"""Token revocation (RFC 7009)."""

from __future__ import annotations

from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint as AuthlibRevocationEndpoint

from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.endpoints.presented_token import (
    PresentedToken,
    find_presented,
    read_access_token,
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

    async def authenticate(self, request: EndpointRequest) -> ProtocolClient:
        """A public client may hand back its tokens, too."""
        client: ProtocolClient = await self.server.authenticate(request)
        return client

    async def answer(
        self, transaction: Transaction, request: EndpointRequest, client: ProtocolClient
    ) -> TokenResponse:
        """Revoke the token in `request`. An unknown one is answered like one that is revoked
        already (section 2.2); another client's is refused (section 2.1)."""
        token = request.parameters.get("token")
        if token is None:
            raise InvalidRequestError("token is missing")
        access_tokens, tokens = self.tools.access_tokens, self.tools.tokens
        access = read_access_token(access_tokens, token)
        found = await find_presented(transaction, access_tokens, tokens, token, access)
        if found is not None and not found.was_issued_to(client):
            raise InvalidGrantError("The token was issued to another client")
        if found is not None:
            await self._revoke(transaction, found)
        return 200, {}, NO_STORE

    async def _revoke(self, transaction: Transaction, found: PresentedToken) -> None:
        if found.access is not None:
            await self.tools.access_tokens.revoke(transaction, found.access)
        elif found.family is not None:
            await self.tools.tokens.revoke_family(
                transaction, found.family.id, RevokeReason.REVOKED_BY_CLIENT
            )
