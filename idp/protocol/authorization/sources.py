"""Where the parameters of an authorization request are: in the clear, in an object, pushed."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.protocol.authorization.pushed_requests import PREFIX, PushedRequests
from idp.protocol.authorization.referenced_requests import ReferencedRequests
from idp.protocol.authorization.request import RequestSource
from idp.protocol.authorization.request_object import RequestObjects
from idp.protocol.errors import AuthorizationRequestError, InvalidRequestObjectError
from idp.protocol.parameters import Parameters


class RequestSources:
    """Finds the parameters that count."""

    def __init__(
        self, objects: RequestObjects, pushed: PushedRequests, referenced: ReferencedRequests
    ) -> None:
        self._objects = objects
        self._pushed = pushed
        self._referenced = referenced

    async def resolve(self, client: Client, parameters: Parameters) -> RequestSource:
        """Return the source of a request at the authorization endpoint. Raises
        AuthorizationRequestError."""
        request_uri = self._one(parameters, "request_uri")
        if request_uri is None:
            return await self.resolve_value(client, parameters)
        if self._one(parameters, "request") is not None:
            raise AuthorizationRequestError("request and request_uri exclude each other", "request")
        if request_uri.startswith(PREFIX):
            return await self._pushed.find(client, request_uri)
        token = await self._referenced.fetch(client, request_uri)
        return await self._read(client, token, parameters)

    async def resolve_value(self, client: Client, parameters: Parameters) -> RequestSource:
        """Return the source of a request that must not be somewhere else: what is pushed (RFC 9126
        section 2.1), and what has no `request_uri`. Raises AuthorizationRequestError."""
        if parameters.get("request_uri") is not None or parameters.is_repeated("request_uri"):
            raise AuthorizationRequestError("request_uri cannot be pushed", "request_uri")
        token = self._one(parameters, "request")
        if token is None:
            return RequestSource(parameters)
        return await self._read(client, token, parameters)

    async def _read(self, client: Client, token: str, beside: Parameters) -> RequestSource:
        source = await self._objects.read(client, token)
        # OpenID Connect Core section 6.1: what stands beside the object must not contradict it.
        for name in ("client_id", "response_type"):
            outside, inside = beside.get(name), source.parameters.get(name)
            if outside is not None and inside is not None and outside != inside:
                raise InvalidRequestObjectError(f"request object: {name} differs", "request")
        return source

    @staticmethod
    def _one(parameters: Parameters, name: str) -> str | None:
        if parameters.is_repeated(name):
            raise AuthorizationRequestError(f"{name} was sent more than once", name)
        return parameters.get(name)
