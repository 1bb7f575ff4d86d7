"""Software statements (RFC 7591 section 2.3): JWTs in which a publisher vouches for software.

Whose word counts is the operator's choice. What a statement claims are members of a registration,
judged like those that a client asks for itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from idp.client_registry.algorithms import CLIENT_SIGNATURE_ALGORITHMS
from idp.client_registry.errors import SoftwareStatementError, UnapprovedSoftwareStatementError
from idp.client_registry.published_keys import PublishedKeys
from idp.clock import Clock
from idp.protocol.client_jwt import (
    Header,
    UntrustworthyJwtError,
    check_signature,
    peek_claims,
    read_header,
)


class SoftwareStatements:
    """Checks statements against the keys of their publishers, by `iss` the URL of a JWK Set."""

    def __init__(
        self, issuer: str, publishers: Mapping[str, str], keys: PublishedKeys, clock: Clock
    ) -> None:
        self._issuer = issuer
        self._publishers = publishers
        self._keys = keys
        self._clock = clock

    async def read(self, statement: str) -> Mapping[str, Any]:
        """Return the claims of a statement.

        Raises SoftwareStatementError, UnapprovedSoftwareStatementError, ClientKeysUnavailableError.
        """
        try:
            header, claims = read_header(statement), peek_claims(statement)
            publisher = claims.get("iss")
            uri = self._publishers.get(publisher) if isinstance(publisher, str) else None
            if uri is None:
                raise UnapprovedSoftwareStatementError("The publisher is not approved here")
            await self._check_signature(statement, header, uri)
        except UntrustworthyJwtError as error:
            raise SoftwareStatementError(f"software_statement: {error}") from error
        self._check_time(claims)
        audience = claims.get("aud", self._issuer)
        if self._issuer not in (audience if isinstance(audience, list) else [audience]):
            raise SoftwareStatementError("software_statement: is for another audience")
        return claims

    async def _check_signature(self, statement: str, header: Header, uri: str) -> None:
        if header.alg not in CLIENT_SIGNATURE_ALGORITHMS:
            raise UntrustworthyJwtError("the algorithm is not accepted")
        keys = await self._keys.find(uri, lambda key: key.made(header.alg, header.kid))
        fitting = [key for key in keys if key.made(header.alg, header.kid)]
        check_signature(statement, header, fitting)

    def _check_time(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        if not _number(claims, "nbf", now) <= now < _number(claims, "exp", math.inf):
            raise SoftwareStatementError("software_statement: is not valid at this time")


def _number(claims: Mapping[str, Any], name: str, default: float) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SoftwareStatementError(f"software_statement: {name} is not a number")
    return value
