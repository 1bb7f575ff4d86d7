"""Housekeeping goes on whatever fails."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from idp.errors import UnavailableError
from idp.worker.housekeeping import Chore, Housekeeping


async def test_a_chore_that_fails_is_tried_again_and_stops_no_other() -> None:
    done: list[str] = []
    stopping = asyncio.Event()

    async def failing() -> None:
        done.append("failing")
        raise ValueError("on purpose") if len(done) % 2 else UnavailableError()

    async def good() -> None:
        done.append("good")
        if done.count("good") >= 3 and done.count("failing") >= 3:
            stopping.set()

    often = timedelta(milliseconds=5)
    chores = [Chore("failing", often, failing), Chore("good", often, good)]
    async with asyncio.timeout(10):
        await Housekeeping(chores).run(stopping)
    assert done.count("good") >= 3
