"""A relying party that knows the standards and nothing of the provider's insides."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import httpx2
from joserfc import jws, jwt
from joserfc.jwk import KeySet, KeySetSerialization

REDIRECT_URI = "http://localhost:9/callback"


def s256(verifier: str) -> str:
    """RFC 7636 section 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def basic(client_id: str, secret: str) -> dict[str, str]:
    """RFC 6749 section 2.3.1: both parts are form-encoded first."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@dataclass
class Tokens:
    """A token response."""

    response: httpx2.Response
    body: dict[str, Any] = field(repr=False)

    @property
    def access_token(self) -> str:
        return str(self.body["access_token"])

    @property
    def refresh_token(self) -> str:
        return str(self.body["refresh_token"])

    @property
    def id_token(self) -> str:
        return str(self.body["id_token"])


class RelyingParty:
    """A registered client and its back channel."""

    def __init__(
        self, issuer: str, metadata: dict[str, Any], secret: str | None, http: httpx2.Client
    ) -> None:
        self.issuer = issuer
        self.metadata = metadata
        self.secret = secret
        self.http = http
        self.verifier = ""
        self.prove: Callable[[], dict[str, str]] | None = None
        """Makes the form fields by which this client authenticates, where it has no secret to
        send."""

    @property
    def client_id(self) -> str:
        return str(self.metadata["client_id"])

    @property
    def redirect_uri(self) -> str:
        return str(self.metadata["redirect_uris"][0])

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return an authorization request with fresh PKCE; None leaves a parameter out."""
        self.verifier = secrets.token_urlsafe(32)
        given: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": str(self.metadata["scope"]),
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**given, **changes}.items() if value is not None}

    def credentials(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the headers and the form fields by which this client authenticates."""
        if self.prove is not None:
            return {}, self.prove()
        method = self.metadata.get("token_endpoint_auth_method", "client_secret_basic")
        if method == "none":
            return {}, {"client_id": self.client_id}
        assert self.secret is not None
        if method == "client_secret_post":
            return {}, {"client_id": self.client_id, "client_secret": self.secret}
        return basic(self.client_id, self.secret), {}

    def post(self, path: str, **fields: str | None) -> httpx2.Response:
        """Call one of the endpoints that authenticate clients."""
        headers, credentials = self.credentials()
        sent = {name: value for name, value in fields.items() if value is not None}
        return self.http.post(path, data={**sent, **credentials}, headers=headers)

    def exchange(self, code: str | None, **changes: str | None) -> httpx2.Response:
        fields: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return self.post("/token", **{**fields, **changes})

    def tokens(self, code: str) -> Tokens:
        """Redeem a code, which must succeed."""
        return self.read(self.exchange(code))

    def refresh(self, token: str, scope: str | None = None) -> httpx2.Response:
        return self.post("/token", grant_type="refresh_token", refresh_token=token, scope=scope)

    def read(self, response: httpx2.Response) -> Tokens:
        assert response.status_code == 200, response.text
        return Tokens(response, response.json())

    def userinfo(self, access_token: str) -> httpx2.Response:
        return self.http.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"})

    def introspect(self, token: str) -> dict[str, Any]:
        response = self.post("/introspect", token=token)
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body

    def jwks(self) -> KeySetSerialization:
        document: KeySetSerialization = self.http.get("/jwks").json()
        return document

    def claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a JWT whose signature the published keys verify."""
        algorithm = self.metadata.get("id_token_signed_response_alg", "ES256")
        keys = KeySet.import_key_set(self.jwks())
        return dict(jwt.decode(token, keys, algorithms=[algorithm]).claims)

    def header(self, token: str) -> dict[str, Any]:
        return dict(jws.extract_compact(token.encode()).headers())
