"""A small portal that signs people in through Tongxing (通行), with Authlib and Starlette.

Run it with `python portal.py`; README.md lists the variables that it reads.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pages
import uvicorn
from authlib.integrations.starlette_client import OAuth, OAuthError
from cachetools import TTLCache
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
SESSION_SECONDS = 8 * 3600
TRIPS = 3  # sign-ins that one browser may have under way, each in a tab of its own

log = logging.getLogger("portal")


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
HTTPS = BASE_URL.startswith("https:")
HEADERS = pages.headers("{0.scheme}://{0.netloc}".format(urlsplit(ISSUER)))

tongxing = OAuth().register(
    "tongxing",
    client_id=CLIENT_ID,
    client_secret=os.environ["PORTAL_CLIENT_SECRET"],
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid profile phone",
        "code_challenge_method": "S256",  # Authlib uses no PKCE unless told
        "token_endpoint_auth_method": "client_secret_basic",
        "timeout": 10,
    },
)


@dataclass
class SignIn:
    """A person who is signed in here."""

    claims: Mapping[str, Any]
    tokens: Mapping[str, Any] = field(repr=False)
    refreshed: int = 0
    refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)


# By `sid`, the provider's name for a sign-in, so that it can be ended from outside. In this
# process's memory: with several processes keep the same in a database.
sign_ins: TTLCache[str, SignIn] = TTLCache(10_000, SESSION_SECONDS)
ended: TTLCache[str, bool] = TTLCache(10_000, 600)
new_look_at_keys: TTLCache[str, bool] = TTLCache(1, 30)


class RefusedError(Exception):
    """A sign-in that must not succeed; the code is safe to show."""


def html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, HEADERS)


def to(location: str) -> Response:
    return RedirectResponse(location, 303, HEADERS)


def current(request: Request) -> SignIn | None:
    return sign_ins.get(request.session.get("sid"))


async def home(request: Request) -> Response:
    person = current(request)
    return html(pages.signed_in(person.claims, person.refreshed) if person else pages.home())


async def login(request: Request) -> Response:
    # Authlib draws state, nonce and verifier and keeps them in the session, which is a signed
    # cookie. It would forget what another tab has begun.
    others = {key: kept for key, kept in request.session.items() if key.startswith("_state_")}
    redirect: Response = await tongxing.authorize_redirect(request, f"{BASE_URL}/callback")
    request.session.update(list(others.items())[1 - TRIPS :])
    return redirect


async def callback(request: Request) -> Response:
    # RFC 9207: an answer of another provider is refused before its code is sent anywhere.
    if request.query_params.get("iss") != ISSUER:
        raise RefusedError("issuer_mismatch")
    tokens = await tongxing.authorize_access_token(
        request,
        claims_options={
            "iss": {"essential": True, "value": ISSUER},
            "aud": {"essential": True, "value": CLIENT_ID},
            "nonce": {"essential": True},
        },
    )
    claims = tokens.get("userinfo")  # of the ID token; Authlib does not insist on one
    if claims is None:
        raise RefusedError("no_id_token")
    userinfo = await userinfo_of(claims["sub"], tokens)
    if claims["sid"] in ended:  # while the sign-in was on its way
        raise RefusedError("signed_out_meanwhile")
    sign_ins[claims["sid"]] = SignIn({**claims, **userinfo}, tokens)
    request.session["sid"] = claims["sid"]
    return to("/")


async def userinfo_of(sub: str, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
    userinfo: Mapping[str, Any] = await tongxing.userinfo(token=tokens)
    if userinfo["sub"] != sub:  # OpenID Connect Core 1.0, section 5.3.2
        raise RefusedError("userinfo_of_another_person")
    return userinfo


async def refresh(request: Request) -> Response:
    person = current(request)
    if request.headers.get("origin") != BASE_URL:
        return Response(status_code=403)
    if person is None:
        return to("/")
    async with person.refreshing:  # a refresh token is good for one use
        try:
            new = await tongxing.fetch_access_token(
                grant_type="refresh_token", refresh_token=person.tokens["refresh_token"]
            )
        except OAuthError as error:
            if error.error != "invalid_grant":
                raise
            sign_ins.pop(request.session["sid"], None)  # the person has signed out elsewhere
            return to("/")
        person.tokens = {**person.tokens, **new}
        userinfo = await userinfo_of(person.claims["sub"], person.tokens)
        person.claims = {**person.claims, **userinfo}
        person.refreshed += 1
    return to("/")


async def logout(request: Request) -> Response:
    if request.headers.get("origin") != BASE_URL:
        return Response(status_code=403)
    person = sign_ins.pop(request.session.get("sid"), None)
    request.session.clear()
    if person is None:
        return to("/signed-out")
    target = await tongxing.create_logout_url(
        id_token_hint=person.tokens["id_token"], post_logout_redirect_uri=f"{BASE_URL}/signed-out"
    )
    return to(target["url"])


async def signed_out(request: Request) -> Response:
    return html(pages.signed_out())


async def backchannel_logout(request: Request) -> Response:
    """The provider's server calls here: 200 when the sign-in is ended, 400 to a bad token."""
    async with request.form(max_fields=10, max_files=0) as form:
        token = str(form.get("logout_token", ""))
    try:
        sid = await read_logout_token(token)
    except (JoseError, ValueError) as error:
        log.warning("logout token refused: %s", type(error).__name__)
        return Response(status_code=400)
    ended[sid] = True
    sign_ins.pop(sid, None)
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


