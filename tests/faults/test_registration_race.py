"""One person registers fifty times at once, on two workers, each time spelled differently.

The register and the messages are real, on this machine, which `home = production` refuses; so both
installations are embedded homes, one of them with PostgreSQL and Redis of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from idp.accounts.models import natural_persons
from idp.audit.models import audit_events
from idp.audit.tags import Tag
from idp.clock import SystemClock
from idp.messaging.notice_jobs import JOB_KIND as NOTICE
from idp.storage.outbox import outbox
from tests.contracts.proofing.register_server import SECRET, running_register
from tests.faults import ledger
from tests.faults.fleet import WORKERS, Fleet, embedded, production
from tests.faults.visitors import Browser, FleetLink, Link

pytestmark = pytest.mark.asyncio
AT_ONCE: Final = 50
PASSWORD = "seven umbrellas for a quiet river"
NAME, NUMBER = "阿依努尔·买买提", "10000019980321012X"
"""A persona of the simulated register."""
_HEX_ID = re.compile(r"[0-9a-f]{32}|name=\"csrf_token\" value=\"[^\"]+\"")
Forms = list[tuple[Browser, dict[str, str]]]


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


NAMES = [NAME.replace("·", dot) for dot in ("·", "•", "・", "‧", "･", " · ", ".")]
NUMBERS = [
    NUMBER,
    NUMBER.lower(),
    _full_width(NUMBER),
    _full_width(NUMBER.lower()),
    f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]} ",
    f"{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:].lower()}",
]


def _phone(number: int) -> str:
    return f"136{number:08d}"


def _variables(folder: Path, register: str) -> dict[str, str]:
    """Five attempts for one number would answer most of the fifty with "later", before they
    could race; the setting's upper bound lets all of them through to the claim."""
    return {
        "IDP_SANDBOX": "true",
        "IDP_PROOFING__ATTEMPTS": "100",
        "IDP_HTTP__ENROLMENT_STEPS_PER_MINUTE": "100000",
        "IDP_MESSAGING__PROVIDER": "file",
        "IDP_MESSAGING__OUTBOX_FILE": str(folder / "messages.jsonl"),
        "IDP_OUTBOUND__ALLOW_HOSTS": '["127.0.0.1"]',
        "IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK": "true",
        "IDP_POPULATION_REGISTER__BASE_URL": register,
        "IDP_POPULATION_REGISTER__KEY_ID": "tongxing",
        "IDP_POPULATION_REGISTER__SECRET": SECRET.get_secret_value(),
    }


@pytest.fixture(params=["postgres", "embedded"])
def fleet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fleet]:
    """A sandbox with two workers, without anybody in it."""
    with running_register(SystemClock()) as register:
        variables = _variables(tmp_path, register)
        if request.param == "postgres":
            variables |= {"IDP_HOME": "embedded", "IDP_ISSUER": ""}
            with production(tmp_path / "home", people=0, **variables) as running:
                yield running
        else:
            with embedded(tmp_path / "home", people=0, **variables) as running:
                yield running


@pytest_asyncio.fixture
async def link(fleet: Fleet) -> AsyncIterator[Link]:
    async with FleetLink(fleet) as opened:
        yield opened


async def test_fifty_registrations_of_one_person_give_one_account(
    fleet: Fleet, link: Link, tmp_path: Path
) -> None:
    """The others see the neutral page, which leads to recovery (R32)."""
    forms = await _ready(link, tmp_path / "messages.jsonl")
    answers = await asyncio.gather(
        *(browser.post("/register/password", **form, password=PASSWORD) for browser, form in forms)
    )
    assert fleet.serving_workers() == WORKERS
    assert Counter(a.status_code for a in answers) == {303: 1, 400: AT_ONCE - 1}
    others = [a for a in answers if a.status_code == 400]
    assert len({_HEX_ID.sub("", a.text) for a in others}) == 1
    assert re.search(r'href="/recover[?"]', others[0].text)

    accounts = await asyncio.gather(*(browser.get("/account") for browser, _ in forms))
    assert Counter(page.status_code for page in accounts) == {200: 1, 303: AT_ONCE - 1}
    winner = next(n for n, a in enumerate(answers) if a.status_code == 303)
    assert accounts[winner].status_code == 200
    async with fleet.services() as services:
        owner = await ledger.account_id(services, _phone(winner))
        async with services.database.read() as transaction:
            people = await transaction.execute(select(natural_persons.c.id))
            assert list(people.scalars()) == [owner]
            held = await transaction.execute(
                select(func.count())
                .select_from(audit_events)
                .where(audit_events.c.tag == Tag.IDENTITY_ALREADY_HELD.value)
            )
            assert held.scalar_one() == AT_ONCE - 1
            kept = await transaction.execute(
                select(outbox.c.payload).where(outbox.c.kind == NOTICE)
            )
            notices = [json.dumps(payload) for payload in kept.scalars()]
        assert len(notices) == AT_ONCE - 1, "the owner is told of every attempt"
        assert _phone(winner) not in "".join(notices)
        await ledger.check_audit(services)


async def _ready(link: Link, messages: Path) -> Forms:
    """Take fifty browsers to the last page, each with another phone and another spelling."""
    browsers = [link.browser() for _ in range(AT_ONCE)]
    pages = [await _open(browser, "/register") for browser in browsers]
    for n, browser in enumerate(browsers):
        pages[n] = await _submit(browser, "/register", pages[n], phone=_phone(n))
    codes = _codes(messages)
    for n, browser in enumerate(browsers):
        code = codes[f"+86{_phone(n)}"]
        page = await _submit(browser, "/register/code", pages[n], code=code)
        entry = {
            "name": NAMES[n % len(NAMES)],
            "id_kind": "resident_id",
            "id_number": NUMBERS[n % len(NUMBERS)],
        }
        pages[n] = await _submit(browser, "/register/identity", page, **entry)
    return [(browser, _hidden(page)) for browser, page in zip(browsers, pages, strict=True)]


async def _open(browser: Browser, path: str) -> httpx2.Response:
    page = await browser.get(path)
    while page.status_code == 303:
        page = await browser.get(page.headers["location"])
    assert page.status_code == 200, page.text
    return page


async def _submit(
    browser: Browser, path: str, page: httpx2.Response, **fields: str
) -> httpx2.Response:
    answer = await browser.post(path, **_hidden(page), **fields)
    assert answer.status_code == 303, answer.text
    return await _open(browser, answer.headers["location"])


def _hidden(page: httpx2.Response) -> dict[str, str]:
    return {
        name: re.findall(rf'name="{name}" value="([^"]+)"', page.text)[0]
        for name in ("csrf_token", "transaction")
    }


def _codes(messages: Path) -> dict[str, str]:
    """Return the code that each number received."""
    found = {}
    for line in messages.read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        code = re.search(r"\d{6}", message["text"])
        assert code is not None
        found[message["to"]] = code[0]
    return found
