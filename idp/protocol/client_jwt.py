"""JWTs that clients sign: assertions that authenticate them, and request objects.

Only compact JWS (RFC 7515 section 7.1): what is encrypted, unsigned, compressed, or brings or names
its own key is refused before anything is computed (R17, R19; RFC 8725).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from idp.client_registry.algorithms import CLIENT_MAC_ALGORITHMS, CLIENT_SIGNATURE_ALGORITHMS
from idp.client_registry.client import Client
from idp.client_registry.client_keys import ClientKeys
from idp.client_registry.jwks import ClientKey, PublicKey
from idp.client_registry.secrets import ClientSecrets

MAX_LENGTH = 8192
"""Characters of a JWT from a client."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_REFUSED_HEADERS = frozenset(
    {"crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc", "p2c", "p2s"}
)


class UntrustworthyJwtError(Exception):
    """A JWT was not signed by this client as it has to be. The text is for the log and the
    client's developer; it quotes nothing from the token."""


@dataclass(frozen=True, slots=True)
class Header:
    """The part of a protected header that decides how a JWT is checked."""

    alg: str
    kid: str | None
    typ: str | None


def read_header(token: str) -> Header:
    """Return a JWT's header, nothing checked yet but its form; raises UntrustworthyJwtError."""
    return _read(token)[0]


def peek_claims(token: str) -> dict[str, Any]:
    """Return the claims of a JWT that nobody has verified, to learn whose keys to look for;
    raises UntrustworthyJwtError."""
    return _read(token)[1]


def _read(token: str) -> tuple[Header, dict[str, Any]]:
    if len(token) > MAX_LENGTH:
        raise UntrustworthyJwtError("the JWT is too long")
    if _COMPACT.fullmatch(token) is None:
        raise UntrustworthyJwtError("not a signed JWT in compact form")
    try:
        parsed = jws.extract_compact(token.encode("ascii"), registry=_registry())
        claims = orjson.loads(parsed.payload)
    except (JoseError, ValueError) as error:
        raise UntrustworthyJwtError("not a JWT") from error
    header = parsed.headers()
    if _REFUSED_HEADERS & header.keys():
        raise UntrustworthyJwtError("the header has a member that is not accepted")
    alg, kid, typ = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(alg, str) or not isinstance(claims, dict):
        raise UntrustworthyJwtError("not a JWT")
    if not isinstance(kid, str | None) or not isinstance(typ, str | None):
        raise UntrustworthyJwtError("the header is malformed")
    return Header(alg, kid, typ), claims


def check_signature(token: str, header: Header, keys: Sequence[ClientKey]) -> None:
    """Find the key that signed a JWT among those which fit its header; raises
    UntrustworthyJwtError."""
    if not any(_is_signed_with(token, key.public, header.alg) for key in keys):
        raise UntrustworthyJwtError("no key of the signer made this signature")


def _registry(algorithms: Sequence[str] = ()) -> JWSRegistry:
    return JWSRegistry(algorithms=list(algorithms) or None, strict_check_header=False)


class ClientJwts:
    """Checks who signed a JWT."""

    def __init__(self, keys: ClientKeys, secrets: ClientSecrets) -> None:
        self._keys = keys
        self._secrets = secrets

    async def verify_signature(
        self, client: Client, token: str, registered_alg: str | None
    ) -> dict[str, Any]:
        """Return the claims of a JWT that `client` signed with a key of its own.

        `registered_alg` is the one algorithm that the client registered for this use, if it did.
        Raises UntrustworthyJwtError, ClientKeysUnavailableError.
        """
        header, claims = _read(token)
        _check_alg(header.alg, CLIENT_SIGNATURE_ALGORITHMS, registered_alg)
        keys = await self._keys.for_signature(client, header.kid, header.alg)
        check_signature(token, header, keys)
        return claims

    def verify_mac(self, client: Client, token: str, registered_alg: str | None) -> dict[str, Any]:
        """Return the claims of a JWT that `client` authenticated with its secret; raises
        UntrustworthyJwtError."""
        header, claims = _read(token)
        _check_alg(header.alg, CLIENT_MAC_ALGORITHMS, registered_alg)
        if client.secret_sealed is None:
            raise UntrustworthyJwtError("the client has no secret for this")
        key = OctKey.import_key(self._secrets.open(client.client_id, client.secret_sealed))
        if not _is_signed_with(token, key, header.alg):
            raise UntrustworthyJwtError("the MAC is wrong")
        return claims


def _check_alg(alg: str, offered: Sequence[str], registered: str | None) -> None:
    if alg not in offered or (registered is not None and alg != registered):
        raise UntrustworthyJwtError("the algorithm is not the registered one")


def _is_signed_with(token: str, key: PublicKey | OctKey, alg: str) -> bool:
    try:
        jws.deserialize_compact(token, key, registry=_registry([alg]))
    except (JoseError, ValueError):
        return False
    return True
