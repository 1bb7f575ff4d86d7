"""Security notices by way of the outbox: a notice exists if and only if what it reports does.

Whoever acts adds the notice to the transaction of the act; a worker sends it within seconds, tries
again while the gateway is away, and gives up after a day, when it would confuse more than warn.
The outbox holds neither recipient nor text in clear.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
import structlog

from idp.clock import Clock
from idp.crypto.envelope import SealBrokenError, seal, unseal
from idp.crypto.root_key import Purpose as KeyPurpose
from idp.crypto.root_key import RootKey
from idp.messaging.errors import MessageNotSentError
from idp.messaging.message import Channel, Message, MessageSender, Purpose
from idp.storage import outbox
from idp.storage.database import Database, Transaction
from idp.storage.outbox import Job

JOB_KIND: Final = "message.notice"
GIVE_UP_AFTER: Final = timedelta(days=1)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 10
_log = structlog.get_logger(__name__)


class NoticeBox:
    """Where notices are left to be sent."""

    def __init__(self, root: RootKey, clock: Clock) -> None:
        self._key = root.derive(KeyPurpose.NOTICES)
        self._clock = clock

    async def add(self, transaction: Transaction, message: Message) -> None:
        """Have `message` sent soon after `transaction` commits, and not at all otherwise."""
        now = self._clock.now()
        content = {**asdict(message), "give_up_at": (now + GIVE_UP_AFTER).timestamp()}
        sealed = seal(self._key, orjson.dumps(content), _context(message.id))
        payload = {"sealed": sealed.hex()}
        await outbox.enqueue(transaction, message.id, JOB_KIND, payload, now, now)


class NoticeDeliveries:
    """Sends what the box holds. A notice may arrive twice after a crash; its id tells gateways."""

    def __init__(
        self, database: Database, sender: MessageSender, root: RootKey, clock: Clock
    ) -> None:
        self._database = database
        self._sender = sender
        self._key = root.derive(KeyPurpose.NOTICES)
        self._clock = clock

    async def run(self, job: Job) -> None:
        """Handle a job of kind `message.notice`."""
        try:
            message, give_up_at = self._open(job)
        except SealBrokenError:
            _log.error("notice_does_not_open", job=job.id)
            await self._finish(job, "unreadable")
            return
        if self._clock.now() >= give_up_at:
            _log.warning("notice_given_up", job=job.id, attempts=job.attempts - 1)
            await self._finish(job, "given_up")
            return
        try:
            await self._sender.send(message)
        except MessageNotSentError as error:
            await self._note_failure(job, error)
        else:
            await self._finish(job, "sent")

    def _open(self, job: Job) -> tuple[Message, datetime]:
        try:
            sealed = bytes.fromhex(job.payload["sealed"])
        except (KeyError, TypeError, ValueError) as error:
            raise SealBrokenError("no sealed notice") from error
        content: dict[str, Any] = orjson.loads(unseal(self._key, sealed, _context(job.id)))
        give_up_at = datetime.fromtimestamp(content.pop("give_up_at"), UTC)
        channel, purpose = Channel(content.pop("channel")), Purpose(content.pop("purpose"))
        return Message(channel=channel, purpose=purpose, **content), give_up_at

    async def _note_failure(self, job: Job, error: MessageNotSentError) -> None:
        _log.warning("notice_not_sent", job=job.id, attempts=job.attempts, reason=error.debug)
        if not error.is_retryable:
            await self._finish(job, "refused")
            return
        due_at = self._clock.now() + _wait(job.attempts)
        async with self._database.write() as transaction:
            await outbox.postpone(transaction, job.id, due_at)

    async def _finish(self, job: Job, outcome: str) -> None:
        async with self._database.write() as transaction:
            await outbox.finish(transaction, job.id, self._clock.now(), outcome)


def _wait(attempts: int) -> timedelta:
    doublings = min(attempts - 1, _MOST_DOUBLINGS)
    wait: timedelta = _FIRST_WAIT * 2**doublings
    return min(wait, _LONGEST_WAIT)


def _context(job_id: str) -> str:
    return f"outbox|{JOB_KIND}|{job_id}"
