"""A provider just large enough for a portal to sign in at: it approves every request at once.

It speaks the standards and imports nothing from the portals, so it can contradict them.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

EVENTS: dict[str, dict[str, str]] = {"http://schemas.openid.net/event/backchannel-logout": {}}
CLIENT_ID = "tax:portal"
CLIENT_SECRET = "a secret/with+characters%to:encode"


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


@dataclass
class SmallProvider:
    """State of the provider; tests change it to provoke each situation."""

    issuer: str = ""
    key: ECKey = field(default_factory=lambda: new_key("first"))
    published: list[Mapping[str, object]] = field(default_factory=list)
    subject: str = "subject-1"
    sid: str = "sid-1"
    acr: str = "urn:example:level:2"
    jwks_fetches: int = 0
    jwks_down: bool = False
    id_token_overrides: dict[str, object] = field(default_factory=dict)
    userinfo_overrides: dict[str, object] = field(default_factory=dict)
    answer_overrides: dict[str, str] = field(default_factory=dict)
    omit_id_token: bool = False
    authorization_requests: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.publish(self.key)

    def publish(self, key: ECKey) -> None:
        self.published.append(key.as_dict(private=False))

    def sign(self, claims: dict[str, object], key: ECKey | None = None, typ: str = "JWT") -> str:
        signer = key or self.key
        return jwt.encode({"alg": "ES256", "kid": signer.kid, "typ": typ}, claims, signer)

    def logout_claims(self, **changes: object) -> dict[str, object]:
        """Claims of a correct logout token; a change to None leaves the claim out."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(16),
            "events": EVENTS,
            "sub": self.subject,
            "sid": self.sid,
        }
        return {k: v for k, v in {**claims, **changes}.items() if v is not None}

    def logout_token(self, key: ECKey | None = None, **changes: object) -> str:
        return self.sign(self.logout_claims(**changes), key, "logout+jwt")

    async def metadata(self, request: Request) -> Response:
        url = self.issuer
        return JSONResponse(
            {
                "issuer": url,
                "authorization_endpoint": url + "/authorize",
                "token_endpoint": url + "/token",
                "userinfo_endpoint": url + "/userinfo",
                "jwks_uri": url + "/jwks",
                "end_session_endpoint": url + "/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["ES256", "RS256"],
                "authorization_response_iss_parameter_supported": True,
                "acr_values_supported": [f"urn:example:level:{n}" for n in (1, 2, 3)],
            }
        )

    async def jwks(self, request: Request) -> Response:
        self.jwks_fetches += 1
        if self.jwks_down:
            return Response(status_code=503)
        return JSONResponse({"keys": self.published})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.authorization_requests.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        answer |= self.answer_overrides
        if "error" in answer:
            del answer["code"]
        return RedirectResponse(asked["redirect_uri"] + "?" + urlencode(answer), 302)

    async def token(self, request: Request) -> Response:
        sent = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(sent.get("code", ""), None)
        if not _is_client(request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or not _fits(sent, asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer: dict[str, object] = {
            "access_token": "an-access-token",
            "token_type": "Bearer",
            "expires_in": 300,
        }
        if not self.omit_id_token:
            answer["id_token"] = self.sign(self._id_token_claims(asked["nonce"]))
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    def _id_token_claims(self, nonce: str) -> dict[str, object]:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": nonce,
            "acr": self.acr,
            "amr": ["pwd", "sms"],
            "sid": self.sid,
        }
        return {**claims, **self.id_token_overrides}

    async def userinfo(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer an-access-token":
            return Response(status_code=401)
        person: dict[str, object] = {
            "sub": self.subject,
            "name": "林知行",
            "family_name": "林",
            "given_name": "知行",
            "gender": "male",
            "birthdate": "1990-03-07",
            "locale": "zh-CN",
            "phone_number": "+8613800000000",
            "phone_number_verified": True,
            "identity_document": {"type": "resident_id", "number": "100000199003077711"},
            "updated_at": 1_760_000_000,
        }
        return JSONResponse({**person, **self.userinfo_overrides})

    async def logout(self, request: Request) -> Response:
        target = request.query_params.get("post_logout_redirect_uri")
        if target is None:
            return Response("signed out")
        return RedirectResponse(f"{target}?state={request.query_params['state']}", 302)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/jwks", self.jwks),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/userinfo", self.userinfo),
                Route("/logout", self.logout),
            ]
        )


def _is_client(authorization: str) -> bool:
    scheme, _, credentials = authorization.partition(" ")
    client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
    sent = (scheme, unquote_plus(client_id), unquote_plus(secret))
    return sent == ("Basic", CLIENT_ID, CLIENT_SECRET)


def _fits(sent: dict[str, str], asked: dict[str, str]) -> bool:
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    is_same_uri = sent.get("redirect_uri") == asked["redirect_uri"]
    is_s256 = asked.get("code_challenge_method") == "S256"
    return is_same_uri and is_s256 and challenge == asked.get("code_challenge")
