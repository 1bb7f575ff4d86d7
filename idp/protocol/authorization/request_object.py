"""Request objects: authorization requests that a client signed (RFC 9101, OpenID Connect Core
section 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson

from idp.client_registry.client import Client
from idp.clock import Clock
from idp.protocol.authorization.request import RequestSource
from idp.protocol.client_jwt import ClientJwts, UntrustworthyJwtError, read_header
from idp.protocol.errors import InvalidRequestObjectError
from idp.protocol.parameters import MAX_PARAMETERS, Parameters

_NAME = "request"
_TYPES = (None, "JWT", "oauth-authz-req+jwt")
_CLOCK_SKEW = 60
_LONGEST_LIFE = 86_400
_MAX_JTI = 256
# What is said about the object itself and is no parameter (RFC 9101 section 4).
_ABOUT_THE_OBJECT = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti", "sub"})
_NOT_INSIDE = frozenset({"request", "request_uri"})


class RequestObjects:
    """Reads request objects of clients."""

    def __init__(self, issuer: str, jwts: ClientJwts, clock: Clock) -> None:
        self._issuer = issuer
        self._jwts = jwts
        self._clock = clock

    async def read(self, client: Client, token: str) -> RequestSource:
        """Return the parameters of a request object that this client signed.

        They alone count; what stands beside the object does not (RFC 9101 section 6.3). Raises
        InvalidRequestObjectError, ClientKeysUnavailableError.
        """
        try:
            if read_header(token).typ not in _TYPES:
                raise UntrustworthyJwtError("typ is not that of a request object")
            registered = client.metadata.request_object_signing_alg
            claims = await self._jwts.verify_signature(client, token, registered)
        except UntrustworthyJwtError as error:
            raise InvalidRequestObjectError(f"request object: {error}", _NAME) from error
        self._check(client, claims)
        once = self._once(client, claims)
        return RequestSource(Parameters(_parameters(claims)), is_signed=True, once=once)

    def _check(self, client: Client, claims: dict[str, Any]) -> None:
        """RFC 9101 sections 4 and 10.8: by whom, for whom, when."""
        if claims.get("client_id", client.client_id) != client.client_id:
            raise InvalidRequestObjectError("request object: client_id differs", _NAME)
        if claims.get("iss", client.client_id) != client.client_id:
            raise InvalidRequestObjectError("request object: iss is not the client", _NAME)
        if claims.get("sub") == client.client_id:
            # Section 10.8: that is what an assertion looks like, and this one went to a browser.
            raise InvalidRequestObjectError("request object: sub is the client", _NAME)
        audience = claims.get("aud", self._issuer)
        if self._issuer not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidRequestObjectError("request object: aud is not this issuer", _NAME)
        if _NOT_INSIDE & claims.keys():
            raise InvalidRequestObjectError("request object: holds another one", _NAME)
        now = self._clock.now().timestamp()
        expires, begins = _numeric_date(claims, "exp"), _numeric_date(claims, "nbf")
        if expires is not None and now >= expires + _CLOCK_SKEW:
            raise InvalidRequestObjectError("request object: has expired", _NAME)
        if begins is not None and now < begins - _CLOCK_SKEW:
            raise InvalidRequestObjectError("request object: is not valid yet", _NAME)

    def _once(self, client: Client, claims: dict[str, Any]) -> bytes | None:
        """Return what names an object that says it is good once, by having a `jti`."""
        jti = claims.get("jti")
        if jti is None:
            return None
        expires = _numeric_date(claims, "exp")
        if not isinstance(jti, str) or not jti or len(jti) > _MAX_JTI:
            raise InvalidRequestObjectError("request object: jti is malformed", _NAME)
        if expires is None or expires > self._clock.now().timestamp() + _LONGEST_LIFE:
            # Otherwise we would have to remember it for ever.
            raise InvalidRequestObjectError("request object: jti needs an exp within a day", _NAME)
        return hashlib.sha256(f"request-object\x00{client.client_id}\x00{jti}".encode()).digest()


def _numeric_date(claims: dict[str, Any], name: str) -> float | None:
    """Return seconds since 1970 (RFC 7519 section 2), which no calendar need know."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRequestObjectError(f"request object: {name} is not a time", _NAME)
    return value


def _parameters(claims: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Write claims as the parameters they stand for (RFC 9101 section 4): numbers in digits, JSON
    objects as JSON texts, a list of resources as one parameter each."""
    if len(claims) > MAX_PARAMETERS:
        raise InvalidRequestObjectError("request object: too many members", _NAME)
    for name, value in claims.items():
        if name in _ABOUT_THE_OBJECT:
            continue
        if name == "resource" and isinstance(value, list):
            yield from ((name, _text(each)) for each in value)
        else:
            yield name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        try:
            return orjson.dumps(value).decode()
        except orjson.JSONEncodeError as error:  # it writes less deeply than it reads
            raise InvalidRequestObjectError(
                "request object: is nested too deeply", _NAME
            ) from error
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise InvalidRequestObjectError("request object: a member is no text, number or object", _NAME)
