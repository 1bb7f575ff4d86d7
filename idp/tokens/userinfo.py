"""UserInfo responses (OpenID Connect Core section 5.3.2): JSON, or a JWT for who wants one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from idp.client_registry.client import Client
from idp.keys.service import KeyRing
from idp.tokens import jws
from idp.tokens.encryption import Encrypter

JSON_TYPE = "application/json"
JWT_TYPE = "application/jwt"
_TYP = "JWT"


@dataclass(frozen=True, slots=True)
class UserinfoResponse:
    """A body and what it is."""

    content: bytes = field(repr=False)
    media_type: str


def respond(
    issuer: str,
    keys: KeyRing,
    client: Client,
    claims: dict[str, Any],
    encrypter: Encrypter | None,
) -> UserinfoResponse:
    """Write claims down as the client registered: plain, signed, encrypted, or both.

    Signed ones name issuer and audience (section 5.3.2) and are of no use as an ID token, for they
    have no `exp` and no `iat`.
    """
    alg = client.metadata.userinfo_signed_response_alg
    if alg is None and encrypter is None:
        return UserinfoResponse(orjson.dumps(claims), JSON_TYPE)
    if alg is None and encrypter is not None:
        return UserinfoResponse(encrypter.seal_claims(orjson.dumps(claims)).encode(), JWT_TYPE)
    document = {**claims, "iss": issuer, "aud": client.client_id}
    token = jws.sign(keys, client.metadata.id_token_signed_response_alg, _TYP, document)
    return UserinfoResponse((encrypter.seal_jwt(token) if encrypter else token).encode(), JWT_TYPE)
