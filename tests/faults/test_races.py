"""Many requests at once for the same thing, on two workers: one effect, whoever came first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import TypeVar

import httpx2
import pytest

from idp.audit.tags import Tag
from idp.authn.settings import ThrottleSettings
from idp.crypto.identifiers import new_id
from idp.sessions.session import EndReason
from idp.tokens.family import RevokeReason
from tests.faults import ledger
from tests.faults.fleet import PASSWORD, WORKERS, Fleet
from tests.faults.visitors import Link, Tokens, code_of, path_of, tokens_of

T = TypeVar("T")
AT_ONCE = 32
CODES = 100
REFRESH_TOKENS = 5
pytestmark = pytest.mark.asyncio


async def all_at_once(calls: Iterable[Awaitable[T]]) -> list[T]:
    return list(await asyncio.gather(*calls))


def refusals(answers: Iterable[httpx2.Response]) -> Counter[tuple[int, str]]:
    return Counter((a.status_code, a.json()["error"]) for a in answers if a.status_code != 200)


async def is_dead(link: Link, tokens: Tokens) -> bool:
    """Whether neither of the two tokens is worth anything at any door."""
    userinfo, refreshed = await link.userinfo(tokens.access), await link.refresh(tokens.refresh)
    return (
        userinfo.status_code == 401
        and refreshed.status_code == 400
        and not await link.is_active(tokens.access)
        and not await link.is_active(tokens.refresh)
    )


async def test_of_32_redemptions_of_each_of_100_codes_one_wins_and_its_tokens_end(
    fleet: Fleet, link: Link, person: str
) -> None:
    """The replays prove that the code leaked, so what the first redemption gave ends (R10)."""
    browser = link.browser()
    codes = [await browser.sign_in(person)]
    codes += await all_at_once(browser.silent_code() for _ in range(CODES - 1))
    winners = []
    for code in codes:
        answers = await all_at_once(link.redeem(code) for _ in range(AT_ONCE))
        assert refusals(answers) == {(400, "invalid_grant"): AT_ONCE - 1}
        winners += [tokens_of(a) for a in answers if a.status_code == 200]
    assert fleet.serving_workers() == WORKERS
    assert len(winners) == CODES
    assert all([await is_dead(link, tokens) for tokens in winners])
    async with fleet.services() as services:
        account = await ledger.account_id(services, person)
        assert await ledger.count_events(services, account, Tag.TOKEN_ISSUED) == CODES
        assert await ledger.count_events(services, account, Tag.CODE_REUSED) == CODES
        await ledger.check_audit(services)


async def test_a_code_that_is_not_replayed_keeps_its_tokens(link: Link, person: str) -> None:
    tokens = await link.tokens(await link.browser().sign_in(person))
    assert (await link.userinfo(tokens.access)).status_code == 200
    assert await link.is_active(tokens.refresh)


async def test_32_refreshes_at_once_give_one_lineage(fleet: Fleet, link: Link, person: str) -> None:
    """Within the grace window all get the same next token; nobody is taken for a thief."""
    browser = link.browser()
    codes = [await browser.sign_in(person)]
    codes += await all_at_once(browser.silent_code() for _ in range(REFRESH_TOKENS - 1))
    for code in codes:
        first = await link.tokens(code)
        answers = await all_at_once(link.refresh(first.refresh) for _ in range(AT_ONCE))
        assert refusals(answers) == {}
        children = {tokens_of(answer).refresh for answer in answers}
        assert len(children) == 1
        assert first.refresh not in children
        assert not await link.is_active(first.refresh)

        grandchild = tokens_of(await link.refresh(children.pop()))
        assert (await link.userinfo(grandchild.access)).status_code == 200
        replay = await link.refresh(first.refresh)
        assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
        assert await is_dead(link, grandchild)
    assert fleet.serving_workers() == WORKERS


async def test_a_logout_among_refreshes_leaves_nothing_alive(link: Link, person: str) -> None:
    browser = link.browser()
    tokens = await link.tokens(await browser.sign_in(person))
    page = await browser.get("/logout")
    form = {"csrf_token": _csrf(page), "decision": "logout"}
    refreshes = [link.refresh(tokens.refresh) for _ in range(AT_ONCE)]
    ended, *answers = await all_at_once([browser.post("/logout", **form), *refreshes])
    assert ended.status_code == 303
    assert set(refusals(answers)) <= {(400, "invalid_grant")}
    issued = [tokens_of(answer) for answer in answers if answer.status_code == 200]
    assert all([await is_dead(link, each) for each in [tokens, *issued]])


async def test_a_credential_reset_among_redemptions_leaves_nothing_alive(
    fleet: Fleet, link: Link, person: str
) -> None:
    """Not even tokens that would outlive the session (`offline_access`)."""
    code = await link.browser().sign_in(person)
    async with fleet.services() as services:
        seen = services.codes.read(code)
        assert seen is not None
        offline = [replace(seen, id=new_id(), scope="openid offline_access") for _ in range(24)]
        *codes, late = [services.codes.issue(authorization) for authorization in offline]

        async def reset() -> None:
            async with services.database.write() as transaction:
                reason = EndReason.CREDENTIAL_RESET
                await services.logout.end_account(transaction, seen.account_id, reason)
                changed = RevokeReason.ACCOUNT_CHANGED
                await services.tokens.revoke_account(transaction, seen.account_id, changed)

        _, *answers = await asyncio.gather(reset(), *(link.redeem(code) for code in codes))
    issued = [tokens_of(answer) for answer in answers if answer.status_code == 200]
    assert set(refusals(answers)) <= {(400, "invalid_grant")}
    assert all([await is_dead(link, each) for each in issued])
    assert refusals([await link.redeem(late)]) == {(400, "invalid_grant"): 1}


async def test_parallel_guesses_over_all_spellings_are_not_checked_beyond_the_limit(
    fleet: Fleet, link: Link, person: str
) -> None:
    limit = ThrottleSettings().free_failures
    form = await link.browser().open_login()
    spellings = (person, f"+86{person}", f"0086 {person}", f" {person[:3]} {person[3:]}")
    answers = await all_at_once(
        form.submit(spellings[n % len(spellings)], f"wrong guess number {n}") for n in range(20)
    )
    assert Counter(a.status_code for a in answers) == {400: limit, 429: 20 - limit}
    assert (await form.submit(person, PASSWORD)).status_code == 429
    async with fleet.services() as services:
        account = await ledger.account_id(services, person)
        assert await ledger.count_failures(services, account) == limit
        assert await ledger.count_events(services, account, Tag.PASSWORD_REFUSED) == limit
        assert await ledger.count_events(services, account, Tag.PASSWORD_ACCEPTED) == 0


async def test_an_interaction_resumed_many_times_at_once_yields_one_code(
    fleet: Fleet, link: Link, person: str
) -> None:
    browser = link.browser()
    form = await browser.open_login()
    resume = path_of(await form.submit(person, PASSWORD))
    answers = await all_at_once(browser.twin().get(resume) for _ in range(AT_ONCE))
    assert Counter(a.status_code for a in answers) == {303: 1, 400: AT_ONCE - 1}
    won = next(a for a in answers if a.status_code == 303)
    await link.tokens(code_of(won))
    async with fleet.services() as services:
        account = await ledger.account_id(services, person)
        assert await ledger.count_events(services, account, Tag.AUTHORIZATION_GRANTED) == 1


async def test_first_visits_from_several_devices_at_once_all_succeed(
    link: Link, person: str
) -> None:
    """Each records the same notice about statutory claims for the first time."""
    browsers = [link.browser() for _ in range(8)]
    forms = await all_at_once(browser.open_login() for browser in browsers)
    pages = await all_at_once(form.submit(person, PASSWORD) for form in forms)
    resumes = [path_of(page) for page in pages if page.status_code == 303]
    # Parallel attempts count as failures until they succeed, so a few may have had to wait.
    assert len(resumes) >= ThrottleSettings().free_failures
    answers = await all_at_once(
        browser.get(path_of(page))
        for browser, page in zip(browsers, pages, strict=True)
        if page.status_code == 303
    )
    assert all([(await link.redeem(code_of(a))).status_code == 200 for a in answers])


def _csrf(page: httpx2.Response) -> str:
    assert page.status_code == 200, page.text
    return page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
