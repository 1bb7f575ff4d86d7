"""The demonstration's home page: what it shows, and whom it must not show."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest
from pydantic import ValidationError

from clients.demo.app import create_app
from clients.demo.outbox import newest_messages
from clients.demo.personas import personas_in
from clients.demo.settings import DemoSettings
from tests.portals.conftest import NO_TLS_NEEDED
from tests.portals.running import listening_socket, running, url_of


def settings(**changes: object) -> DemoSettings:
    values: dict[str, object] = {
        "port": 8000,
        "issuer": "http://127.0.0.1:1",
        "tax_url": "http://127.0.0.1:2",
        "social_url": "http://127.0.0.1:3",
    }
    return DemoSettings.model_validate(values | changes)


def line(text: str) -> str:
    record = {"at": "2026-01-02T03:04:05+00:00", "channel": "sms", "to": "138", "text": text}
    return json.dumps(record) + "\n"


def test_messages_are_newest_first_with_their_code(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox.jsonl"
    outbox.write_text(line("first") + "not json\n" + line("code 123456.") + '{"half')
    messages = newest_messages(outbox)
    assert [message.text for message in messages] == ["code 123456.", "first"]
    assert [message.code for message in messages] == ["123456", None]
    assert messages[0].at == "2026-01-02 11:04:05"


def test_a_missing_outbox_is_an_empty_one(tmp_path: Path) -> None:
    assert newest_messages(tmp_path / "none.jsonl") == []


def person(name: str, number: str, **more: object) -> dict[str, object]:
    return {"name": name, "documents": [{"kind": "resident_id", "number": number}], **more}


def test_only_people_of_the_sandbox_who_can_register_plainly_are_shown() -> None:
    listed = [
        person("甲", "100000199003077711", story_zh="普通居民"),
        person("真人", "110105194912310021"),
        person("", "100000198512300024"),
        person("已故", "100000198512300024", deceased_on="2020-01-01"),
        person("幼儿", "100000198512300024", guardians=["jia"]),
        {"name": "无证", "documents": None},
        "not a person",
    ]
    assert [persona.name for persona in personas_in({"persons": listed})] == ["甲"]
    assert personas_in({"persons": "none"}) == personas_in(None) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "demo.example"])
def test_it_serves_this_machine_only(host: str) -> None:
    with pytest.raises(ValidationError):
        settings(host=host)


@pytest.mark.asyncio
async def test_pages_are_served_and_escaped_and_foreign_names_refused(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox.jsonl"
    outbox.write_text(line("<script>alert(1)</script> 654321"))
    bound = listening_socket()
    app = create_app(settings(outbox=outbox, account_phone="139", account_password="p-w"))
    async with (
        running((app, bound)),
        httpx2.AsyncClient(base_url=url_of(bound), verify=NO_TLS_NEEDED) as browser,
    ):
        home = await browser.get("/")
        assert home.status_code == 200
        assert "p-w" in home.text
        messages = await browser.get("/messages")
        assert "654321" in messages.text
        assert "<script>" not in messages.text
        assert (await browser.get("/nothing")).status_code == 404
        rebound = await browser.get("/messages", headers={"host": "evil.example"})
        assert rebound.status_code == 400
        assert "654321" not in rebound.text
