"""Deciding which client sent a request."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidRequestError

from idp.client_registry.directory import ClientDirectory
from idp.client_registry.secrets import ClientSecrets
from idp.protocol.bridge import wait
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.client_auth import METHODS
from idp.protocol.client_auth.credentials import Credentials, MalformedCredentialsError
from idp.protocol.client_auth.errors import ClientRefusedError
from idp.protocol.request_adapter import EndpointRequest


class ClientAuthenticator:
    """Authenticates clients; called by Authlib in place of its own collection."""

    def __init__(self, directory: ClientDirectory, secrets: ClientSecrets) -> None:
        self._directory = directory
        self._secrets = secrets

    def __call__(
        self, request: EndpointRequest, _methods: object, endpoint: str = "token"
    ) -> ProtocolClient:
        """Return the client, or raise `invalid_client` in the same words whatever was wrong.

        Several ways at once are refused (RFC 6749 section 2.3), and so is a method other than the
        registered one.
        """
        method, credentials = self._read(request)
        client = self._find(credentials)
        if (
            client is None
            or not client.check_endpoint_auth_method(method, endpoint)
            or (
                credentials.secret is not None
                and not client.check_client_secret(credentials.secret)
            )
        ):
            raise ClientRefusedError(client.client_id if client else None)
        request.auth_method = method
        request.client = client
        return client

    def _read(self, request: EndpointRequest) -> tuple[str, Credentials]:
        try:
            found = [(name, value) for name, read in METHODS.items() if (value := read(request))]
        except MalformedCredentialsError as error:
            raise ClientRefusedError from error
        if len(found) > 1:
            raise InvalidRequestError("The client used more than one authentication method")
        if not found:
            raise ClientRefusedError
        method, credentials = found[0]
        named = request.parameters.get("client_id")
        if named is not None and named != credentials.client_id:
            raise InvalidRequestError("client_id differs from the authenticated client")
        return method, credentials

    def _find(self, credentials: Credentials) -> ProtocolClient | None:
        client = wait(self._directory.find(credentials.client_id))
        return None if client is None else ProtocolClient(client, self._secrets)
