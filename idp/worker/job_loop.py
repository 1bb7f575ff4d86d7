"""Takes due jobs from the outbox and has them carried out, whatever happens to single ones."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta

from idp.clock import Clock
from idp.errors import UnavailableError
from idp.observability import metrics
from idp.observability.logging import get_logger
from idp.storage import outbox
from idp.storage.database import Database
from idp.storage.outbox import Job
from idp.worker.handlers import Handler

POLL_SECONDS = 0.5
BATCH = 20
LEASE = timedelta(seconds=60)
# Less than the lease, so that nobody else begins a job while it is still being done.
HANDLER_SECONDS = 45.0
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(hours=1)
_log = get_logger("worker")


class JobLoop:
    """Carries out jobs, a batch at a time. Several of them may run, on several hosts."""

    def __init__(self, database: Database, clock: Clock, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set; the batch under way is finished first."""
        while not stopping.is_set():
            try:
                is_full = await self.work() == BATCH
            except UnavailableError as error:
                _log.warning("outbox_not_reached", reason=error.debug)
                is_full = False
            if not is_full:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), POLL_SECONDS)

    async def work(self) -> int:
        """Carry out what is due now, up to a batch; returns how many jobs that were."""
        now = self._clock.now()
        async with self._database.read() as transaction:
            oldest = await outbox.oldest_due(transaction, now)
        metrics.OUTBOX_LAG.set((now - oldest).total_seconds() if oldest else 0)
        if oldest is None:
            return 0
        async with self._database.write() as transaction:
            jobs = await outbox.lease(transaction, now, LEASE, BATCH)
        await asyncio.gather(*(self._carry_out(job) for job in jobs))
        return len(jobs)

    async def _carry_out(self, job: Job) -> None:
        handler = self._handlers.get(job.kind)
        if handler is None:
            # Perhaps of a newer release, whose worker will know it.
            _log.error("job_of_unknown_kind", kind=job.kind, job=job.id)
            await self._postpone(job, LONGEST_BACKOFF)
            return
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                await handler(job)
        except Exception:
            # One job that fails, for whatever reason, must not end the others' work.
            _log.exception("job_failed", kind=job.kind, job=job.id, attempts=job.attempts)
            await self._postpone(job, backoff(job.attempts))

    async def _postpone(self, job: Job, wait: timedelta) -> None:
        try:
            async with self._database.write() as transaction:
                await outbox.postpone(transaction, job.id, self._clock.now() + wait)
        except UnavailableError as error:
            # Its lease will end, which postpones it as well.
            _log.warning("job_not_postponed", job=job.id, reason=error.debug)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after the failed attempt number `attempts`."""
    doublings = min(max(attempts - 1, 0), 16)
    wait: timedelta = FIRST_BACKOFF * 2**doublings
    return min(wait, LONGEST_BACKOFF)
