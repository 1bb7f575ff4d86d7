"""Jobs are carried out whatever happens to single ones, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from idp.clock import ManualClock
from idp.crypto.identifiers import new_id
from idp.storage import outbox
from idp.storage.database import Database
from idp.storage.outbox import Job
from idp.worker.job_loop import BATCH, FIRST_BACKOFF, LEASE, LONGEST_BACKOFF, JobLoop, backoff

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Desk:
    """Two kinds of work: one that is done and one that fails until told otherwise."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock(NOW)
        self.done: list[str] = []
        self.fails = True
        self.one_is_done = asyncio.Event()

    def loop(self) -> JobLoop:
        return JobLoop(self.database, self.clock, {"good": self.good, "bad": self.bad})

    async def good(self, job: Job) -> None:
        self.done.append(job.id)
        await self.finish(job)

    async def bad(self, job: Job) -> None:
        if self.fails:
            raise ValueError("on purpose")
        await self.good(job)

    async def finish(self, job: Job) -> None:
        async with self.database.write() as transaction:
            await outbox.finish(transaction, job.id, self.clock.now(), "done")
        self.one_is_done.set()

    async def ask(self, kind: str, wait: timedelta = timedelta(0)) -> str:
        job_id, now = new_id(), self.clock.now()
        async with self.database.write() as transaction:
            await outbox.enqueue(transaction, job_id, kind, {}, now, now + wait)
        return job_id

    async def due_at(self, job_id: str) -> datetime:
        async with self.database.read() as transaction:
            table = outbox.outbox
            query = select(table.c.due_at).where(table.c.id == job_id)
            found: datetime = (await transaction.execute(query)).scalar_one()
            return found


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def test_due_jobs_are_done_once_and_later_ones_later(desk: Desk) -> None:
    first, later = await desk.ask("good"), await desk.ask("good", timedelta(seconds=10))
    assert await desk.loop().work() == 1
    assert await desk.loop().work() == 0
    assert desk.done == [first]
    desk.clock.advance(10)
    await desk.loop().work()
    assert desk.done == [first, later]


async def test_a_failing_job_waits_longer_each_time_and_stops_nobody(desk: Desk) -> None:
    bad, good = await desk.ask("bad"), await desk.ask("good")
    await desk.loop().work()
    assert desk.done == [good]
    assert await desk.due_at(bad) == NOW + FIRST_BACKOFF
    desk.clock.advance(FIRST_BACKOFF.total_seconds())
    await desk.loop().work()
    assert await desk.due_at(bad) == NOW + 3 * FIRST_BACKOFF
    desk.fails = False
    desk.clock.advance(LONGEST_BACKOFF.total_seconds())
    await desk.loop().work()
    assert desk.done == [good, bad]


async def test_a_job_of_an_unknown_kind_is_kept_for_a_newer_worker(desk: Desk) -> None:
    job = await desk.ask("of the next release")
    await desk.loop().work()
    assert await desk.due_at(job) == NOW + LONGEST_BACKOFF


async def test_a_leased_job_is_left_to_its_worker_until_the_lease_ends(desk: Desk) -> None:
    job = await desk.ask("good")
    async with desk.database.write() as transaction:
        [leased] = await outbox.lease(transaction, NOW, LEASE, BATCH)
    assert (leased.id, leased.attempts) == (job, 1)
    assert await desk.loop().work() == 0
    desk.clock.advance(LEASE.total_seconds())
    assert await desk.loop().work() == 1
    assert desk.done == [job]


async def test_workers_side_by_side_share_the_jobs_without_doing_one_twice(desk: Desk) -> None:
    jobs = {await desk.ask("good") for _ in range(3 * BATCH)}
    loops = [desk.loop() for _ in range(4)]
    while any(await asyncio.gather(*(loop.work() for loop in loops))):
        pass
    assert len(desk.done) == len(jobs)
    assert set(desk.done) == jobs


async def test_the_loop_ends_when_told_to(desk: Desk) -> None:
    job, stopping = await desk.ask("good"), asyncio.Event()
    running = asyncio.create_task(desk.loop().run(stopping))
    async with asyncio.timeout(10):
        await desk.one_is_done.wait()
        stopping.set()
        await running
    assert desk.done == [job]


def test_waits_double_up_to_an_hour() -> None:
    waits = [backoff(attempt) for attempt in (0, 1, 2, 3, 50)]
    assert waits == [FIRST_BACKOFF, FIRST_BACKOFF, 2 * FIRST_BACKOFF, 4 * FIRST_BACKOFF,
                     LONGEST_BACKOFF]  # fmt: skip
