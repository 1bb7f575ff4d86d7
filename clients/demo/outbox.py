"""Messages that the provider would have sent, read from its file messaging."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

BEIJING = timezone(timedelta(hours=8), "UTC+8")
CHANNELS = {"sms": "短信 SMS", "email": "邮件 E-mail"}
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
BYTES_READ = 256 * 1024
MESSAGES_SHOWN = 50


@dataclass(frozen=True)
class Message:
    """One message as the person would have received it."""

    at: str
    channel: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    code: str | None = field(repr=False)


def newest_messages(outbox: Path | None) -> list[Message]:
    """Return the newest messages first; none while the file does not exist."""
    if outbox is None or not outbox.is_file():
        return []
    with outbox.open("rb") as file:
        file.seek(0, 2)
        start = max(0, file.tell() - BYTES_READ)
        file.seek(start)
        lines = file.read().splitlines()
    # The first line may be cut by the window, the last may be half written: both are skipped.
    messages = [_message(line) for line in reversed(lines)]
    return [message for message in messages if message is not None][:MESSAGES_SHOWN]


def _message(line: bytes) -> Message | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        return None
    text, channel = record["text"], str(record.get("channel", ""))
    found = CODE.search(text)
    return Message(
        at=_readable(record.get("at")),
        channel=CHANNELS.get(channel, channel),
        to=str(record.get("to", "")),
        text=text,
        code=found[0] if found else None,
    )


def _readable(at: object) -> str:
    """Return seconds since 1970 or an ISO 8601 time as Beijing time; anything else as it is."""
    try:
        if isinstance(at, int | float):
            moment = datetime.fromtimestamp(at, UTC)
        else:
            moment = datetime.fromisoformat(str(at))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return str(at)
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
