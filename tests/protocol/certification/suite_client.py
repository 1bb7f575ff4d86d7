"""A certification suite's client: it registers itself, keeps to plain OpenID Connect (no PKCE), and
goes through the provider's pages as a browser without scripts does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.protocol.assertions import Key, Signer, encoded, jwks, new_key, sign
from tests.protocol.browser import Browser, Callback, Page
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.protocol.self_registered import made
from tests.provider import Citizen, RunningProvider

CALLBACK = "https://rp.example/test/callback"
BYE = "https://rp.example/test/post_logout"
GRANTS = ["authorization_code", "implicit", "refresh_token"]
FRONT_CHANNEL_TYPES = [
    "code id_token",
    "code token",
    "code id_token token",
    "id_token",
    "id_token token",
]
RESPONSE_TYPES = ["code", *FRONT_CHANNEL_TYPES]


class SuiteClient(RelyingParty):
    """A client without PKCE whose ID tokens are signed with RS256."""

    def parameters(self, **changes: str | None) -> dict[str, str]:
        plain: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
        return super().parameters(**{**plain, **changes})

    def exchange(self, code: str | None, **changes: str | None) -> httpx2.Response:
        return super().exchange(code, **{"code_verifier": None, **changes})


@dataclass
class Suite:
    """What a test of this folder works with: one person in one browser, and any client."""

    provider: RunningProvider
    http: httpx2.Client
    browser: Browser
    user: Citizen
    new_browser: Callable[[], Browser] = field(repr=False)

    @property
    def now(self) -> int:
        return int(self.provider.clock.now().timestamp())

    def discovery(self) -> dict[str, Any]:
        response = self.http.get("/.well-known/openid-configuration")
        assert response.status_code == 200
        document: dict[str, Any] = response.json()
        return document

    def ask(self, **members: Any) -> httpx2.Response:
        """Send what a suite registers, changed by `members`; None leaves one out."""
        document = {
            "client_name": "certification",
            "redirect_uris": [CALLBACK],
            "grant_types": GRANTS,
            "response_types": RESPONSE_TYPES,
            "contacts": ["certification@rp.example"],
            **members,
        }
        sent = {name: value for name, value in document.items() if value is not None}
        return self.http.post(self.discovery()["registration_endpoint"], json=sent)

    def register(self, **members: Any) -> SuiteClient:
        client = made(self.ask(**members))
        return SuiteClient(self.provider.url, client, client.get("client_secret"), self.http)

    def signer(self, alg: str = "RS256", kid: str | None = None, **members: Any) -> Signer:
        """Register a client that authenticates with a key of its own."""
        key = new_key(alg, kid)
        keys = {} if "jwks_uri" in members else {"jwks": jwks(key)}
        members = {"token_endpoint_auth_method": "private_key_jwt", **keys, **members}
        return Signer(self.register(**members), self.provider.clock, key, alg)

    def start(self, client: RelyingParty, **changes: str | None) -> Page:
        """Open the authorization endpoint, and return the page at which the browser stops."""
        return self.browser.get("/authorize", client.parameters(**{"scope": "openid", **changes}))

    def authorize(self, client: RelyingParty, **changes: str | None) -> Callback:
        """The same, through all pages, up to the client."""
        return self.browser.pass_pages(self.start(client, **changes), self.user)

    def silently(self, client: RelyingParty, **changes: str | None) -> Callback:
        """The same, where no page may be shown."""
        return self.browser.callback(self.start(client, **changes))

    def enter(self, client: RelyingParty, **changes: str | None) -> Tokens:
        """The same, up to the tokens."""
        return client.tokens(self.authorize(client, **changes)["code"])

    def claims(self, client: RelyingParty, **changes: str | None) -> dict[str, Any]:
        """The same, up to the claims of the ID token of the token endpoint."""
        return client.claims(self.enter(client, **changes).id_token)


def request_object(key: Key, alg: str = "RS256", /, **claims: Any) -> str:
    """Sign a request object (OpenID Connect Core section 6.1)."""
    return sign({"alg": alg, "kid": key.kid}, json.dumps(claims).encode(), key)


def unsigned(**claims: Any) -> str:
    """Make a JWT that nobody signed (RFC 7519 section 6)."""
    header = json.dumps({"alg": "none"}).encode()
    return f"{encoded(header)}.{encoded(json.dumps(claims).encode())}."
