"""Authlib's server, hosted: the token endpoint and the endpoints beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer as AuthlibServer
from authlib.oauth2.rfc6749 import InvalidRequestError

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.middleware.client_certificate import ForwardedCertificate
from idp.observability import metrics
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.client_auth.authenticator import ClientAuthenticator
from idp.protocol.client_auth.errors import ClientRefusedError
from idp.protocol.endpoints import ENDPOINTS
from idp.protocol.endpoints.tools import EndpointTools
from idp.protocol.grants import GRANTS, TokenGrant
from idp.protocol.grants.authorization_code import (
    CodeExpiredError,
    PresentedCode,
)
from idp.protocol.grants.response import NO_STORE
from idp.protocol.metadata import PATHS, UNPUBLISHED_PATHS
from idp.protocol.parameters import Parameters
from idp.protocol.pushing import RequestPushing
from idp.protocol.refusals import RefusalPace
from idp.protocol.request_adapter import EndpointRequest
from idp.storage.database import Database, Transaction
from idp.tokens.codes import Codes
from idp.tokens.encryption import NoEncryptionKeyError, ResponseEncryption
from idp.tokens.errors import (
    CodeSpentError,
    PrincipalGoneError,
    RefreshRefusedError,
    ReusedRefreshTokenError,
    ScopeNotGrantedError,
    TargetNotGrantedError,
)
from idp.tokens.family import RevokeReason
from idp.tokens.granting import TokenGranting

_PATHS = {**PATHS, **UNPUBLISHED_PATHS}


@dataclass(frozen=True, slots=True)
class EndpointResponse:
    """Status, body and headers of a protocol endpoint. The body is JSON, or a text as it is."""

    status: int
    body: dict[str, Any] | str
    headers: tuple[tuple[str, str], ...]


class _Server(AuthlibServer):
    """Authlib's registry of grants, with our client authentication.

    Authlib makes a grant per request and hands it this object, so what grants need hangs here. It
    is synchronous: whatever has to be waited for happens before it is asked, or after.
    """

    def __init__(
        self, authenticator: ClientAuthenticator, codes: Codes, granting: TokenGranting
    ) -> None:
        super().__init__()
        self.authenticate = authenticator.authenticate
        self.codes = codes
        self.granting = granting

    def create_oauth2_request(self, request: EndpointRequest) -> EndpointRequest:
        return request

    def authenticate_client(
        self, request: EndpointRequest, _methods: object, _endpoint: str = "token"
    ) -> ProtocolClient:
        """Tell a grant who was authenticated; the methods are ours alone."""
        if request.client is None:
            raise RuntimeError("a grant was asked before the client was authenticated")
        return request.client

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens: what is worth recording is audited in the services."""


