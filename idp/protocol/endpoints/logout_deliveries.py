"""What became of the logouts that concern a client, for that client alone."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import TokenEndpoint
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.client_auth.errors import ClientRefusedError
from idp.protocol.endpoints.tools import EndpointTools
from idp.protocol.grants.response import NO_STORE, TokenResponse
from idp.protocol.request_adapter import EndpointRequest
from idp.storage.database import Transaction


class LogoutDeliveriesEndpoint(TokenEndpoint):
    """Lets whoever runs a portal see whether its logout address takes what it is sent, without
    asking the operator."""

    ENDPOINT_NAME = "logout_deliveries"
    WRITES = False
    CLIENT_AUTH_METHODS: tuple[str, ...] = ()
    tools: EndpointTools

    async def authenticate(self, request: EndpointRequest) -> ProtocolClient:
        """A public client proves nothing, so it may not ask."""
        client: ProtocolClient = await self.server.authenticate(request)
        if client.client.is_public:
            raise ClientRefusedError
        return client

    async def answer(
        self, transaction: Transaction, request: EndpointRequest, client: ProtocolClient
    ) -> TokenResponse:
        """Answer with the page that `cursor` leads to, or the first."""
        cursor = request.parameters.get("cursor")
        page = await self.tools.logout_ledger.page(transaction, client.client, cursor)
        if page is None:
            raise InvalidRequestError("cursor is not one of this endpoint")
        return 200, page, NO_STORE
