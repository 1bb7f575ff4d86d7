"""Token introspection (RFC 7662)."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc7662 import IntrospectionEndpoint as AuthlibIntrospectionEndpoint

from idp.clock import epoch_seconds
from idp.protocol.bridge import current_transaction, wait
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.client_auth.errors import ClientRefusedError
from idp.protocol.endpoints.presented_token import (
    AccessTokenReader,
    PresentedToken,
    RefreshTokenReader,
    find_presented,
)
from idp.protocol.grants.response import NO_STORE, TokenResponse
from idp.protocol.request_adapter import EndpointRequest
from idp.tokens.family import TokenFamily
from idp.tokens.subject import Subjects


class IntrospectionEndpoint(AuthlibIntrospectionEndpoint):
    """Tells a client about its own tokens; about any other string it says `active: false`."""

    WRITES = False
    CLIENT_AUTH_METHODS: tuple[str, ...] = ()
    issuer: str
    access_tokens: AccessTokenReader
    refresh_tokens: RefreshTokenReader
    subjects: Subjects

    def authenticate_endpoint_client(self, request: EndpointRequest) -> ProtocolClient:
        """A public client proves nothing, so it may not ask (RFC 7662 section 2.1)."""
        client: ProtocolClient = super().authenticate_endpoint_client(request)
        if client.client.is_public:
            raise ClientRefusedError
        return client

    def create_endpoint_response(self, request: EndpointRequest) -> TokenResponse:
        """Answer about the token in `request`."""
        client: ProtocolClient = request.client or self.authenticate_endpoint_client(request)
        token = request.parameters.get("token")
        if token is None:
            raise InvalidRequestError("token is missing")
        found = wait(
            find_presented(current_transaction(), self.access_tokens, self.refresh_tokens, token)
        )
        if (
            found is None
            or not found.check_client(client)
            or not found.living
            or (found.family and not client.client.may_use(found.family.created_at))
        ):
            return 200, {"active": False}, NO_STORE
        return 200, self._describe(client, found), NO_STORE

    def _describe(self, client: ProtocolClient, found: PresentedToken) -> dict[str, Any]:
        family = found.family
        if family is None:
            return {"active": False}
        body: dict[str, Any] = {
            "active": True,
            "iss": self.issuer,
            "client_id": found.client_id,
            "sub": self.subjects.sub(client.client, family.account_id),
            "auth_time": epoch_seconds(family.auth_time),
            "acr": family.acr,
        }
        return body | (self._access(found) if found.access else self._refresh(family))

    @staticmethod
    def _access(found: PresentedToken) -> dict[str, Any]:
        access = found.access
        if access is None:
            return {}
        return {
            "token_type": "Bearer",
            "scope": access.scope,
            "aud": access.audience,
            "jti": access.jti,
            "iat": epoch_seconds(access.issued_at),
            "exp": epoch_seconds(access.expires_at),
        }

    @staticmethod
    def _refresh(family: TokenFamily) -> dict[str, Any]:
        expires_at = min(family.idle_expires_at, family.absolute_expires_at)
        return {"scope": family.scope, "exp": epoch_seconds(expires_at)}
