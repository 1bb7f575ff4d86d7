"""A small portal for Flask that signs people in through Tongxing (通行).

Run it with `python portal.py`; README.md lists the variables that it reads.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pages
import requests
import waitress
from cachetools import TTLCache
from flask import Flask, Response, redirect, request, session
from provider import BASE_URL, ISSUER, provider, provider_with_key, read_logout_token
from requests_oauth2client import (
    AuthorizationRequestSerializer,
    AuthorizationResponseError,
    BearerToken,
    EndpointError,
    InvalidGrant,
    OAuth2Error,
)

SESSION_SECONDS = 8 * 3600
TRIPS = 3  # sign-ins that one browser may have under way, each in a tab of its own

HTTPS = BASE_URL.startswith("https:")
HEADERS = pages.headers("{0.scheme}://{0.netloc}".format(urlsplit(ISSUER)))

log = logging.getLogger("portal")


@dataclass
class SignIn:
    """A person who is signed in here."""

    claims: Mapping[str, Any]
    token: BearerToken = field(repr=False)
    id_token: str = field(repr=False)
    refreshed: int = 0
    refreshing: threading.Lock = field(default_factory=threading.Lock)


class RefusedError(Exception):
    """A sign-in that must not succeed; the code is safe to show."""


class SignIns:
    """People by `sid`, the provider's name for a sign-in, so that it can be ended from outside.

    In this process's memory: with several processes keep the same in a database.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._present: TTLCache[str, SignIn] = TTLCache(10_000, SESSION_SECONDS)
        self._ended: TTLCache[str, bool] = TTLCache(10_000, 600)

    def add(self, sid: str, person: SignIn) -> None:
        with self._lock:
            if sid in self._ended:  # while the sign-in was on its way
                raise RefusedError("signed_out_meanwhile")
            self._present[sid] = person

    def get(self, sid: str | None) -> SignIn | None:
        with self._lock:
            return self._present.get(sid)

    def end(self, sid: str | None) -> SignIn | None:
        if sid is None:
            return None
        with self._lock:
            self._ended[sid] = True
            return self._present.pop(sid, None)


sign_ins = SignIns()
serializer = AuthorizationRequestSerializer()
app = Flask(__name__)
app.config.update(
    SECRET_KEY=secrets.token_bytes(32),  # as long-lived as the sign-ins in memory
    SESSION_COOKIE_NAME="__Host-portal" if HTTPS else "portal",
    SESSION_COOKIE_SECURE=HTTPS,
    SESSION_COOKIE_SAMESITE="Lax",
    MAX_CONTENT_LENGTH=64 * 1024,
)


@app.get("/")
def home() -> str:
    person = sign_ins.get(session.get("sid"))
    return pages.signed_in(person.claims, person.refreshed) if person else pages.home()


@app.get("/login")
def login() -> Any:
    client = provider()
    # Draws state, nonce and verifier. Without the last argument a missing `iss` would be allowed.
    trip = client.authorization_request(
        scope="openid profile phone", authorization_response_iss_parameter_supported=True
    )
    trips = list(session.get("trips", {}).items())[1 - TRIPS :]
    session["trips"] = dict([*trips, (trip.state, serializer.dumps(trip).decode("ascii"))])
    if client.pushed_authorization_request_endpoint:  # RFC 9126: out of the browser's sight
        return redirect(client.pushed_authorization_request(trip).uri, 303)
    return redirect(trip.uri, 303)


@app.get("/callback")
def callback() -> Any:
    trips = session.get("trips", {})
    kept = trips.pop(request.args.get("state", ""), None)
    session["trips"] = trips
    if kept is None:
        raise RefusedError("unknown_state")
    trip = serializer.loads(kept.encode("ascii"))
    # Compares state and iss (RFC 9207) before the code is sent anywhere.
    answer = trip.validate_callback(f"{BASE_URL}/callback?{request.query_string.decode('ascii')}")
    token = provider().authorization_code(answer, validate=False)
    if token.id_token is None:
        raise RefusedError("no_id_token")
    token = token.validate_id_token(provider_with_key(token.id_token.headers.get("kid")), answer)
    claims = token.id_token.claims
    if claims["iss"] != ISSUER:  # the one thing that the library leaves out
        raise RefusedError("issuer_mismatch")
    claims = {**claims, **userinfo_of(claims["sub"], token)}
    sign_ins.add(claims["sid"], SignIn(claims, token, str(token.id_token)))
    session["sid"] = claims["sid"]
    return redirect("/", 303)


def userinfo_of(sub: str, token: BearerToken) -> Mapping[str, Any]:
    userinfo: Mapping[str, Any] = provider().userinfo(token)
    if userinfo["sub"] != sub:  # OpenID Connect Core 1.0, section 5.3.2
        raise RefusedError("userinfo_of_another_person")
    return userinfo


@app.post("/refresh")
def refresh() -> Any:
    if request.headers.get("Origin") != BASE_URL:
        return Response(status=403)
    person = sign_ins.get(session.get("sid"))
    if person is None:
        return redirect("/", 303)
    with person.refreshing:  # a refresh token is good for one use
        try:
            person.token = provider().refresh_token(person.token)
        except InvalidGrant:  # the person has signed out elsewhere
            sign_ins.end(session["sid"])
            return redirect("/", 303)
        person.id_token = str(person.token.id_token or person.id_token)
        person.claims = {**person.claims, **userinfo_of(person.claims["sub"], person.token)}
        person.refreshed += 1
    return redirect("/", 303)


@app.post("/logout")
def logout() -> Any:
    if request.headers.get("Origin") != BASE_URL:
        return Response(status=403)
    person = sign_ins.end(session.get("sid"))
    session.clear()
    if person is None:
        return redirect("/signed-out", 303)
    parameters = {
        "id_token_hint": person.id_token,
        "post_logout_redirect_uri": f"{BASE_URL}/signed-out",
        "state": secrets.token_urlsafe(16),
    }
    end_session = provider().extra_metadata["end_session_endpoint"]
    return redirect(f"{end_session}?{urlencode(parameters)}", 303)


@app.get("/signed-out")
def signed_out() -> str:
    return pages.signed_out()


@app.post("/backchannel-logout")
def backchannel_logout() -> Response:
    """The provider's server calls here: 200 when the sign-in is ended, 400 to a bad token."""
    try:
        sign_ins.end(read_logout_token(request.form.get("logout_token", "")))
    except ValueError as error:
        log.warning("logout token refused: %s", type(error).__name__)
        return Response(status=400)
    return Response(status=200)


def on_refusal(error: Exception) -> tuple[str, int]:
    """Show the code of what went wrong; messages and causes stay out of page and log."""
    reason = type(error).__name__
    if isinstance(error, AuthorizationResponseError | EndpointError):
        reason = str(error.error)
    elif isinstance(error, RefusedError):
        reason = str(error)
    log.warning("sign-in refused: %.80r", reason)
    return pages.problem(reason), 400


for kind in (
    RefusedError, AuthorizationResponseError, OAuth2Error, ValueError, requests.RequestException,
):  # fmt: skip
    app.register_error_handler(kind, on_refusal)


@app.after_request
def with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


if __name__ == "__main__":
    port = os.environ.get("PORTAL_PORT") or urlsplit(BASE_URL).port or 3000
    waitress.serve(app, host="127.0.0.1", port=int(port), ident=None)
