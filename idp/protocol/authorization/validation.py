"""From parameters to a valid authorization request, or to a refusal with its destination."""

from __future__ import annotations

from dataclasses import dataclass

from idp.client_registry.client import Client
from idp.client_registry.directory import ClientDirectory
from idp.keys.service import KeyRing
from idp.protocol.authorization.checks import CHECKS
from idp.protocol.authorization.request import AuthorizationRequest, RequestDraft
from idp.protocol.errors import AuthorizationRequestError
from idp.protocol.parameters import Parameters


@dataclass(frozen=True, slots=True)
class ValidRequest:
    """A request that passed every check, with its client."""

    client: Client
    request: AuthorizationRequest


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """A request that failed. Without `redirect_uri` the error is shown on a page (R2)."""

    error: AuthorizationRequestError
    client: Client | None = None
    redirect_uri: str | None = None
    response_mode: str = "query"
    state: str | None = None


class AuthorizationRequestValidator:
    """Walks a request through the ordered checks."""

    def __init__(self, directory: ClientDirectory, keys: KeyRing, *, compatibility: bool) -> None:
        self._directory = directory
        self._keys = keys
        self._compatibility = compatibility

    async def validate(self, parameters: Parameters) -> ValidRequest | RefusedRequest:
        """Examine one request; has no effect."""
        try:
            client = await self._find_client(parameters)
        except AuthorizationRequestError as error:
            return RefusedRequest(error)
        draft = RequestDraft(parameters, client, self._keys, self._compatibility)
        try:
            for check in CHECKS:
                check(draft)
        except AuthorizationRequestError as error:
            return RefusedRequest(
                error, client, draft.redirect_uri, draft.response_mode, draft.state
            )
        return ValidRequest(client, draft.finish())

    async def _find_client(self, parameters: Parameters) -> Client:
        if parameters.is_repeated("client_id"):
            raise AuthorizationRequestError("client_id was sent more than once", "client_id")
        client_id = parameters.get("client_id")
        if client_id is None:
            raise AuthorizationRequestError("client_id is missing", "client_id")
        client = await self._directory.find(client_id)
        if client is None:
            raise AuthorizationRequestError("client_id is not registered here", "client_id")
        return client