class ProtocolServer:
    """Answers POST requests of clients.

    Every request is validated first, without a transaction; state is claimed and tokens are
    issued in one transaction after that. When something turns out to have been used before, what
    grew from it is ended in a transaction of its own, since the first one rolled back.
    """

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditLog,
        authenticator: ClientAuthenticator,
        codes: Codes,
        granting: TokenGranting,
        encryption: ResponseEncryption,
        pushing: RequestPushing,
        tools: EndpointTools,
    ) -> None:
        self._pace = RefusalPace(tools.clock)
        self._database = database
        self._audit = audit
        self._tokens = tools.tokens
        self._encryption = encryption
        self._pushing = pushing
        self._server = _Server(authenticator, codes, granting)
        for grant, extensions in GRANTS:
            self._server.register_grant(grant, extensions)
        self._endpoints: dict[str, Any] = {}
        self._urls = {name: tools.issuer + path for name, path in _PATHS.items()}
        for kind in ENDPOINTS:
            endpoint = kind(self._server)
            endpoint.tools = tools
            self._endpoints[endpoint.ENDPOINT_NAME] = endpoint

    async def token(
        self,
        headers: Mapping[str, str],
        parameters: Parameters,
        certificate: ForwardedCertificate | None = None,
    ) -> EndpointResponse:
        """Answer the token endpoint (RFC 6749 section 3.2)."""
        url = self._urls["token_endpoint"]
        request = EndpointRequest(url, headers, parameters, certificate)
        refusal = _refuse_repetition(parameters)
        if refusal is not None:
            return refusal
        try:
            grant = await self._validated(request)
            encrypter = await self._encryption.for_id_tokens(grant.request.client.client)
            async with self._database.read_then_write() as transaction:
                answer = await grant.issue(transaction)
        except OAuth2Error as error:
            await self._after_refusal(request, error)
            return _error_response(error)
        except (CodeSpentError, PrincipalGoneError, RefreshRefusedError) as error:
            await self._after_reuse(request, error)
            return _json(400, {"error": error.code, "error_description": _describe(error)})
        except (ScopeNotGrantedError, TargetNotGrantedError, NoEncryptionKeyError) as error:
            return _json(400, {"error": error.code, "error_description": error.hint})
        metrics.TOKENS_ISSUED.labels(grant.GRANT_TYPE).inc()
        status, body, response_headers = answer
        if encrypter is not None and "id_token" in body:
            body["id_token"] = encrypter.seal_jwt(body["id_token"])
        return EndpointResponse(status, body, tuple(response_headers))

    async def _validated(self, request: EndpointRequest) -> TokenGrant:
        if request.parameters.get("grant_type") is None:
            raise InvalidRequestError("grant_type is missing")
        grant: TokenGrant = self._server.get_token_grant(request)
        await self._server.authenticate(request)
        grant.validate_token_request()
        return grant

    async def _after_refusal(self, request: EndpointRequest, error: OAuth2Error) -> None:
        """Record the refusal of a registered client; end what a replayed code gave.

        Who names no registered client leaves a line in the log and none in the audit.
        """
        if isinstance(error, CodeExpiredError):
            async with self._database.write() as transaction:
                await self._tokens.revoke_reused_code(transaction, error.authorization)
        refused = error.client_id if isinstance(error, ClientRefusedError) else None
        client_id = refused or (request.client.client_id if request.client else None)
        if client_id is None or not self._pace.is_due(client_id, error.error):
            return
        tag = Tag.CLIENT_REFUSED if refused else Tag.TOKEN_REFUSED
        async with self._database.write() as transaction:
            event = AuditEvent(tag, client_id=client_id, detail={"error": error.error})
            self._audit.record(transaction, event)

    async def _after_reuse(self, request: EndpointRequest, error: Exception) -> None:
        client_id = request.client.client_id if request.client else ""
        async with self._database.write() as transaction:
            if isinstance(error, CodeSpentError) and isinstance(
                request.authorization_code, PresentedCode
            ):
                await self._tokens.revoke_reused_code(
                    transaction, request.authorization_code.authorization
                )
            if isinstance(error, ReusedRefreshTokenError):
                await self._tokens.revoke_family(
                    transaction, error.family_id, RevokeReason.REFRESH_REUSED
                )
            self._record_refusal(transaction, client_id, "invalid_grant")

    def _record_refusal(self, transaction: Transaction, client_id: str, reason: str) -> None:
        event = AuditEvent(Tag.TOKEN_REFUSED, client_id=client_id, detail={"error": reason})
        self._audit.record(transaction, event)

    async def push(
        self,
        headers: Mapping[str, str],
        parameters: Parameters,
        certificate: ForwardedCertificate | None = None,
    ) -> EndpointResponse:
        """Answer the pushed authorization request endpoint (RFC 9126)."""
        refusal = _refuse_repetition(parameters)
        if refusal is not None:
            return refusal
        url = self._urls["pushed_authorization_request_endpoint"]
        request = EndpointRequest(url, headers, parameters, certificate)
        try:
            await self._server.authenticate(request)
            return _json(201, await self._pushing.push(request))
        except OAuth2Error as error:
            await self._after_refusal(request, error)
            return _error_response(error)

    async def endpoint(
        self,
        name: str,
        headers: Mapping[str, str],
        parameters: Parameters,
        certificate: ForwardedCertificate | None = None,
    ) -> EndpointResponse:
        """Answer the endpoint `introspection`, `revocation` or `logout_deliveries`."""
        refusal = _refuse_repetition(parameters)
        if refusal is not None:
            return refusal
        endpoint = self._endpoints[name]
        url = self._urls[f"{name}_endpoint"]
        request = EndpointRequest(url, headers, parameters, certificate)
        try:
            client = await endpoint.authenticate(request)
            opened = self._database.write() if endpoint.WRITES else self._database.read()
            async with opened as transaction:
                status, body, response_headers = await endpoint.answer(transaction, request, client)
        except OAuth2Error as error:
            await self._after_refusal(request, error)
            return _error_response(error)
        return EndpointResponse(status, body, tuple(response_headers))


def _refuse_repetition(parameters: Parameters) -> EndpointResponse | None:
    """RFC 6749 section 3.2: request parameters must not be included more than once."""
    repeated = set(parameters.repeated()) - {"resource"}  # RFC 8707 section 2.2
    if not repeated:
        return None
    description = "A parameter was sent more than once"
    return _json(400, {"error": "invalid_request", "error_description": description})


def _describe(error: Exception) -> str:
    if isinstance(error, PrincipalGoneError):
        return "The sign-in behind this grant has ended"
    return "The grant was used before or is not valid any more"


def _error_response(error: OAuth2Error) -> EndpointResponse:
    status, body, headers = error()
    return EndpointResponse(status, dict(body), (*headers, *NO_STORE[1:]))


def _json(status: int, body: dict[str, Any]) -> EndpointResponse:
    return EndpointResponse(status, body, tuple(NO_STORE))
