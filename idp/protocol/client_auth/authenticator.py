"""Deciding which client sent a request."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidRequestError

from idp.client_registry.client import Client
from idp.client_registry.directory import ClientDirectory
from idp.observability.logging import get_logger
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.client_auth import METHODS
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import (
    Credentials,
    MalformedCredentialsError,
    NotProvenError,
)
from idp.protocol.client_auth.errors import ClientRefusedError
from idp.protocol.client_auth.method import Read
from idp.protocol.request_adapter import EndpointRequest

_READS = tuple(dict.fromkeys(method.read for method in METHODS.values()))
_log = get_logger("client_auth")


class ClientAuthenticator:
    """Authenticates clients, in place of Authlib's own collection of methods."""

    def __init__(self, directory: ClientDirectory, context: Context) -> None:
        self._directory = directory
        self._context = context

    async def authenticate(self, request: EndpointRequest) -> ProtocolClient:
        """Return the client, or raise `invalid_client` in the same words whatever was wrong.

        Several ways at once are refused (RFC 6749 section 2.3), and so is a method other than the
        registered one. Runs outside of a transaction. What depends on others and cannot be decided
        (a database, a client's own key server) is no refusal: the UnavailableError passes through
        and is answered 503.
        """
        read, credentials = _read(request)
        client = await self._directory.find(credentials.client_id)
        if client is None:
            raise ClientRefusedError
        try:
            await self._verify(request, read, credentials, client)
        except NotProvenError as error:
            _log.info("client_refused", client_id=client.client_id, reason=str(error))
            raise ClientRefusedError(client.client_id) from error
        request.auth_method = client.metadata.token_endpoint_auth_method
        request.client = ProtocolClient(client)
        return request.client

    async def _verify(
        self, request: EndpointRequest, read: Read, credentials: Credentials, client: Client
    ) -> None:
        method = METHODS[client.metadata.token_endpoint_auth_method]
        if method.read is not read:
            raise NotProvenError("not the registered method")
        await method.verify(request, credentials, client, self._context)


def _read(request: EndpointRequest) -> tuple[Read, Credentials]:
    try:
        found = [(read, value) for read in _READS if (value := read(request))]
    except MalformedCredentialsError as error:
        raise ClientRefusedError from error
    if len(found) > 1:
        raise InvalidRequestError("The client used more than one authentication method")
    if not found:
        raise ClientRefusedError
    named = request.parameters.get("client_id")
    if named is not None and named != found[0][1].client_id:
        raise InvalidRequestError("client_id differs from the authenticated client")
    return found[0]
