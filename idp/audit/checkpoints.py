"""Checkpoints: the heads of all chains, written down at intervals and noted outside.

A chain proves its own order but not its length: whoever cuts its end, or a whole chain, leaves no
gap. A checkpoint attests how far each chain reached. Its hash, printed to the log and so kept
where nobody with the database alone can reach it, attests all checkpoints before it.

Chains that grew are found by the time of their events, since the chains of years are too many to
look at each minute. An event gets its time just before its commit, on the clock of its host; so
what is as young as the last checkpoint, or older by no more than MARGIN, is looked at (again).
MARGIN has to exceed the longest commit and the difference between any two hosts' clocks. Should
an event come later than that all the same, it stays unattested, which a verification says, until
its chain grows again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from idp.audit import repository
from idp.audit.checkpoint import Checkpoint, Head, checkpoint_key
from idp.audit.coverage import MARGIN, Coverage, read_coverage
from idp.clock import Clock
from idp.crypto.root_key import RootKey
from idp.observability.logging import get_logger
from idp.storage.database import Database, Transaction

_log = get_logger("audit")


class Checkpoints:
    """Writes checkpoints, each with what grew since the one before."""

    def __init__(self, database: Database, root: RootKey, clock: Clock) -> None:
        self._database = database
        self._key = checkpoint_key(root)
        self._clock = clock

    async def write(self) -> str | None:
        """Attest what was committed since the last checkpoint, by whomever.

        Returns the anchor (hexadecimal hash) of the new checkpoint, which is also logged; None
        when nothing is new or another process wrote this checkpoint first.
        """
        now = self._clock.now()  # before reading: what is committed later is found next time
        async with self._database.read() as transaction:
            covered = await read_coverage(transaction)
            grown = await _read_grown(transaction, covered, now)
            if not grown:
                return None
            hashes = await repository.read_hashes(transaction, list(grown.items()))
        heads = {chain: Head(seq, hashes[chain, seq]) for chain, seq in grown.items()}
        return await self._store(Checkpoint(covered.number + 1, now, heads, covered.hash))

    async def _store(self, checkpoint: Checkpoint) -> str | None:
        digest = checkpoint.compute_hash(self._key)
        row = {
            "number": checkpoint.number,
            "at": checkpoint.at,
            "heads": checkpoint.stored_heads(),
            "previous_hash": checkpoint.previous_hash,
            "hash": digest,
        }
        async with self._database.write() as transaction:
            if not await repository.insert_checkpoint(transaction, row):
                return None
        _log.info("audit_checkpoint", number=checkpoint.number, anchor=digest.hex())
        return digest.hex()


async def _read_grown(transaction: Transaction, covered: Coverage, now: datetime) -> dict[str, int]:
    """Return chains with events that no checkpoint attests, and the highest number of each."""
    if covered.at is None:
        lengths = await _read_all_lengths(transaction)
    else:
        # A checkpoint of the future, from a host whose clock was wrong, must hide nothing.
        since = min(covered.at, now) - MARGIN
        lengths = await repository.read_active_lengths(transaction, since)
    return {chain: seq for chain, seq in lengths.items() if seq > covered.heads.get(chain, -1)}


async def _read_all_lengths(transaction: Transaction) -> dict[str, int]:
    lengths: dict[str, int] = {}
    after = ""
    while page := await repository.read_lengths(transaction, after):
        lengths |= page
        after = max(page)
    return lengths


async def read_anchor(database: Database) -> tuple[int, str] | None:
    """Return number and anchor of the newest checkpoint."""
    async with database.read() as transaction:
        row: Any = await repository.read_last_checkpoint(transaction)
    return None if row is None else (row.number, row.hash.hex())
