"""What the hot paths ask of the database, once caches are warm.

Counted are statements that are sent to be executed; round trips, which are these and BEGIN and
COMMIT; and how often a connection is taken from the pool.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from idp.app import create_app
from idp.client_registry.promises import RegistrationRules
from idp.client_registry.service import parse_registration
from idp.clock import ManualClock
from idp.enrolment.seeding import SeedAccount
from idp.services.wiring import Services, build_services
from idp.storage import migrations
from idp.storage.drivers import PostgresDriver, SqliteDriver
from tests.faults.fleet import PASSWORD, PORTAL, PORTAL_SECRET, phone_of
from tests.faults.visitors import (
    NO_COOKIES,
    REDIRECT_URI,
    VERIFIER,
    Browser,
    Link,
    Tokens,
    code_of,
    tokens_of,
)
from tests.provider import provider_settings
from tests.servers.postgres import PostgresServer, create_database, postgres, sqlalchemy_url

# Statements and round trips. Where they are equal there is no transaction but a statement's own.
BUDGETS = {
    "authorize with a session": (3, 3),
    # The request is read, and its answer claimed.
    "authorize with a session: pushed": (5, 7),
    "par": (1, 3),
    "token: code": (3, 5),
    "token: refresh": (2, 4),
    "userinfo": (2, 2),
    "introspection: access token": (1, 1),
    "introspection: refresh token": (1, 1),
    "token: code, private_key_jwt": (4, 8),
}
# What PostgreSQL changes and reads in one statement, SQLite does in two.
MORE_ON_SQLITE = ("token: code", "token: refresh", "token: code, private_key_jwt")
# One, but where an assertion is spent in a transaction of its own, which stays if the other fails.
# A pushed request is read before it is known whether anything is to be written.
CHECKOUTS = {"token: code, private_key_jwt": 2, "authorize with a session: pushed": 2}
Count: TypeAlias = Callable[[str, Callable[[], Awaitable[httpx2.Response]]], Awaitable[Any]]
pytestmark = pytest.mark.asyncio


@dataclass
class Usage:
    """What one request asked of the database."""

    statements: list[str] = field(default_factory=list)
    framing: int = 0
    """How often a transaction was begun or committed."""
    checkouts: int = 0


class Meter:
    """Notes what is asked of an engine, in whatever usage is the current one."""

    def __init__(self, engine: AsyncEngine, patch: pytest.MonkeyPatch) -> None:
        self.usage = Usage()
        for driver in (PostgresDriver, SqliteDriver):
            for call in ("begin", "commit"):
                patch.setattr(driver, call, self._counted(getattr(driver, call)))
        self.measured: dict[str, Usage] = {}

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def on_execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("BEGIN"):
                self.usage.statements.append(statement)

        @event.listens_for(engine.sync_engine, "checkout")
        def on_checkout(*_: Any) -> None:
            self.usage.checkouts += 1

    def _counted(self, method: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        def counted(*arguments: Any) -> Awaitable[None]:
            self.usage.framing += 1
            return method(*arguments)

        return counted

    async def count(
        self, name: str, call: Callable[[], Awaitable[httpx2.Response]]
    ) -> httpx2.Response:
        """Note what a request asks, which has to succeed."""
        self.measured[name] = self.usage = Usage()
        answer = await call()
        self.usage = Usage()
        assert answer.status_code in (200, 201, 303), answer.text
        return answer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with postgres(tmp_path_factory.mktemp("pg")) as running:
        yield running


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def services(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Services]:
    """A provider whose clock stands still, so that nothing it remembers grows old."""
    url = f"sqlite+aiosqlite:///{tmp_path}/tongxing.db"
    if request.param == "postgresql":
        url = sqlalchemy_url(await create_database(request.getfixturevalue("server")))
    await migrations.upgrade(url)
    nowhere = "redis://127.0.0.1:9/0"
    settings = provider_settings(
        tmp_path, 8000, nowhere, storage={"database_url": url, "redis_url": nowhere}
    )
    services = build_services(settings, ManualClock(datetime.now(UTC)))
    await services.keys.ensure()
    await _register(services, PORTAL, PORTAL_SECRET)
    person = SeedAccount(
        phone=phone_of(1),
        password=SecretStr(PASSWORD),
        name="张伟",
        id_number="100000199003077711",
    )
    await services.enrolment.seeding.import_accounts([person])
    yield services
    await services.close()


async def test_the_hot_paths_stay_within_their_budgets(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = httpx2.ASGITransport(create_app(services))
    client = httpx2.AsyncClient(
        transport=transport, base_url=services.settings.issuer_url, cookies=CookieJar(NO_COOKIES)
    )
    async with Link([client]) as link:
        browser = link.browser()
        tokens = await link.tokens(await browser.sign_in(phone_of(1)))
        meter = Meter(services.database.engine, monkeypatch)
        await _measure(meter.count, link, browser, tokens)
        await _measure_with_a_key(meter.count, services, link, browser)
    measured = meter.measured
    budgets = _budgets(services.database.engine.dialect.name)
    table = "\n".join(_line(name, usage, budgets[name]) for name, usage in measured.items())
    spent = {
        name: (len(usage.statements), len(usage.statements) + usage.framing)
        for name, usage in measured.items()
    }
    assert spent == budgets, table
    assert all(u.checkouts == CHECKOUTS.get(name, 1) for name, u in measured.items()), table


async def _measure(count: Count, link: Link, browser: Browser, tokens: Tokens) -> None:
    await browser.silent_code()
    await count("authorize with a session", lambda: browser.authorize(prompt="none"))
    pushed = await count("par", lambda: link.push(prompt="none"))
    request = {"client_id": PORTAL["client_id"], "request_uri": pushed.json()["request_uri"]}
    answer = await count(
        "authorize with a session: pushed", lambda: browser.get("/authorize", **request)
    )
    assert code_of(answer)
    code = await browser.silent_code()
    await count("token: code", lambda: link.redeem(code))
    refreshed = await count("token: refresh", lambda: link.refresh(tokens.refresh))
    newest = tokens_of(refreshed)
    await count("userinfo", lambda: link.userinfo(newest.access))
    await count("introspection: access token", lambda: link.introspect(newest.access))
    await count("introspection: refresh token", lambda: link.introspect(newest.refresh))


async def _measure_with_a_key(
    count: Count, services: Services, link: Link, browser: Browser
) -> None:
    """The same portal, once it has a key in the place of its secret."""
    key = ECKey.generate_key("P-256")
    by_key = {
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [key.as_dict(private=False)]},
    }
    await _register(services, {**PORTAL, **by_key}, None)
    code = await browser.silent_code()
    claims = {"aud": services.settings.issuer_url, "jti": "1"}
    claims |= dict.fromkeys(("iss", "sub"), PORTAL["client_id"])
    now = int(services.clock.now().timestamp())
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "ES256"}, {**claims, "exp": now + 60}, key),
    }
    await count("token: code, private_key_jwt", lambda: link.http.post("/token", data=form))


async def _register(services: Services, document: dict[str, Any], secret: str | None) -> None:
    registration = parse_registration(document, secret, RegistrationRules())
    async with services.database.write() as transaction:
        await services.registry.apply(transaction, [registration], prune=False)
    await services.directory.poll()


def _budgets(dialect: str) -> dict[str, tuple[int, int]]:
    more = MORE_ON_SQLITE if dialect == "sqlite" else ()
    return {
        name: (statements + (name in more), trips + (name in more))
        for name, (statements, trips) in BUDGETS.items()
    }


def _line(name: str, usage: Usage, budget: tuple[int, int]) -> str:
    words = [" ".join(statement.split())[:70] for statement in usage.statements]
    spent = (len(words), len(words) + usage.framing)
    head = f"{name:30} {spent}, should be {budget}; {usage.checkouts} checkouts"
    return "\n".join([head, *(f"    {each}" for each in words)])
