"""A person at a browser, and the portal's server behind it, over one connection."""

from __future__ import annotations

import base64
import hashlib
import secrets
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import orjson

from bench.load.http_connection import Answer, Connection, UnexpectedAnswerError
from bench.load.target import CLIENT_ID, REDIRECT_URI, SCOPE, Target
from bench.load.timings import Timings

_REDIRECTS = (302, 303)


class Visitor:
    """One browser. `account` is whose; `address` is whom a proxy in front would name.

    `stock` and `tokens` belong to the scenario that is running.
    """

    def __init__(
        self, target: Target, connection: Connection, timings: Timings, account: int, address: str
    ) -> None:
        self.target = target
        self.account = account
        self.stock: list[str] = []
        self.tokens: dict[str, str] = {}
        self._connection = connection
        self._timings = timings
        self._forwarded = {"X-Forwarded-For": address, "User-Agent": "Mozilla/5.0 (bench)"}
        credentials = f"{CLIENT_ID}:{quote(target.client_secret, safe='')}"
        self._basic = "Basic " + base64.b64encode(credentials.encode()).decode()
        self._cookies: dict[str, str] = {}
        self._verifier = secrets.token_urlsafe(32)
        challenge = hashlib.sha256(self._verifier.encode()).digest()
        self._challenge = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()

    def forget(self) -> None:
        """Be a browser that was never here."""
        self._cookies.clear()

    async def ask(self, **more: str) -> Answer:
        """GET the authorization endpoint, as a portal sends the browser there."""
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPE,
            "state": "s",
            "nonce": secrets.token_urlsafe(12),
            "code_challenge": self._challenge,
            "code_challenge_method": "S256",
            **more,
        }
        return await self.browse(
            "authorize", "GET", f"{self.target.endpoints.authorize}?{urlencode(query)}"
        )

    async def fetch_code(self) -> str:
        """Go to the portal with the session that is there."""
        return code_of(await self.ask())

    async def redeem(self, code: str) -> dict[str, str]:
        """POST /token with a code; returns the tokens."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": self._verifier,
        }
        return self._tokens(await self.call("token", self.target.endpoints.token, form))

    async def refresh(self, refresh_token: str) -> dict[str, str]:
        """POST /token with a refresh token; returns the tokens."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._tokens(await self.call("refresh", self.target.endpoints.token, form))

    async def userinfo(self, access_token: str) -> Answer:
        """GET /userinfo."""
        headers = {"Authorization": f"Bearer {access_token}"}
        with self._timings.measure("userinfo"):
            answer = await self._connection.request("GET", self.target.endpoints.userinfo, headers)
        return answer.expect(200)

    async def call(self, name: str, path: str, form: dict[str, str]) -> Answer:
        """POST a form as the portal's server, which proves itself with its secret."""
        with self._timings.measure(name):
            return await self._connection.request(
                "POST", path, {"Authorization": self._basic}, urlencode(form)
            )

    async def browse(
        self, name: str, method: str, target: str, form: dict[str, str] | None = None
    ) -> Answer:
        """Send a request as the browser, cookies and all."""
        headers = dict(self._forwarded)
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        body = None if form is None else urlencode(form)
        with self._timings.measure(name):
            answer = await self._connection.request(method, target, headers, body)
        if cookies := answer.headers.get("set-cookie"):
            self._keep(cookies)
        return answer

    def _keep(self, lines: str) -> None:
        for line in lines.split("\n"):
            for name, morsel in SimpleCookie(line).items():
                if morsel.value:
                    self._cookies[name] = morsel.value
                else:
                    self._cookies.pop(name, None)

    def _tokens(self, answer: Answer) -> dict[str, str]:
        body: dict[str, str] = orjson.loads(answer.expect(200).body)
        return body


def target_of(answer: Answer) -> str:
    """Return path and query of a redirect; raises UnexpectedAnswerError."""
    parts = urlsplit(_location(answer))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def code_of(answer: Answer) -> str:
    """Return the code that a redirect carries; raises UnexpectedAnswerError."""
    location = _location(answer)
    codes = parse_qs(urlsplit(location).query).get("code")
    if codes is None:
        raise UnexpectedAnswerError(f"no code in {location[:200]}")
    return codes[0]


def _location(answer: Answer) -> str:
    if answer.status not in _REDIRECTS:
        answer.expect(_REDIRECTS[0])
    return answer.headers["location"]
