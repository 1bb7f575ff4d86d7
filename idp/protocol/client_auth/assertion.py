"""Assertions that authenticate a client: what both kinds have in common (RFC 7523 section 3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from idp.client_registry.client import Client
from idp.protocol.client_auth.context import Context
from idp.protocol.client_auth.credentials import (
    Credentials,
    MalformedCredentialsError,
    NotProvenError,
)
from idp.protocol.client_jwt import UntrustworthyJwtError, peek_claims, read_header
from idp.protocol.request_adapter import EndpointRequest

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_PURPOSE = "client_assertion"
# What says that it is something else is not taken for an assertion: request objects have the same
# signer and pass through browsers (RFC 8725 section 3.11).
_TYPES = (None, "jwt", "client-authentication+jwt")
# Seconds that a client's clock may be behind or ahead of ours. An expired assertion is worth
# nothing sooner than one from the near future is suspicious.
_LATE = 10
_EARLY = 60
# Seconds that an assertion may be good for. A stolen one is good for no more than that, and we
# remember it for as long. Client libraries choose a minute, some an hour; who follows FAPI 2.0
# can do with five minutes.
_LONGEST = {"issuer_or_endpoint": 3600, "issuer": 300}
_MAX_JTI_LENGTH = 256


def read_assertion(request: EndpointRequest) -> Credentials | None:
    """Return a client's assertion and whose it claims to be (RFC 7521 section 4.2), None when
    there is none; raises MalformedCredentialsError."""
    assertion = request.parameters.get("client_assertion")
    assertion_type = request.parameters.get("client_assertion_type")
    if assertion is None and assertion_type is None:
        return None
    if assertion is None or assertion_type != ASSERTION_TYPE:
        raise MalformedCredentialsError
    try:
        header, claims = read_header(assertion), peek_claims(assertion)
    except UntrustworthyJwtError as error:
        raise MalformedCredentialsError from error
    if (header.typ and header.typ.lower()) not in _TYPES:
        raise MalformedCredentialsError
    client_id = claims.get("sub")
    # RFC 7523 section 3: both are the client id. Nobody else vouches for a client here.
    if not isinstance(client_id, str) or claims.get("iss") != client_id:
        raise MalformedCredentialsError
    return Credentials(client_id, assertion)


async def accept_assertion(
    request: EndpointRequest, claims: dict[str, Any], client: Client, context: Context
) -> None:
    """Judge the claims of an assertion that the client made, and use it up.

    An assertion is good once, on any worker, and it is spent from here on whatever becomes of the
    request. Raises NotProvenError, DatabaseUnavailableError.
    """
    _check_audience(request, claims.get("aud"), client, context)
    expires_at = _check_times(claims, client, int(context.clock.now().timestamp()))
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _MAX_JTI_LENGTH:
        raise NotProvenError("jti is missing or too long")
    if not await context.used_jwt_ids.claim(_PURPOSE, client.client_id, jti, expires_at):
        raise NotProvenError("the assertion was used before")


def _check_audience(
    request: EndpointRequest, audience: object, client: Client, context: Context
) -> None:
    """RFC 7523 section 3, OpenID Connect Core section 9; FAPI 2.0 section 5.3.2.1: the issuer as
    a string, so that no other server can be given an assertion that is good here."""
    if client.metadata.client_assertion_audience == "issuer":
        if audience != context.issuer:
            raise NotProvenError("aud is not the issuer")
        return
    named = audience if isinstance(audience, list) else [audience]
    if not any(good in named for good in (context.issuer, context.token_endpoint, request.url)):
        raise NotProvenError("aud names neither the issuer nor the endpoint")


def _check_times(claims: dict[str, Any], client: Client, now: int) -> datetime:
    """Return until when the assertion could be accepted."""
    expires = _numeric_date(claims, "exp")
    if expires is None:
        raise NotProvenError("exp is missing")
    if expires + _LATE <= now:
        raise NotProvenError("the assertion has expired")
    if expires > now + _LONGEST[client.metadata.client_assertion_audience] + _EARLY:
        raise NotProvenError("exp is too far ahead")
    for name in ("nbf", "iat"):
        begins = _numeric_date(claims, name)
        if begins is not None and begins > now + _EARLY:
            raise NotProvenError(f"{name} lies in the future")
    return datetime.fromtimestamp(expires + _LATE, UTC)


def _numeric_date(claims: dict[str, Any], name: str) -> float | None:
    """Return a NumericDate (RFC 7519 section 2); truth values are no numbers here."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotProvenError(f"{name} is not a number")
    return value
