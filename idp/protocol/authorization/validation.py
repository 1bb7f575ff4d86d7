"""From parameters to a valid authorization request, or to a refusal with its destination."""

from __future__ import annotations

from dataclasses import dataclass

from idp.client_registry.client import Client
from idp.client_registry.directory import ClientDirectory
from idp.keys.service import KeyRing
from idp.protocol.authorization.checks import CHECKS, DESTINATION_CHECKS
from idp.protocol.authorization.request import AuthorizationRequest, RequestDraft, RequestSource
from idp.protocol.authorization.sources import RequestSources
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

    def __init__(
        self,
        directory: ClientDirectory,
        keys: KeyRing,
        sources: RequestSources,
        *,
        compatibility: bool,
    ) -> None:
        self._directory = directory
        self._keys = keys
        self._sources = sources
        self._compatibility = compatibility

    async def validate(self, parameters: Parameters) -> ValidRequest | RefusedRequest:
        """Examine one request; has no effect."""
        try:
            client = await self._find_client(parameters)
        except AuthorizationRequestError as error:
            return RefusedRequest(error)
        try:
            source = await self._sources.resolve(client, parameters)
        except AuthorizationRequestError as error:
            # What counts cannot be read; where to say so is known if it was also sent in the clear.
            draft = self._draft(RequestSource(parameters), client)
            _find_destination(draft)
            return _refused(error, draft)
        return self.check(client, source)

    def check(self, client: Client, source: RequestSource) -> ValidRequest | RefusedRequest:
        """Examine parameters whose source is settled; has no effect."""
        draft = self._draft(source, client)
        try:
            for check in CHECKS:
                check(draft)
        except AuthorizationRequestError as error:
            return _refused(error, draft)
        return ValidRequest(client, draft.finish())

    def _draft(self, source: RequestSource, client: Client) -> RequestDraft:
        return RequestDraft(source, client, self._keys, self._compatibility)

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


def _find_destination(draft: RequestDraft) -> None:
    try:
        for check in DESTINATION_CHECKS:
            check(draft)
    except AuthorizationRequestError:
        return  # the first error is the one to tell, on a page if need be


def _refused(error: AuthorizationRequestError, draft: RequestDraft) -> RefusedRequest:
    return RefusedRequest(error, draft.client, draft.redirect_uri, draft.response_mode, draft.state)
