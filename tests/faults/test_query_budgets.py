"""What the hot paths ask of the database, once caches are warm.

Counted are statements that are sent to be executed, and how often a connection is taken from the
pool. BEGIN and COMMIT are not counted: they come with every transaction, and there is one.
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

BUDGETS = {
    "authorize with a session": 3,
    # The request is read, and its answer claimed.
    "authorize with a session: pushed": 5,
    "par": 1,
    "token: code": 4,
    "token: refresh": 4,
    "userinfo": 2,
    "introspection: access token": 3,
    "introspection: refresh token": 3,
    "token: code, private_key_jwt": 5,
}
# One, but where an assertion is spent in a transaction of its own, which stays if the other fails.
# A pushed request is read before it is known whether anything is to be written.
CHECKOUTS = {"token: code, private_key_jwt": 2, "authorize with a session: pushed": 2}
Count: TypeAlias = Callable[[str, Callable[[], Awaitable[httpx2.Response]]], Awaitable[Any]]
pytestmark = pytest.mark.asyncio


@dataclass
class Usage:
    """What one request asked of the database."""

    statements: list[str] = field(default_factory=list)
    checkouts: int = 0


class Meter:
    """Notes what is asked of an engine, in whatever usage is the current one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.usage = Usage()
        self.measured: dict[str, Usage] = {}

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def on_execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("BEGIN"):
                self.usage.statements.append(statement)

        @event.listens_for(engine.sync_engine, "checkout")
        def on_checkout(*_: Any) -> None:
            self.usage.checkouts += 1

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


async def test_the_hot_paths_stay_within_their_budgets(services: Services) -> None:
    transport = httpx2.ASGITransport(create_app(services))
    client = httpx2.AsyncClient(
        transport=transport, base_url=services.settings.issuer_url, cookies=CookieJar(NO_COOKIES)
    )
    async with Link([client]) as link:
        browser = link.browser()
        tokens = await link.tokens(await browser.sign_in(phone_of(1)))
        meter = Meter(services.database.engine)
        await _measure(meter.count, link, browser, tokens)
        await _measure_with_a_key(meter.count, services, link, browser)
    measured = meter.measured
    table = "\n".join(_line(name, usage) for name, usage in measured.items())
    over = [name for name, usage in measured.items() if len(usage.statements) > BUDGETS[name]]
    assert not over, f"over budget: {over}\n{table}"
    assert measured.keys() == BUDGETS.keys()
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


def _line(name: str, usage: Usage) -> str:
    words = [" ".join(statement.split())[:70] for statement in usage.statements]
    head = f"{name:30} {len(words)} of {BUDGETS[name]} statements, {usage.checkouts} checkouts"
    return "\n".join([head, *(f"    {each}" for each in words)])
