"""Prints messages for a developer at a terminal."""

from __future__ import annotations

import sys
from typing import TextIO

from idp.messaging.masking import mask_recipient
from idp.messaging.message import Message

_UNPRINTABLE = {code: None for code in (*range(32), 127, *range(128, 160)) if code != 10}


class ConsoleSender:
    """Writes one line to stderr: the masked recipient, and in the sandbox the text as well."""

    def __init__(self, *, sandbox: bool, stream: TextIO | None = None) -> None:
        self._sandbox = sandbox
        self._stream = stream

    async def send(self, message: Message) -> None:
        text = message.text if self._sandbox else "(text hidden outside of the sandbox)"
        who = mask_recipient(message.channel, message.to)
        line = f"[{message.channel}] {message.purpose} -> {who}: {text}".translate(_UNPRINTABLE)
        print(line, file=self._stream or sys.stderr, flush=True)
