"""What became of its logouts, as a client may ask for it at /logout/deliveries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import insert

from idp.crypto.identifiers import new_id
from idp.logout.models import logout_deliveries
from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.due_jobs import run_due_jobs
from tests.protocol.receiver import receiving
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import RunningProvider

Enter = Callable[..., Tokens]
MEMBERS = {
    "sid", "state", "attempts", "last_result", "created_at", "settled_at", "browser_asked_at",
}  # fmt: skip


def read(portal: RelyingParty, **fields: str) -> dict[str, Any]:
    response = portal.post("/logout/deliveries", **fields)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    body: dict[str, Any] = response.json()
    return body


def add_rows(provider: RunningProvider, portal: RelyingParty, count: int, days_ago: int) -> None:
    """Many deliveries of one moment, as a bulk logout makes them."""
    created = provider.clock.now() - timedelta(days=days_ago)

    async def write() -> None:
        rows = [
            {
                "id": new_id(),
                "logout_id": new_id(),
                "account_id": new_id(),
                "session_id": new_id(),
                "client_id": portal.client_id,
                "state": "delivered",
                "attempts": 1,
                "created_at": created,
            }
            for _ in range(count)
        ]
        async with provider.services.database.write() as transaction:
            await transaction.execute(insert(logout_deliveries), rows)

    provider.call(write())


def test_a_client_sees_its_own_deliveries_with_its_own_sid(
    provider: RunningProvider, browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    """R29, R15: another client sees none of them, and its own under another sid."""
    with receiving() as receiver:
        told = new_portal(backchannel_logout_uri=receiver.url)
        framed = new_portal(frontchannel_logout_uri="http://localhost:9/out")
        tokens = {portal.client_id: enter(portal) for portal in (told, framed)}
        browser.get("/logout", {"id_token_hint": tokens[told.client_id].id_token})
    now = int(provider.clock.now().timestamp())
    expected = {
        told.client_id: ("delivered", "200", now, None),
        framed.client_id: ("not_supported", "no_uri", now, now),
    }
    for portal in (told, framed):
        answer = read(portal)
        assert answer.keys() == {"deliveries"}
        (entry,) = answer["deliveries"]
        assert entry.keys() == MEMBERS
        assert entry["sid"] == portal.claims(tokens[portal.client_id].id_token)["sid"]
        assert (entry["attempts"], entry["created_at"]) == (1, now)
        values = tuple(entry[name] for name in
                       ("state", "last_result", "settled_at", "browser_asked_at"))  # fmt: skip
        assert values == expected[portal.client_id]
    assert read(new_portal()) == {"deliveries": []}


def test_a_delivery_that_waits_for_its_next_attempt_says_so(
    provider: RunningProvider, browser: Browser, new_portal: NewPortal, enter: Enter
) -> None:
    with receiving() as receiver:
        receiver.statuses = [503]
        portal = new_portal(backchannel_logout_uri=receiver.url)
        browser.get("/logout", {"id_token_hint": enter(portal).id_token})
        (entry,) = read(portal)["deliveries"]
        assert (entry["state"], entry["last_result"]) == ("pending", "503")
        assert entry["settled_at"] is None
        provider.clock.advance(3)
        run_due_jobs(provider)
    (entry,) = read(portal)["deliveries"]
    assert (entry["state"], entry["last_result"], entry["attempts"]) == ("delivered", "200", 2)
    assert entry["settled_at"] > entry["created_at"]


def test_pages_follow_one_another_without_a_gap_or_a_repetition(
    provider: RunningProvider, new_portal: NewPortal
) -> None:
    portal = new_portal()
    for count, days_ago in ((130, 3), (70, 2), (45, 1)):
        add_rows(provider, portal, count, days_ago)
    pages = [read(portal)]
    while "next_cursor" in pages[-1]:
        pages.append(read(portal, cursor=pages[-1]["next_cursor"]))
    entries = [entry for page in pages for entry in page["deliveries"]]
    assert [len(page["deliveries"]) for page in pages] == [100, 100, 45]
    assert len({entry["sid"] for entry in entries}) == 245
    times = [entry["created_at"] for entry in entries]
    assert times == sorted(times, reverse=True)


def test_what_is_older_than_the_setting_is_not_told(
    provider: RunningProvider, new_portal: NewPortal
) -> None:
    portal, days = new_portal(), provider.services.settings.logout.ledger_days
    add_rows(provider, portal, 2, days - 1)
    add_rows(provider, portal, 3, days + 1)
    assert len(read(portal)["deliveries"]) == 2


def test_a_cursor_is_worth_nothing_to_another_client_or_altered(
    provider: RunningProvider, new_portal: NewPortal
) -> None:
    """R6: authenticated, so that nobody steers the query."""
    portal, other = new_portal(), new_portal()
    add_rows(provider, portal, 101, 1)
    cursor = read(portal)["next_cursor"]
    place, delivery_id, tag = cursor.split(".")
    altered = (
        f"{int(place) + 1}.{delivery_id}.{tag}",
        f"{place}.{'0' * 32}.{tag}",
        f"{place}.{delivery_id}.{'A' * 43}",
        "x",
        "é" * 9,
        cursor + " ",
        cursor.replace(place, "٣" * len(place)),
    )
    for client, sent in ((other, cursor), *((portal, each) for each in altered)):
        response = client.post("/logout/deliveries", cursor=sent)
        assert response.status_code == 400, sent
        assert response.json()["error"] == "invalid_request"
    assert len(read(portal, cursor=cursor)["deliveries"]) == 1


def test_who_does_not_prove_to_be_the_client_is_told_nothing(
    http: httpx2.Client, new_portal: NewPortal
) -> None:
    public = new_portal(token_endpoint_auth_method="none")
    refused = [public.post("/logout/deliveries"), http.post("/logout/deliveries")]
    portal = new_portal()
    portal.secret = "wrong"
    refused.append(portal.post("/logout/deliveries"))
    for response in refused:
        assert response.status_code == 401, response.text
        assert response.json()["error"] == "invalid_client"


@pytest.mark.parametrize("name", ["cursor", "client_id"])
def test_a_repeated_parameter_of_this_endpoint_is_refused(http: httpx2.Client, name: str) -> None:
    """R6."""
    body = f"{name}=a&{name}=b"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert http.post("/logout/deliveries", content=body, headers=form).status_code == 400


def test_neither_secrets_nor_cursors_nor_sids_are_logged(
    provider: RunningProvider, browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    tokens = enter(portal)
    sid = portal.claims(tokens.id_token)["sid"]
    browser.get("/logout", {"id_token_hint": tokens.id_token})
    read(portal)
    written = provider.log.read_text()
    assert not re.search(re.escape(sid), written)
    assert str(portal.secret) not in written
