"""What is said to the provider, Tongxing (通行), by way of requests-oauth2client."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from cachetools import TTLCache, cached
from jwskate import SignedJwt
from requests_oauth2client import ClientSecretBasic, OAuth2Client, PrivateKeyJwt

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ID_TOKEN_ALG = "ES256"
METADATA_SECONDS = 3600


def public_url(name: str) -> str:
    """Return a URL of the environment: https, or plain http on this machine."""
    url = os.environ[name]
    parts = urlsplit(url)
    if url.endswith("/"):
        raise SystemExit(f"{name} must not end with a slash")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise SystemExit(f"{name} must be https; plain http is for this machine only")
    return url


ISSUER = public_url("PORTAL_ISSUER")
BASE_URL = public_url("PORTAL_BASE_URL")
CLIENT_ID = os.environ["PORTAL_CLIENT_ID"]
KEY_FILE = os.environ.get("PORTAL_CLIENT_KEY")


class Patient(requests.Session):
    """Waits ten seconds; requests would wait for ever."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", 10)
        return super().request(*args, **kwargs)


def credentials() -> ClientSecretBasic | PrivateKeyJwt:
    """Return how the portal proves who it is: with a key of its own, or with a secret."""
    if KEY_FILE:
        key = json.loads(Path(KEY_FILE).read_text(encoding="ascii"))
        return PrivateKeyJwt(CLIENT_ID, key, aud=ISSUER)
    return ClientSecretBasic(CLIENT_ID, os.environ["PORTAL_CLIENT_SECRET"])


@cached(TTLCache(1, METADATA_SECONDS), lock=threading.Lock())
def provider() -> OAuth2Client:
    """Return the provider with its addresses and keys, as its metadata says."""
    session = Patient()
    metadata = _fetch(session, f"{ISSUER}/.well-known/openid-configuration")
    return OAuth2Client.from_discovery_document(
        metadata,
        issuer=ISSUER,
        authorization_server_jwks=_fetch(session, metadata["jwks_uri"]),
        auth=credentials(),
        redirect_uri=f"{BASE_URL}/callback",
        id_token_signed_response_alg=ID_TOKEN_ALG,
        session=session,
        testing=not ISSUER.startswith("https:"),  # else it insists on https for every address
        end_session_endpoint=metadata["end_session_endpoint"],
    )


def _fetch(session: requests.Session, url: str) -> dict[str, Any]:
    answer = session.get(url)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


new_look: TTLCache[str, bool] = TTLCache(1, 30)


def provider_with_key(kid: object) -> OAuth2Client:
    """Return the provider. An unknown key leads to one new look, not to one per request."""
    known = {key.kid for key in provider().authorization_server_jwks.jwks}
    if kid not in known and not new_look:
        new_look["taken"] = True
        provider.cache_clear()
    return provider()


def read_logout_token(text: str) -> str:
    """Return the `sid` of a genuine logout token (Back-Channel Logout 1.0, section 2.6).

    No list of `jti` seen is kept: a sign-in that has ended does not come back, so a repeated
    token ends nothing new.
    """
    token = SignedJwt(text)
    if token.headers.get("typ") != "logout+jwt":
        raise ValueError("another kind of token")
    keys = provider_with_key(token.headers.get("kid")).authorization_server_jwks
    if token.headers["kid"] not in {key.kid for key in keys.jwks}:
        raise ValueError("signed with an unknown key")
    token.validate(
        keys.get_jwk_by_kid(token.headers["kid"]),
        alg=ID_TOKEN_ALG,
        issuer=ISSUER,
        audience=CLIENT_ID,
        events=lambda events: isinstance(events, dict) and LOGOUT_EVENT in events,
        sid=lambda sid: isinstance(sid, str),
        iat=lambda iat: isinstance(iat, int),
        jti=lambda jti: isinstance(jti, str),
        nonce=None,
    )
    return str(token.claims["sid"])
