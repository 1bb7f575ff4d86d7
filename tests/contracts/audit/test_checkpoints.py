"""Checkpoints attest what is new, once, whichever process writes them."""

from __future__ import annotations

import asyncio

from idp.audit.checkpoint import Checkpoint
from idp.audit.checkpoints import Checkpoints, read_anchor
from idp.audit.repository import read_checkpoints
from tests.contracts.audit.conftest import ROOT, WrittenLog


async def stored(log: WrittenLog) -> list[Checkpoint]:
    async with log.database.read() as transaction:
        return [Checkpoint.from_row(row) async for row in read_checkpoints(transaction)]


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
