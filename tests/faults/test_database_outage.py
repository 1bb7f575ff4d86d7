"""PostgreSQL that crashes, hangs, and comes back: nobody sees a 500, nothing answered is lost."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx2
import pytest
import pytest_asyncio

from idp.audit.tags import Tag
from tests.faults import ledger as records
from tests.faults.fleet import Fleet
from tests.faults.visitors import Browser, FleetLink, Link, Tokens, code_of, tokens_of
from tests.servers.postgres import crash_postgres, freeze_postgres, resume_postgres

RECOVERY_SECONDS = 15.0
pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def link(production_fleet: Fleet) -> AsyncIterator[Link]:
    async with FleetLink(production_fleet) as opened:
        yield opened


@asynccontextmanager
async def crashed(fleet: Fleet) -> AsyncIterator[None]:
    """The database is down within the block and up after it."""
    assert fleet.postgres is not None
    crash_postgres(fleet.postgres)
    try:
        yield
    finally:
        resume_postgres(fleet.postgres)


@asynccontextmanager
async def frozen(fleet: Fleet) -> AsyncIterator[None]:
    """The database answers nothing within the block."""
    assert fleet.postgres is not None
    freeze_postgres(fleet.postgres, frozen=True)
    try:
        yield
    finally:
        freeze_postgres(fleet.postgres, frozen=False)


def check_unavailable(answer: httpx2.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0


async def every_door(link: Link, browser: Browser, tokens: Tokens) -> list[httpx2.Response]:
    """Knock twice at each door that needs the database, so that both workers answer."""
    calls: list[Callable[[], Awaitable[httpx2.Response]]] = [
        lambda: link.refresh(tokens.refresh),
        lambda: link.userinfo(tokens.access),
        lambda: browser.authorize(prompt="none"),
        lambda: browser.get("/logout"),
    ]
    return list(await asyncio.gather(*(call() for call in calls for _ in range(2))))


async def wait_for_recovery(link: Link, tokens: Tokens) -> None:
    """Return once ten requests in a row succeed; until then only refusals are allowed."""
    started, streak = time.monotonic(), 0
    while streak < 10:
        answer = await link.userinfo(tokens.access)
        assert answer.status_code in (200, 503), answer.text
        streak = streak + 1 if answer.status_code == 200 else 0
        assert time.monotonic() - started < RECOVERY_SECONDS, "no recovery"


async def test_during_a_crash_everything_says_come_back_and_keys_stay_up(
    production_fleet: Fleet, link: Link, person: str
) -> None:
    browser = link.browser()
    tokens = await link.tokens(await browser.sign_in(person))
    code = await browser.silent_code()
    keys = (await link.http.get("/jwks")).json()
    async with crashed(production_fleet):
        for answer in await every_door(link, browser, tokens):
            check_unavailable(answer)
        refused = await link.redeem(code)
        check_unavailable(refused)
        assert refused.json()["error"] == "temporarily_unavailable"
        page = await browser.authorize()
        assert page.headers["content-type"].startswith("text/html")
        for _ in range(4):
            assert (await link.http.get("/jwks")).json() == keys
            discovery = await link.http.get("/.well-known/openid-configuration")
            assert discovery.status_code == 200
    await wait_for_recovery(link, tokens)
    # The refused redemption had no effect, and the session and the tokens are still there.
    await link.tokens(code)
    assert (await link.refresh(tokens.refresh)).status_code == 200
    assert await browser.silent_code()


async def test_a_hung_database_is_given_up_in_time_and_used_again_when_it_answers(
    production_fleet: Fleet, link: Link, person: str
) -> None:
    browser = link.browser()
    tokens = await link.tokens(await browser.sign_in(person))
    # More than the pool holds, so that all of it is stuck.
    async with frozen(production_fleet):
        started = time.monotonic()
        stuck = [asyncio.create_task(link.userinfo(tokens.access)) for _ in range(40)]
        for _ in range(4):
            before = time.monotonic()
            assert (await link.http.get("/jwks")).status_code == 200
            assert time.monotonic() - before < 3
        for answer in await asyncio.gather(*stuck):
            check_unavailable(answer)
        assert time.monotonic() - started < 20
    await wait_for_recovery(link, tokens)


@dataclass
class Ledger:
    """What clients were told while the database crashed."""

    statuses: Counter[int] = field(default_factory=Counter)
    spent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def run(self, link: Link, browser: Browser) -> None:
        """Take codes and redeem them, forever."""
        while True:
            answer = await browser.authorize(prompt="none")
            self.statuses[answer.status_code] += 1
            if answer.status_code != 303:
                continue
            code = code_of(answer)
            redeemed = await link.redeem(code)
            self.statuses[redeemed.status_code] += 1
            (self.spent if redeemed.status_code == 200 else self.refused).append(code)


async def test_under_load_a_crash_loses_no_acknowledged_effect(
    production_fleet: Fleet, link: Link, person: str
) -> None:
    browser = link.browser()
    tokens = await link.tokens(await browser.sign_in(person))
    ledger = Ledger()
    load = [asyncio.create_task(ledger.run(link, browser.twin())) for _ in range(8)]
    await _until(lambda: len(ledger.spent) > 20)
    async with crashed(production_fleet):
        await _until(lambda: ledger.statuses[503] > 20)
    enough = len(ledger.spent) + 20
    await _until(lambda: len(ledger.spent) > enough)
    for task in load:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert set(ledger.statuses) == {200, 303, 503}
    # Every code that was acknowledged is spent: no 200 for a write that is gone.
    replays = [await link.redeem(code) for code in ledger.spent[-60:]]
    assert {answer.status_code for answer in replays} == {400}
    # A refusal told the truth or was about an unknown outcome; never is there a second redemption.
    again = Counter([(await link.redeem(code)).status_code for code in ledger.refused])
    assert set(again) <= {200, 400}
    await wait_for_recovery(link, tokens_of(await link.refresh(tokens.refresh)))
    # Every effect is on record exactly once, whether or not its commit could be acknowledged.
    async with production_fleet.services() as services:
        account = await records.account_id(services, person)
        issued = await records.count_events(services, account, Tag.TOKEN_ISSUED)
        assert issued == await records.count_families(services, account)
        await records.check_audit(services)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - several tasks change what it looks at
            await asyncio.sleep(0.02)
