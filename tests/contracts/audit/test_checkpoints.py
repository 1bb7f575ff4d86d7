"""Checkpoints attest what is new, once, whichever process writes them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from idp.audit.checkpoint import Checkpoint
from idp.audit.checkpoints import Checkpoints, read_anchor
from idp.audit.coverage import MARGIN
from idp.audit.repository import FEW, PAGE, read_checkpoint_page
from tests.contracts.audit.conftest import ROOT, WrittenLog


async def stored(log: WrittenLog) -> list[Checkpoint]:
    async with log.database.read() as transaction:
        return [Checkpoint.from_row(row) for row in await read_checkpoint_page(transaction)]


async def test_nothing_new_makes_no_checkpoint(log: WrittenLog) -> None:
    assert await log.checkpoints.write() is None
    await log.write_chain()
    assert await log.checkpoints.write() is not None
    assert await log.checkpoints.write() is None


async def test_a_checkpoint_holds_only_chains_that_grew(log: WrittenLog) -> None:
    await log.write_chain()
    await log.checkpoints.write()
    await log.write_chain(commits=2)
    await log.checkpoints.write()
    first, second = await stored(log)
    assert [head.seq for head in first.heads.values()] == [11]
    assert [head.seq for head in second.heads.values()] == [5]
    assert first.heads.keys().isdisjoint(second.heads.keys())


async def test_a_new_process_goes_on_where_another_stopped(log: WrittenLog) -> None:
    await log.write_chain()
    await log.checkpoints.write()
    other = Checkpoints(log.database, ROOT, log.clock)
    assert await other.write() is None
    await log.write_chain()
    assert await other.write() is not None
    assert await log.checkpoints.write() is None
    assert [checkpoint.number for checkpoint in await stored(log)] == [0, 1]
    assert (await log.verify()).is_intact


async def test_of_several_processes_at_once_one_writes(log: WrittenLog) -> None:
    await log.write_chain()
    others = [Checkpoints(log.database, ROOT, log.clock) for _ in range(5)]
    anchors = await asyncio.gather(*(other.write() for other in others))
    [anchor] = [anchor for anchor in anchors if anchor is not None]
    assert await read_anchor(log.database) == (0, anchor)
    assert (await log.verify(anchor)).is_intact


async def test_events_of_a_slow_commit_or_a_slow_clock_are_attested(log: WrittenLog) -> None:
    await log.write_chain()
    await log.checkpoints.write()
    log.clock.advance(-MARGIN.total_seconds() + 1)
    await log.write_chain(commits=1)
    log.clock.advance(MARGIN.total_seconds())
    assert await log.checkpoints.write() is not None
    assert (await log.verify()).unattested == 0
    assert await log.checkpoints.write() is None


async def test_an_event_later_than_the_margin_shows_in_a_verification(log: WrittenLog) -> None:
    await log.write_chain()
    await log.checkpoints.write()
    log.clock.advance(-2 * MARGIN.total_seconds())
    await log.write_chain(commits=1)
    log.clock.advance(2 * MARGIN.total_seconds() + 60)
    assert await log.checkpoints.write() is None
    report = await log.verify()
    assert (report.is_intact, report.unattested) == (True, 3)


async def test_a_checkpoint_of_the_future_hides_nothing(log: WrittenLog) -> None:
    await log.write_chain()
    log.clock.advance(86_400)
    await log.checkpoints.write()
    log.clock.advance(-86_400)
    await log.write_chain()
    assert await log.checkpoints.write() is not None
    assert (await log.verify()).unattested == 0
    assert await log.checkpoints.write() is None


async def test_a_chain_that_grows_again_after_years_is_attested(log: WrittenLog) -> None:
    events = log.one_process()
    await log.commit(events)
    await log.checkpoints.write()
    for _ in range(3):
        log.clock.advance(timedelta(days=365).total_seconds())
        await log.write_chain()
        await log.checkpoints.write()
    await log.commit(events)
    assert await log.checkpoints.write() is not None
    assert [head.seq for head in (await stored(log))[-1].heads.values()] == [5]
    assert (await log.verify()).unattested == 0


async def test_checkpoints_close_to_one_another_are_all_remembered(log: WrittenLog) -> None:
    for _ in range(FEW + 5):
        await log.write_chain(commits=1)
        assert await log.checkpoints.write() is not None
    assert await log.checkpoints.write() is None
    heads = [head for checkpoint in await stored(log) for head in checkpoint.heads]
    assert len(heads) == len(set(heads)) == FEW + 5


async def test_the_first_checkpoint_covers_more_chains_than_a_page(log: WrittenLog) -> None:
    for _ in range(PAGE + 5):
        await log.write_chain(commits=1)
    await log.checkpoints.write()
    [first] = await stored(log)
    assert len(first.heads) == PAGE + 5
    report = await log.verify()
    assert (report.is_intact, report.chains, report.unattested) == (True, PAGE + 5, 0)
