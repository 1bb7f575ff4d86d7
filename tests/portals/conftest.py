"""A small provider and a tax portal, both running, for each test."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx2
import pytest_asyncio
from pydantic import SecretStr
from starlette.types import ASGIApp

from clients.portals.app import create_app
from clients.portals.department import Department
from clients.portals.settings import PortalSettings
from clients.portals.social_insurance.content import SOCIAL_INSURANCE
from clients.portals.tax.content import TAX
from tests.portals.running import listening_socket, running, url_of
from tests.portals.small_provider import CLIENT_ID, CLIENT_SECRET, SmallProvider

# Making a TLS context is slow, and everything here is plain http on loopback.
NO_TLS_NEEDED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class PortalClock:
    """Real time, moved by as much as a test says."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class World:
    """What a test can reach: the provider's state, the portals' URLs, and browsers."""

    provider: SmallProvider
    tax: str
    social: str
    clock: PortalClock
    stack: AsyncExitStack = field(repr=False)

    async def browser(self) -> httpx2.AsyncClient:
        """Return a browser without scripts: it keeps cookies and follows redirects."""
        client = httpx2.AsyncClient(
            follow_redirects=True, trust_env=False, timeout=10, verify=NO_TLS_NEEDED
        )
        return await self.stack.enter_async_context(client)

    async def signed_in_browser(
        self, subject: str = "subject-1", sid: str = "sid-1", *, portal: str | None = None
    ) -> httpx2.AsyncClient:
        """Return a browser signed in at a portal as `subject` in the provider's session `sid`."""
        self.provider.subject, self.provider.sid = subject, sid
        browser = await self.browser()
        page = await browser.get((portal or self.tax) + "/login")
        assert page.status_code == 200
        return browser

    async def is_signed_in(self, browser: httpx2.AsyncClient, portal: str | None = None) -> bool:
        state = (await browser.get((portal or self.tax) + "/session")).json()
        return bool(state["signed_in"])

    async def deliver(self, token: str) -> httpx2.Response:
        """Deliver a logout token to the tax portal, as the provider would."""
        browser = await self.browser()
        return await browser.post(self.tax + "/backchannel-logout", data={"logout_token": token})


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    provider, clock = SmallProvider(), PortalClock()
    sockets = [listening_socket() for _ in range(3)]
    provider.issuer, tax_url, social_url = map(url_of, sockets)

    def settings(base_url: str, other_url: str) -> PortalSettings:
        return PortalSettings(
            issuer=provider.issuer,
            client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET),
            base_url=base_url,
            other_url=other_url,
        )

    def app(base_url: str, other_url: str, department: Department) -> ASGIApp:
        return create_app(settings(base_url, other_url), department, clock)

    provider_app: ASGIApp = provider.app()
    apps = (
        provider_app,
        app(tax_url, social_url, TAX),
        app(social_url, tax_url, SOCIAL_INSURANCE),
    )
    async with running(*zip(apps, sockets, strict=True)), AsyncExitStack() as stack:
        yield World(provider, tax_url, social_url, clock, stack)
