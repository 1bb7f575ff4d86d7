"""The pushed authorization request endpoint (RFC 9126 section 2)."""

from __future__ import annotations

from typing import Any

from authlib.oauth2 import OAuth2Error

from idp.protocol.authorization.pushed_requests import LIFE_SECONDS, PushedRequests
from idp.protocol.authorization.request import RequestSource
from idp.protocol.authorization.sources import RequestSources
from idp.protocol.authorization.validation import AuthorizationRequestValidator, RefusedRequest
from idp.protocol.client_auth.credentials import CREDENTIAL_PARAMETERS
from idp.protocol.errors import AuthorizationRequestError
from idp.protocol.request_adapter import EndpointRequest
from idp.storage.database import Database


class PushRefusedError(OAuth2Error):
    """A pushed request is refused with the error that its authorization would have met (RFC 9126
    section 2.3)."""

    status_code = 400

    def __init__(self, refused: AuthorizationRequestError) -> None:
        super().__init__(refused.description)
        self.error = refused.error


class RequestPushing:
    """Takes requests in once they have passed every check that a browser's request passes."""

    def __init__(
        self,
        database: Database,
        sources: RequestSources,
        validator: AuthorizationRequestValidator,
        pushed: PushedRequests,
    ) -> None:
        self._database = database
        self._sources = sources
        self._validator = validator
        self._pushed = pushed

    async def push(self, request: EndpointRequest) -> dict[str, Any]:
        """Keep the request of an authenticated client; returns the body of the response. Raises
        PushRefusedError."""
        if request.client is None:
            raise RuntimeError("the client was not authenticated")
        client = request.client.client
        parameters = request.parameters.without(CREDENTIAL_PARAMETERS)
        try:
            source = await self._sources.resolve_value(client, parameters)
            # Judged as what it will be: one that is pushed.
            pushed = RequestSource(source.parameters, True, source.is_signed, source.once)
            checked = self._validator.check(client, pushed)
            if isinstance(checked, RefusedRequest):
                raise checked.error
            async with self._database.write() as transaction:
                request_uri = await self._pushed.keep(transaction, client, pushed)
        except AuthorizationRequestError as error:
            raise PushRefusedError(error) from error
        return {"request_uri": request_uri, "expires_in": LIFE_SECONDS}
