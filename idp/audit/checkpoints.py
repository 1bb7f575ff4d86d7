"""Checkpoints: the heads of all chains, written down at intervals and noted outside.

A chain proves its own order but not its length: whoever cuts its end, or a whole chain, leaves no
gap. A checkpoint attests how far each chain reached. Its hash, printed to the log and so kept
where nobody with the database alone can reach it, attests all checkpoints before it.
"""

from __future__ import annotations

from typing import Any

from idp.audit import repository
from idp.audit.checkpoint import GENESIS, Checkpoint, Head, checkpoint_key
from idp.clock import Clock
from idp.crypto.root_key import RootKey
from idp.observability.logging import get_logger
from idp.storage.database import Database, Transaction

_log = get_logger("audit")


class Checkpoints:
    """Writes checkpoints; remembers what is covered, so that each one holds only what is new."""

    def __init__(self, database: Database, root: RootKey, clock: Clock) -> None:
        self._database = database
        self._key = checkpoint_key(root)
        self._clock = clock
        self._covered: dict[str, int] = {}
        self._number = -1
        self._hash = GENESIS

    async def write(self) -> str | None:
        """Attest what was committed since the last checkpoint, by whomever.

        Returns the anchor (hexadecimal hash) of the new checkpoint, which is also logged; None
        when nothing is new or another process wrote this checkpoint first.
        """
        async with self._database.read() as transaction:
            await self._catch_up(transaction)
            reached = await repository.read_heads(transaction)
            grown = {c: seq for c, seq in reached.items() if seq > self._covered.get(c, -1)}
            if not grown:
                return None
            hashes = await repository.read_hashes(transaction, list(grown.items()))
        heads = {chain: Head(seq, hashes[chain, seq]) for chain, seq in grown.items()}
        return await self._store(heads)

    async def _store(self, heads: dict[str, Head]) -> str | None:
        checkpoint = Checkpoint(self._number + 1, self._clock.now(), heads, self._hash)
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
        self._take_over(checkpoint, digest)
        _log.info("audit_checkpoint", number=checkpoint.number, anchor=digest.hex())
        return digest.hex()

    async def _catch_up(self, transaction: Transaction) -> None:
        async for row in repository.read_checkpoints(transaction, after=self._number):
            self._take_over(Checkpoint.from_row(row), row.hash)

    def _take_over(self, checkpoint: Checkpoint, digest: bytes) -> None:
        self._number = checkpoint.number
        self._hash = digest
        self._covered.update({chain: head.seq for chain, head in checkpoint.heads.items()})


async def read_anchor(database: Database) -> tuple[int, str] | None:
    """Return number and anchor of the newest checkpoint."""
    async with database.read() as transaction:
        row: Any = await repository.read_last_checkpoint(transaction)
    return None if row is None else (row.number, row.hash.hex())
