from __future__ import annotations

import asyncio
import io
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from idp.clock import ManualClock
from idp.messaging.errors import MessageNotSentError
from idp.messaging.message import Channel, Message, Purpose
from idp.messaging.providers.console import ConsoleSender
from idp.messaging.providers.file_outbox import FileOutboxSender
from idp.messaging.providers.http_gateway import HttpGatewaySender, sign
from idp.messaging.selection import sender_for
from idp.messaging.settings import MessagingSettings
from idp.outbound.client import create_client
from idp.outbound.settings import OutboundSettings
from tests.unit.outbound.local_server import LocalServer, local_server, say

pytestmark = pytest.mark.asyncio
CLOCK = ManualClock(datetime(2026, 11, 21, tzinfo=UTC))
SECRET = "x" * 32
MESSAGE = Message(Channel.SMS, Purpose.REGISTRATION, "+8613800138000", "验证码 123456")
LOCAL = OutboundSettings(allow_hosts=("127.0.0.1",), allow_insecure_loopback=True)


async def test_the_console_masks_the_recipient_and_hides_the_text() -> None:
    out = io.StringIO()
    await ConsoleSender(sandbox=False, stream=out).send(MESSAGE)
    assert "138****8000" in out.getvalue()
    assert "123456" not in out.getvalue()


async def test_the_sandbox_console_shows_the_text() -> None:
    out = io.StringIO()
    await ConsoleSender(sandbox=True, stream=out).send(MESSAGE)
    assert "验证码 123456" in out.getvalue()
    assert "+8613800138000" not in out.getvalue()


async def test_the_file_outbox_is_private_and_holds_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    sender = FileOutboxSender(path, CLOCK)
    await asyncio.gather(*(sender.send(MESSAGE) for _ in range(20)))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert (
        lines
        == [
            {
                "at": "2026-11-21T00:00:00+00:00",
                "channel": "sms",
                "to": "+8613800138000",
                "text": "验证码 123456",
            }
        ]
        * 20
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_file_outbox_does_not_follow_a_planted_link(tmp_path: Path) -> None:
    (tmp_path / "outbox").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MessageNotSentError):
        await FileOutboxSender(tmp_path / "outbox", CLOCK).send(MESSAGE)


def gateway(server: LocalServer, seconds: float = 2.0) -> HttpGatewaySender:
    url = f"http://127.0.0.1:{server.port}/messages"
    return HttpGatewaySender(create_client(LOCAL), CLOCK, url, SECRET.encode(), seconds)


async def test_the_gateway_gets_a_signed_message_with_an_idempotency_key() -> None:
    async with local_server(say(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")) as server:
        await gateway(server).send(MESSAGE)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert json.loads(body)["text"] == "验证码 123456"
    assert headers["idempotency-key"] == MESSAGE.id
    expected = sign(SECRET.encode(), headers["x-tongxing-timestamp"], MESSAGE.id, body)
    assert headers["x-tongxing-signature"] == expected


@pytest.mark.parametrize(
    ("status", "retryable"), [(400, False), (403, False), (302, False), (429, True), (503, True)]
)
async def test_a_refusal_of_the_gateway_is_an_error(status: int, retryable: bool) -> None:
    raw = f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()
    async with local_server(say(raw)) as server:
        with pytest.raises(MessageNotSentError) as caught:
            await gateway(server).send(MESSAGE)
    assert caught.value.is_retryable is retryable


async def test_a_silent_gateway_is_given_up() -> None:
    async def silence(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with local_server(silence) as server:
        with pytest.raises(MessageNotSentError) as caught:
            await gateway(server, 0.2).send(MESSAGE)
    assert caught.value.is_retryable
    assert "13800138000" not in str(caught.value) + caught.value.debug


async def test_an_absent_gateway_is_an_error() -> None:
    async with local_server(say(b"")) as server:
        port = server.port
    with pytest.raises(MessageNotSentError):
        await gateway(LocalServer(port)).send(MESSAGE)


async def test_the_settings_choose_the_sender(tmp_path: Path) -> None:
    async with create_client(LOCAL) as client:
        chosen = sender_for(
            MessagingSettings(provider="file", outbox_file=tmp_path / "o"),
            client=client,
            clock=CLOCK,
        )
        assert isinstance(chosen, FileOutboxSender)
        assert isinstance(
            sender_for(MessagingSettings(), client=client, clock=CLOCK), ConsoleSender
        )


async def test_incomplete_settings_are_refused_at_start() -> None:
    with pytest.raises(ValidationError):
        MessagingSettings(provider="file")
    with pytest.raises(ValidationError):
        MessagingSettings.model_validate(
            {
                "provider": "gateway",
                "gateway_url": "https://sms.example/",
                "gateway_secret": SecretStr("short"),
            }
        )
