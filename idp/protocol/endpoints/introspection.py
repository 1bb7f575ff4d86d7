"""Token introspection (RFC 7662), signed where the caller wishes (RFC 9701)."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc7662 import IntrospectionEndpoint as AuthlibIntrospectionEndpoint

from idp.client_registry.client import Client
from idp.clock import epoch_seconds
from idp.protocol.client_adapter import ProtocolClient
from idp.protocol.client_auth.errors import ClientRefusedError
from idp.protocol.endpoints.presented_token import (
    PresentedToken,
    find_presented,
    read_access_token,
)
from idp.protocol.endpoints.tools import EndpointTools
from idp.protocol.grants.response import NO_STORE, TokenResponse
from idp.protocol.request_adapter import EndpointRequest
from idp.storage.database import Transaction
from idp.tokens import jws
from idp.tokens.access_token import AccessToken

JWT_TYPE = "application/token-introspection+jwt"
SignedResponse = tuple[int, str, list[tuple[str, str]]]
"""A `TokenResponse` whose body is a JWT."""

_TYP = "token-introspection+jwt"
_SIGNED = [("Content-Type", JWT_TYPE), ("Cache-Control", "no-store"), ("Pragma", "no-cache")]


class IntrospectionEndpoint(AuthlibIntrospectionEndpoint):
    """Tells a client about its own tokens and, where it is a protected resource, about those meant
    for it; about any other string it says `active: false`."""

    WRITES = False
    CLIENT_AUTH_METHODS: tuple[str, ...] = ()
    tools: EndpointTools

    async def authenticate(self, request: EndpointRequest) -> ProtocolClient:
        """A public client proves nothing, so it may not ask (RFC 7662 section 2.1)."""
        client: ProtocolClient = await self.server.authenticate(request)
        if client.client.is_public:
            raise ClientRefusedError
        token = request.parameters.get("token") or ""
        request.access_token = read_access_token(self.tools.access_tokens, token)
        request.issued_to = await self._find_issued_to(request.access_token, client)
        return client

    async def _find_issued_to(
        self, access: AccessToken | None, client: ProtocolClient
    ) -> Client | None:
        """Return the client that the token in question was issued to. Looked up before the
        transaction, which must not wait for a second connection."""
        if access is None:
            return client.client
        return await self.tools.directory.find(access.client_id)

    async def answer(
        self, transaction: Transaction, request: EndpointRequest, client: ProtocolClient
    ) -> TokenResponse | SignedResponse:
        """Answer about the token in `request`."""
        token = request.parameters.get("token")
        if token is None:
            raise InvalidRequestError("token is missing")
        access_tokens, tokens = self.tools.access_tokens, self.tools.tokens
        found = await find_presented(
            transaction, access_tokens, tokens, token, request.access_token
        )
        answer = self._answer(client, request.issued_to, found)
        if JWT_TYPE in request.headers.get("accept", ""):
            return 200, self._sign(client, answer), _SIGNED
        return 200, answer, NO_STORE

    def _sign(self, client: ProtocolClient, answer: dict[str, Any]) -> str:
        """RFC 9701 section 5: the answer as a JWT for the one who asked."""
        content = {
            "iss": self.tools.issuer,
            "aud": client.client_id,
            "iat": epoch_seconds(self.tools.clock.now()),
            "token_introspection": answer,
        }
        return jws.sign(
            self.tools.keys, client.client.metadata.id_token_signed_response_alg, _TYP, content
        )

    def _answer(
        self, client: ProtocolClient, issued_to: Client | None, found: PresentedToken | None
    ) -> dict[str, Any]:
        if found is None or not found.living:
            return {"active": False}
        if not found.was_issued_to(client) and not found.is_for(client):
            return {"active": False}
        if issued_to is None or issued_to.client_id != found.client_id:
            return {"active": False}
        if not issued_to.may_use(found.granted_at):
            return {"active": False}
        answer: dict[str, Any] = {
            "active": True,
            "iss": self.tools.issuer,
            "client_id": found.client_id,
        }
        if found.family is not None:
            answer["sub"] = self.tools.subjects.sub(issued_to, found.family.account_id)
            answer["auth_time"] = epoch_seconds(found.family.auth_time)
            answer["acr"] = found.family.acr
        return answer | _dates(found)


def _dates(found: PresentedToken) -> dict[str, Any]:
    if found.access is not None:
        return _of_access_token(found.access)
    family = found.family
    if family is None:
        return {}
    expires_at = min(family.idle_expires_at, family.absolute_expires_at)
    return {"scope": family.scope, "exp": epoch_seconds(expires_at)}


def _of_access_token(access: AccessToken) -> dict[str, Any]:
    audience = access.audience
    return {
        "token_type": "Bearer",
        "sub": access.subject,
        **({"scope": access.scope} if access.scope else {}),
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "jti": access.jti,
        "iat": epoch_seconds(access.issued_at),
        "exp": epoch_seconds(access.expires_at),
    }
