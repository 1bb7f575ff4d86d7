"""Telling people about their accounts without making the answer wait for it.

How long an answer takes must not depend on whether somebody was told, so notices leave in a task
of their own. A notice that cannot be delivered is logged and given up.
"""

from __future__ import annotations

import asyncio

import structlog

from idp.messaging.errors import MessageNotSentError
from idp.messaging.message import Message, MessageSender

_log = structlog.get_logger(__name__)


class Notifier:
    """Sends notices beside the request that causes them."""

    def __init__(self, sender: MessageSender) -> None:
        self._sender = sender
        self._tasks: set[asyncio.Task[None]] = set()

    def notify(self, message: Message) -> None:
        """Send `message` soon."""
        task = asyncio.create_task(self._send(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until everything is sent; for shutting down and for tests."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _send(self, message: Message) -> None:
        try:
            await self._sender.send(message)
        except MessageNotSentError as error:
            _log.warning("notice_not_sent", purpose=message.purpose.value, reason=error.debug)
