"""Servers and processes that die, forget, or remember what is long over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path

import httpx2
import pytest

from idp.audit.tags import Tag
from idp.authn.settings import ThrottleSettings
from tests.faults import ledger
from tests.faults.fleet import PASSWORD, Fleet
from tests.faults.one_time_codes import TriedCodes, try_codes
from tests.faults.stores import Store
from tests.faults.visitors import (
    Browser,
    FleetLink,
    Link,
    Tokens,
    code_of,
    path_of,
    redemption,
    tokens_of,
)

pytestmark = pytest.mark.asyncio

Fault = Callable[[Fleet, Path], None]


def _flush(fleet: Fleet, _snapshot: Path) -> None:
    fleet.store.flush()


def _crash_store(fleet: Fleet, _snapshot: Path) -> None:
    fleet.store.crash()
    fleet.store.resume()


def _restore_store(fleet: Fleet, snapshot: Path) -> None:
    fleet.store.restore(snapshot)


def _crash_workers(fleet: Fleet, _snapshot: Path) -> None:
    fleet.crash_workers()


def _restart(fleet: Fleet, _snapshot: Path) -> None:
    fleet.restart()


FAULTS: dict[str, Fault] = {
    "the store forgets everything": _flush,
    "the store crashes": _crash_store,
    "the store comes back with what it held before": _restore_store,
    "all workers are killed": _crash_workers,
    "everything is restarted": _restart,
}


@dataclass
class Begun:
    """What is under way: a code, a finished sign-in whose answer is due, two open sessions."""

    code: str
    resume: str
    at_resume: Browser
    at_home: Browser
    leaving: Browser
    left: Tokens
    rotated: Tokens

    @classmethod
    async def make(cls, link: Link, person: str) -> Begun:
        at_home, leaving, at_resume = link.browser(), link.browser(), link.browser()
        rotated = await link.tokens(await at_home.sign_in(person))
        left = await link.tokens(await leaving.sign_in(person))
        form = await at_resume.open_login()
        resume = path_of(await form.submit(person, PASSWORD))
        return cls(await at_home.silent_code(), resume, at_resume, at_home, leaving, left, rotated)


@dataclass
class Spent:
    """All of it consumed; `locked` is somebody who may not try another password for now."""

    begun: Begun
    from_code: Tokens
    newest: Tokens
    locked: str
    one_time_codes: TriedCodes

    @classmethod
    async def make(cls, fleet: Fleet, link: Link, begun: Begun, locked: str) -> Spent:
        from_code = await link.tokens(begun.code)
        newest = tokens_of(await link.refresh(begun.rotated.refresh))
        newest = tokens_of(await link.refresh(newest.refresh))
        await link.tokens(code_of(await begun.at_resume.get(begun.resume)))
        await _log_out(begun.leaving.twin())
        form = await link.browser().open_login()
        for _ in range(ThrottleSettings().free_failures):
            assert (await form.submit(locked, "not the password")).status_code == 400
        async with fleet.services() as services:
            one_time_codes = await try_codes(services, locked)
        return cls(begun, from_code, newest, locked, one_time_codes)

    async def check_it_stays_spent(self, fleet: Fleet, link: Link) -> None:
        begun = self.begun
        # What is alive is alive: nobody was thrown out by the fault.
        assert (await link.userinfo(self.newest.access)).status_code == 200
        assert (await link.userinfo(self.from_code.access)).status_code == 200
        assert await begun.at_home.silent_code()
        # A completed interaction answers nobody again.
        again = await begun.at_resume.get(begun.resume)
        assert again.status_code == 400
        assert "location" not in again.headers
        # Logged out is logged out, at every door.
        silent = await begun.leaving.authorize(prompt="none")
        assert "error=login_required" in silent.headers["location"]
        assert (await link.userinfo(begun.left.access)).status_code == 401
        assert _error(await link.refresh(begun.left.refresh)) == "invalid_grant"
        assert not await link.is_active(begun.left.access)
        assert not await link.is_active(begun.left.refresh)
        # A lock is not lifted, and no guess comes for free.
        form = await link.browser().open_login()
        assert (await form.submit(self.locked, PASSWORD)).status_code == 429
        async with fleet.services() as services:
            account = await ledger.account_id(services, self.locked)
            limit = ThrottleSettings().free_failures
            assert await ledger.count_failures(services, account) == limit
            await self.one_time_codes.check_all_stand(services)
        # Replays are refused and end what the first use gave.
        assert _error(await link.redeem(begun.code)) == "invalid_grant"
        assert (await link.userinfo(self.from_code.access)).status_code == 401
        assert _error(await link.refresh(begun.rotated.refresh)) == "invalid_grant"
        assert (await link.userinfo(self.newest.access)).status_code == 401
        assert _error(await link.refresh(self.newest.refresh)) == "invalid_grant"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_what_was_consumed_stays_consumed_when(
    fault: Fault, fleet: Fleet, link: Link, person: str, somebody_else: str
) -> None:
    begun = await Begun.make(link, person)
    snapshot = fleet.store.snapshot()
    spent = await Spent.make(fleet, link, begun, somebody_else)
    fault(fleet, snapshot)
    async with FleetLink(fleet) as fresh:
        for browser in (begun.at_resume, begun.at_home, begun.leaving):
            browser.move_to(fresh)
        await spent.check_it_stays_spent(fleet, fresh)
        async with fleet.services() as services:
            await ledger.check_audit(services)


@pytest.mark.parametrize(
    "disturb", [methodcaller("crash"), methodcaller("hang")], ids=["dead", "hung"]
)
async def test_people_sign_in_and_portals_go_on_while_the_store_is(
    disturb: Callable[[Store], None], fleet: Fleet, link: Link, person: str
) -> None:
    browser = link.browser()
    before = await link.tokens(await browser.sign_in(person))
    disturb(fleet.store)
    try:
        assert (await link.refresh(before.refresh)).status_code == 200
        assert (await link.userinfo(before.access)).status_code == 200
        assert await link.is_active(before.access)
        await link.tokens(await browser.silent_code())
        tokens = await link.tokens(await link.browser().sign_in(person))
        assert (await link.userinfo(tokens.access)).status_code == 200
        await _log_out(browser)
        assert (await link.userinfo(before.access)).status_code == 401
        assert await _store_is_ready(link) is False
    finally:
        fleet.store.resume()
    async with asyncio.timeout(15):
        while not await _store_is_ready(link):  # noqa: ASYNC110 - it is another process that knows
            await asyncio.sleep(0.05)


async def _store_is_ready(link: Link) -> bool:
    answer = await link.http.get("/healthz/ready")
    ready: bool = answer.json()["checks"]["ephemeral"]
    return ready


async def test_clients_that_hang_up_in_the_middle_leave_nothing_behind(
    fleet: Fleet, link: Link, person: str
) -> None:
    """More of them than a pool has connections; what they asked for happens once or not at all."""
    browser = link.browser()
    code = await browser.sign_in(person)
    codes = [code, *[await browser.silent_code() for _ in range(39)]]
    await asyncio.gather(*(_hang_up(fleet, redemption(each)) for each in codes))
    tokens = await link.tokens(await browser.silent_code())
    answers = await asyncio.gather(*(link.userinfo(tokens.access) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    late = await asyncio.gather(*(link.redeem(each) for each in codes))
    assert {answer.status_code for answer in late} <= {200, 400}
    async with fleet.services() as services:
        account = await ledger.account_id(services, person)
        issued = await ledger.count_events(services, account, Tag.TOKEN_ISSUED)
        assert issued == await ledger.count_families(services, account)
        assert issued == len(codes) + 1
        await ledger.check_audit(services)


async def _hang_up(fleet: Fleet, request: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", fleet.port)
    writer.write(request)
    await writer.drain()
    writer.transport.abort()


async def test_a_killed_worker_is_replaced_and_its_colleague_serves_meanwhile(
    fleet: Fleet, link: Link, person: str
) -> None:
    browser = link.browser()
    tokens = await link.tokens(await browser.sign_in(person))
    killed = fleet.workers()[0]
    killed.kill()
    answers = [await _persistent(lambda: link.refresh(tokens.refresh)) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    fleet.wait_for_workers(without={killed.pid})


async def _persistent(call: Callable[[], object]) -> httpx2.Response:
    """Send a request again whose connection died with its worker, as portals do."""
    for _ in range(20):
        try:
            return await call()  # type: ignore[misc, no-any-return]
        except httpx2.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody answers")


async def _log_out(browser: Browser) -> None:
    page = await browser.get("/logout")
    token = page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    ended = await browser.post("/logout", csrf_token=token, decision="logout")
    assert ended.status_code == 303


def _error(answer: httpx2.Response) -> str:
    assert answer.status_code == 400, answer.text
    error: str = answer.json()["error"]
    return error
