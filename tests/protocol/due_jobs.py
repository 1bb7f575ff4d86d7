"""What a worker does, done by a test when it is time."""

from __future__ import annotations

from datetime import timedelta

from idp.storage import outbox
from tests.provider import RunningProvider


def run_due_jobs(provider: RunningProvider) -> int:
    """Lease what is due, once, carry out what is about logout, and return how much was due."""
    services = provider.services

    async def work() -> int:
        async with services.database.write() as transaction:
            now = services.clock.now()
            jobs = await outbox.lease(transaction, now, timedelta(seconds=30), 50)
        for job in jobs:
            if job.kind == "logout.backchannel":
                await services.logout_deliveries.run(job)
        return len(jobs)

    return provider.call(work())
