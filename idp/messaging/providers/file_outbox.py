"""Appends messages to a file that only its owner can read, for demonstrations and tests."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import orjson

from idp.clock import Clock
from idp.messaging.errors import MessageNotSentError
from idp.messaging.message import Message


class FileOutboxSender:
    """One JSON object per line: `at`, `channel`, `to`, `text`. Safe with several processes."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    async def send(self, message: Message) -> None:
        line = orjson.dumps(
            {
                "at": self._clock.now().isoformat(),
                "channel": message.channel.value,
                "to": message.to,
                "text": message.text,
            }
        )
        try:
            await asyncio.to_thread(self._append, line + b"\n")
        except OSError as error:
            raise MessageNotSentError(
                f"the outbox file cannot be written: {type(error).__name__}", is_retryable=True
            ) from error

    def _append(self, line: bytes) -> None:
        # O_APPEND and a single write keep lines of several processes whole; O_NOFOLLOW keeps a
        # planted link from redirecting them.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        handle = os.open(self._path, flags, 0o600)
        try:
            os.fchmod(handle, 0o600)
            if os.write(handle, line) != len(line):
                raise OSError("short write")
            os.fsync(handle)
        finally:
            os.close(handle)
