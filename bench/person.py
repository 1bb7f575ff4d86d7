"""A person at a browser, and the portal's server behind it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from bench.http_connection import Answer, Connection
from bench.timings import Timings

CLIENT_ID = "bench"
REDIRECT_URI = "http://localhost:9/callback"
SCOPE = "openid profile phone"
_CSRF = re.compile(rb'name="csrf_token" value="([^"]+)"')


class Person:
    """Signs in and goes to a portal, over one connection. `address` is whom the proxy names."""

    def __init__(
        self, connection: Connection, address: str, client_secret: str, timings: Timings
    ) -> None:
        self._connection = connection
        self._address = address
        self._timings = timings
        credentials = f"{CLIENT_ID}:{quote(client_secret, safe='')}"
        self._basic = "Basic " + base64.b64encode(credentials.encode()).decode()
        self._cookies: dict[str, str] = {}
        self._verifier = secrets.token_urlsafe(32)

    async def sign_in(self, phone: str, password: str) -> None:
        """Go to the portal for the first time: authorize, login page, password, back."""
        self._cookies.clear()
        login = _target(await self._browse("authorize", "GET", self._authorize_target(), 303))
        page = await self._browse("login page", "GET", login, 200)
        token = _CSRF.search(page.body)
        form = {
            "csrf_token": token[1].decode() if token else "",
            "transaction": parse_qs(urlsplit(login).query)["transaction"][0],
            "username": phone,
            "password": password,
        }
        back = await self._browse("password", "POST", "/login", 303, urlencode(form))
        answer = await self._browse("resume", "GET", _target(back), 303)
        await self._redeem(_code(answer))

    async def hop(self) -> None:
        """Go to the portal with the session that is there: the hop of single sign-on."""
        answer = await self._browse("authorize", "GET", self._authorize_target(), 303)
        access_token = await self._redeem(_code(answer))
        headers = {"Authorization": f"Bearer {access_token}"}
        with self._timings.measure("userinfo"):
            answer = await self._connection.request("GET", "/userinfo", headers)
        answer.expect(200)

    async def _redeem(self, code: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": self._verifier,
        }
        headers = {"Authorization": self._basic}
        with self._timings.measure("token"):
            answer = await self._connection.request("POST", "/token", headers, urlencode(form))
        match = re.search(rb'"access_token": ?"([^"]+)"', answer.expect(200).body)
        return match[1].decode() if match else ""

    def _authorize_target(self) -> str:
        challenge = hashlib.sha256(self._verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPE,
            "state": "s",
            "nonce": "n",
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"/authorize?{urlencode(query)}"

    async def _browse(
        self, name: str, method: str, target: str, status: int, form: str | None = None
    ) -> Answer:
        headers = {"X-Forwarded-For": self._address}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        with self._timings.measure(name):
            answer = await self._connection.request(method, target, headers, form)
        for line in answer.headers.get("set-cookie", "").split("\n"):
            self._cookies |= {k: m.value for k, m in SimpleCookie(line).items()}
        return answer.expect(status)


def _target(answer: Answer) -> str:
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _code(answer: Answer) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
