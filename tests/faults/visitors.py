"""Browsers and the portal, over pooled asynchronous connections.

Cookies are kept by hand, for each browser its own: many share the connections, and what is sent
over https behind a load balancer is `Secure`, while here is plain HTTP.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from tests.faults.fleet import PASSWORD, PORTAL, PORTAL_SECRET, WORKERS, Fleet

VERIFIER = secrets.token_urlsafe(32)
_CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
REDIRECT_URI = PORTAL["redirect_uris"][0]
NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])
REQUEST = {
    "response_type": "code",
    "client_id": PORTAL["client_id"],
    "redirect_uri": REDIRECT_URI,
    "scope": "openid profile",
    "state": "kept",
    "code_challenge": _CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass(frozen=True)
class Tokens:
    """A token response."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


class Link:
    """Connections to a provider; clients take turns."""

    def __init__(self, clients: Sequence[httpx2.AsyncClient]) -> None:
        self._clients = clients
        self._turns = itertools.cycle(clients)

    @property
    def http(self) -> httpx2.AsyncClient:
        """The client whose turn it is."""
        return next(self._turns)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for client in self._clients:
            await client.aclose()

    def browser(self) -> Browser:
        """Open a browser without cookies."""
        return Browser(self)

    async def redeem(self, code: str) -> httpx2.Response:
        """Exchange a code at the token endpoint."""
        return await self.token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=REDIRECT_URI,
            code_verifier=VERIFIER,
        )

    async def refresh(self, token: str) -> httpx2.Response:
        """Use a refresh token."""
        return await self.token(grant_type="refresh_token", refresh_token=token)

    async def token(self, **form: str) -> httpx2.Response:
        """Ask the token endpoint as the portal."""
        return await self.http.post("/token", data=form, auth=("tax", PORTAL_SECRET))

    async def push(self, **changes: str) -> httpx2.Response:
        """Push an authorization request as the portal."""
        return await self.http.post("/par", data=REQUEST | changes, auth=("tax", PORTAL_SECRET))

    async def tokens(self, code: str) -> Tokens:
        """Exchange a good code."""
        answer = await self.redeem(code)
        assert answer.status_code == 200, answer.text
        return tokens_of(answer)

    async def userinfo(self, access_token: str) -> httpx2.Response:
        """Ask for the claims."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return await self.http.get("/userinfo", headers=headers)

    async def introspect(self, token: str) -> httpx2.Response:
        """Ask about a token as the portal."""
        return await self.http.post(
            "/introspect", data={"token": token}, auth=("tax", PORTAL_SECRET)
        )

    async def is_active(self, token: str) -> bool:
        """Whether introspection says that a token is good."""
        answer = await self.introspect(token)
        assert answer.status_code == 200, answer.text
        active: bool = answer.json()["active"]
        return active


class FleetLink(Link):
    """Connections to one installation, equally many to each of its workers."""

    def __init__(self, fleet: Fleet, *, at_once: int = 64) -> None:
        self._fleet = fleet
        self._share = at_once // WORKERS
        limits = httpx2.Limits(
            max_connections=self._share, max_keepalive_connections=self._share, keepalive_expiry=4
        )
        super().__init__(
            [
                httpx2.AsyncClient(
                    base_url=fleet.url, timeout=30, limits=limits, cookies=CookieJar(NO_COOKIES)
                )
                for _ in range(WORKERS)
            ]
        )

    async def __aenter__(self) -> Self:
        """Open the connections of each client while only one worker can accept them.

        Left alone, the kernel may hand a burst of connections to a single worker.
        """
        workers = self._fleet.workers()
        for client, alone in zip(self._clients, workers, strict=True):
            others = [worker for worker in workers if worker is not alone]
            for worker in others:
                worker.suspend()
            try:
                await asyncio.gather(*(client.get("/healthz/live") for _ in range(self._share)))
            finally:
                for worker in others:
                    worker.resume()
        return self


def redemption(code: str) -> bytes:
    """Return the bytes of a request that exchanges a code at the token endpoint."""
    credentials = base64.b64encode(f"tax:{PORTAL_SECRET}".encode()).decode()
    body = urlencode(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
        }
    )
    return (
        f"POST /token HTTP/1.1\r\nHost: id.example\r\nAuthorization: Basic {credentials}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def tokens_of(answer: httpx2.Response) -> Tokens:
    """Read a token response."""
    body = answer.json()
    return Tokens(body["access_token"], body["refresh_token"])


class Browser:
    """One browser with its cookies."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, **query: str) -> httpx2.Response:
        """Fetch a page."""
        return await self._send("GET", path, params=query or None)

    async def post(self, path: str, **form: str) -> httpx2.Response:
        """Send a form."""
        return await self._send("POST", path, data=form)

    async def _send(self, method: str, path: str, **content: Any) -> httpx2.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        answer = await self._link.http.request(method, path, headers=headers, **content)
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def twin(self) -> Browser:
        """The same browser in a second window that will not tell this one about new cookies."""
        other = Browser(self._link)
        other.cookies = dict(self.cookies)
        return other

    def move_to(self, link: Link) -> None:
        """Go on over other connections."""
        self._link = link

    async def authorize(self, **changes: str) -> httpx2.Response:
        """Begin an authorization."""
        return await self.get("/authorize", **REQUEST | changes)

    async def silent_code(self) -> str:
        """Get a code from the session that is there."""
        return code_of(await self.authorize(prompt="none"))

    async def open_login(self) -> LoginForm:
        """Begin an authorization and go to its login page."""
        answer = await self.authorize()
        assert answer.status_code == 303, answer.text
        return LoginForm(self, await self.get(path_of(answer)))

    async def sign_in(self, username: str) -> str:
        """Go through the whole authorization; return the code."""
        form = await self.open_login()
        answer = await form.submit(username, PASSWORD)
        assert answer.status_code == 303, answer.text
        return code_of(await self.get(path_of(answer)))


class LoginForm:
    """A login page that is open in a browser."""

    def __init__(self, browser: Browser, page: httpx2.Response) -> None:
        assert page.status_code == 200, page.text
        self._browser = browser
        self.transaction = _hidden(page, "transaction")
        self._csrf = _hidden(page, "csrf_token")

    async def submit(self, username: str, password: str) -> httpx2.Response:
        """Send the form."""
        return await self._browser.post(
            "/login",
            csrf_token=self._csrf,
            transaction=self.transaction,
            username=username,
            password=password,
        )


def _hidden(page: httpx2.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def path_of(answer: httpx2.Response) -> str:
    """Return where a redirect leads within the provider."""
    location: str = answer.headers["location"]
    assert location.startswith("/"), location
    return location


def code_of(answer: httpx2.Response) -> str:
    """Return the code that a redirect carries to the portal."""
    location = answer.headers.get("location", "")
    assert answer.status_code == 303, answer.text
    assert location.startswith(REDIRECT_URI), location
    code: list[str] = parse_qs(urlsplit(location).query).get("code", [])
    assert code, location
    return code[0]