async def read_logout_token(token: str) -> str:
    """Return the `sid` of a genuine logout token (Back-Channel Logout 1.0, section 2.6).

    No list of `jti` seen is kept: a sign-in that has ended does not come back, so a repeated
    token ends nothing new.
    """
    header = jws.extract_compact(token.encode("ascii")).headers()
    if header.get("typ") != "logout+jwt":
        raise ValueError("another kind of token")
    claims = jwt.decode(token, await keys_with(header.get("kid")), algorithms=["ES256"]).claims
    jwt.JWTClaimsRegistry(
        leeway=30,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": CLIENT_ID},
        iat={"essential": True},
        exp={"essential": True},
        jti={"essential": True},
        sid={"essential": True},
    ).validate(claims)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise ValueError("not a logout event")
    if "nonce" in claims:
        raise ValueError("a logout token has no nonce")
    return str(claims["sid"])


async def keys_with(kid: object) -> KeySet:
    """Return the provider's keys. Unknown keys lead to one new look, not to one per request."""
    found = await tongxing.fetch_jwk_set()
    if kid not in [key.get("kid") for key in found["keys"]] and not new_look_at_keys:
        new_look_at_keys["taken"] = True
        found = await tongxing.fetch_jwk_set(force=True)
    return KeySet.import_key_set(found)


async def on_refusal(request: Request, error: Exception) -> Response:
    """Show the code of what went wrong; messages and causes stay out of page and log."""
    reason = type(error).__name__
    if isinstance(error, OAuthError):
        reason = str(error.error)
    elif isinstance(error, RefusedError):
        reason = str(error)
    log.warning("sign-in refused: %.80r", reason)
    return html(pages.problem(reason), 400)


app = Starlette(
    routes=[
        Route("/", home),
        Route("/login", login),
        Route("/callback", callback),
        Route("/refresh", refresh, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/signed-out", signed_out),
        Route("/backchannel-logout", backchannel_logout, methods=["POST"]),
    ],
    middleware=[
        Middleware(
            SessionMiddleware,
            secret_key=secrets.token_urlsafe(32),  # as long-lived as the sign-ins in memory
            session_cookie="__Host-portal" if HTTPS else "portal",
            max_age=SESSION_SECONDS,
            https_only=HTTPS,
        )
    ],
    exception_handlers=dict.fromkeys(
        (RefusedError, OAuthError, JoseError, httpx2.HTTPError), on_refusal
    ),
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(os.environ.get("PORTAL_PORT") or urlsplit(BASE_URL).port or 3000),
        access_log=False,  # it would keep the codes of callbacks
        server_header=False,
    )
