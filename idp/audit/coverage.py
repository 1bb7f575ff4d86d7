"""How far the checkpoints reach: as much of it as the next one has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.audit import repository
from idp.audit.checkpoint import GENESIS, Checkpoint
from idp.storage.database import Transaction

MARGIN = timedelta(minutes=10)
"""By how much an event may be older than a checkpoint that has not seen it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The last checkpoint, and the numbers up to which chains are attested. `at` is None, and
    `number` -1, before the first."""

    number: int
    at: datetime | None
    hash: bytes
    heads: Mapping[str, int]


async def read_coverage(transaction: Transaction) -> Coverage:
    """Read the last checkpoint and those shortly before it.

    Events as old as MARGIN before the last checkpoint are looked at again; a checkpoint that
    attests them may, by its host's clock, be older by MARGIN once more. What is attested only by
    checkpoints before these counts as not attested, and is then attested twice, which is harmless.
    """
    number, digest = -1, GENESIS
    at: datetime | None = None
    heads: dict[str, int] = {}
    async for row in repository.read_checkpoints_backwards(transaction):
        if at is None:
            number, at, digest = row.number, row.at, row.hash
        elif row.at < at - 2 * MARGIN:
            break
        for chain, head in Checkpoint.from_row(row).heads.items():
            heads[chain] = max(head.seq, heads.get(chain, -1))
    return Coverage(number, at, digest, heads)
