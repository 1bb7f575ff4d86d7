"""One pushed request, answered many times at once on two workers: one code, whoever came first
(RFC 9126 section 4)."""

from __future__ import annotations

import asyncio
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from idp.audit.tags import Tag
from tests.faults import ledger
from tests.faults.fleet import PORTAL, WORKERS, Fleet
from tests.faults.visitors import Link, code_of

AT_ONCE = 16
ROUNDS = 10
pytestmark = pytest.mark.asyncio


def outcome(answer: httpx2.Response) -> str:
    """Return `code`, the error that went to the portal, or `page`."""
    if answer.status_code != 303:
        return "page" if answer.status_code == 400 else str(answer.status_code)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return "code" if "code" in query else query["error"][0]


async def test_of_16_answers_of_a_pushed_request_one_is_given(
    fleet: Fleet, link: Link, person: str
) -> None:
    """The windows of one browser, and nobody needs to be asked anything."""
    browser = link.browser()
    await browser.sign_in(person)
    for _ in range(ROUNDS):
        pushed = await link.push()
        request = {"client_id": PORTAL["client_id"], "request_uri": pushed.json()["request_uri"]}
        answers = await asyncio.gather(
            *(browser.twin().get("/authorize", **request) for _ in range(AT_ONCE))
        )
        # Who comes while the first is being answered is told by the portal, who comes later by us.
        outcomes = Counter(outcome(answer) for answer in answers)
        assert outcomes["code"] == 1, outcomes
        assert outcomes.keys() <= {"code", "invalid_request_uri", "page"}
        won = next(answer for answer in answers if outcome(answer) == "code")
        await link.tokens(code_of(won))
    assert fleet.serving_workers() == WORKERS
    async with fleet.services() as services:
        account = await ledger.account_id(services, person)
        assert await ledger.count_events(services, account, Tag.AUTHORIZATION_GRANTED) == ROUNDS + 1
        await ledger.check_audit(services)


async def test_of_two_people_who_bring_one_pushed_request_one_gets_a_code(
    link: Link, person: str, somebody_else: str
) -> None:
    """A reference that leaked does not let a second person in."""
    pushed = await link.push()
    request = {"client_id": PORTAL["client_id"], "request_uri": pushed.json()["request_uri"]}
    browsers = [link.browser(), link.browser()]
    for browser, who in zip(browsers, (person, somebody_else), strict=True):
        await browser.sign_in(who)
    answers = await asyncio.gather(
        *(browsers[n % 2].twin().get("/authorize", **request) for n in range(AT_ONCE))
    )
    assert Counter(outcome(answer) for answer in answers)["code"] == 1
