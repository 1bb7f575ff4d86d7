"""A client that authenticates by assertions, good ones and any others."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import httpx2
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from idp.clock import Clock
from tests.protocol.relying_party import RelyingParty

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Key = RSAKey | ECKey | OKPKey | OctKey
CURVES = {"ES256": "P-256", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}


def new_key(alg: str, kid: str | None = None) -> Key:
    """Make a private key for an algorithm."""
    parameters = {} if kid is None else {"kid": kid}
    if alg in ("RS256", "PS256"):
        return RSAKey.generate_key(2048, parameters=parameters)
    kind = ECKey if alg == "ES256" else OKPKey
    return kind.generate_key(CURVES[alg], parameters=parameters)


def jwks(*keys: Key) -> dict[str, Any]:
    """Return the public halves as a JWK Set (RFC 7517 section 5)."""
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


def sign(header: dict[str, Any], payload: bytes, key: Key) -> str:
    """Make a compact JWS with whatever header, also one that no library would write (RFC 7515
    section 5.1)."""
    algorithm = JWSRegistry(algorithms=[header["alg"]]).get_alg(header["alg"])
    text = f"{encoded(json.dumps(header).encode())}.{encoded(payload)}"
    return f"{text}.{encoded(algorithm.sign(text.encode(), key))}"


def encoded(raw: bytes) -> str:
    """RFC 7515 section 2: base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def form(assertion: str) -> dict[str, str]:
    """RFC 7521 section 4.2."""
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}


@dataclass
class Signer:
    """Makes assertions for a portal: good ones, unless told otherwise."""

    portal: RelyingParty
    clock: Clock
    key: Key = field(repr=False)
    alg: str = "ES256"
    header: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.portal.prove = self.portal.prove or self.form

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a good assertion; None leaves one out."""
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.portal.client_id,
            "sub": self.portal.client_id,
            "aud": self.portal.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        }
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def assertion(self, **changes: Any) -> str:
        """Sign the claims of a good assertion; `changes` are claims."""
        kid = self.key.kid if "kid" in self.key.as_dict(private=False) else None
        header = {"alg": self.alg, **({"kid": kid} if kid else {}), **self.header}
        return sign(header, json.dumps(self.claims(**changes)).encode(), self.key)

    def form(self, **changes: Any) -> dict[str, str]:
        """Return the form fields with an assertion."""
        return form(self.assertion(**changes))


def ask(signer: Signer, fields: dict[str, str], path: str = "/introspect") -> httpx2.Response:
    """Ask about nothing in particular: what matters is whether the client is believed."""
    return signer.portal.http.post(path, data={"token": "unknown", **fields})


def accepted(response: httpx2.Response) -> None:
    """The client is believed."""
    assert (response.status_code, response.json()) == (200, {"active": False}), response.text
