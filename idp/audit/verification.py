"""Proves that the audit log is what was written, or says where it is not.

Every chain must run from event 0 without a gap, every hash must be right, every checkpoint must
follow from the one before, and every head that a checkpoint attests must still be there. Needs
the root key, because hashes are keyed.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import OperationalError

from idp.audit import repository
from idp.audit.checkpoint import GENESIS, Checkpoint, checkpoint_key
from idp.audit.event import ChainedEvent, genesis
from idp.audit.findings import Damage, Report
from idp.crypto.root_key import Purpose, RootKey
from idp.storage.database import Database, Transaction

_COLUMNS = tuple(ChainedEvent.__slots__)


async def verify_log(database: Database, root: RootKey, anchor: str | None = None) -> Report:
    """Read the whole log and report. `anchor`: the hash of a checkpoint, noted outside earlier.

    A transaction holds for a page and not for the hours that a whole log may take. Since rows are
    only ever added, pages fit together although the log grows meanwhile; chains that begin
    meanwhile may be left out. Raises DatabaseUnavailableError.
    """
    verification = _Verification(database, root)
    await verification.check_checkpoints(anchor)
    await verification.check_chains()
    return verification.report


class _Verification:
    def __init__(self, database: Database, root: RootKey) -> None:
        self._database = database
        self.report = Report()
        self._event_key = root.derive(Purpose.AUDIT)
        self._checkpoint_key = checkpoint_key(root)
        self._attested: dict[str, int] = {}
        self._truncated: set[str] = set()

    async def check_checkpoints(self, anchor: str | None) -> None:
        previous, number, seen = GENESIS, 0, False
        while page := await self._check_checkpoint_page(number, previous):
            seen = seen or anchor in {row.hash.hex() for row in page}
            previous, number = page[-1].hash, page[-1].number + 1
            if len(page) < repository.PAGE:
                break
        if anchor is not None and not seen:
            sentence = "no checkpoint has the noted anchor: checkpoints were removed or rewritten"
            self.report.add(Damage.ANCHOR_UNKNOWN, None, None, sentence)

    async def _check_checkpoint_page(self, number: int, previous: bytes) -> list[Row[Any]]:
        """Check what follows; `number` and `previous`: what the next checkpoint should have."""
        async with self._database.read() as transaction:
            try:
                page = await repository.read_checkpoint_page(transaction, after=number - 1)
            except (ValueError, OperationalError):
                sentence = f"a checkpoint from number {number} on cannot be read"
                self.report.add(Damage.UNREADABLE, None, number, sentence)
                return []
            for row in page:
                if row.number != number:
                    sentence = f"checkpoints {number} to {row.number - 1} are missing"
                    self.report.add(Damage.GAP, None, row.number, sentence)
                self._check_checkpoint(row, previous)
                await self._check_heads(transaction, row)
                previous, number = row.hash, row.number + 1
                self.report.checkpoints += 1
                self.report.anchor = row.hash.hex()
        return page

    def _check_checkpoint(self, row: Row[Any], previous: bytes) -> None:
        if row.previous_hash != previous:
            sentence = f"checkpoint {row.number} does not follow from the one before it"
            self.report.add(Damage.BROKEN_LINK, None, row.number, sentence)
        try:
            digest = Checkpoint.from_row(row).compute_hash(self._checkpoint_key)
        except (ValueError, TypeError):
            digest = b""
        if not hmac.compare_digest(digest, row.hash):
            sentence = f"checkpoint {row.number} was altered"
            self.report.add(Damage.ALTERED, None, row.number, sentence)

    async def _check_heads(self, transaction: Transaction, row: Row[Any]) -> None:
        try:
            heads = Checkpoint.from_row(row).heads
        except (ValueError, TypeError):
            return  # reported as altered
        places = [(chain, head.seq) for chain, head in heads.items()]
        found = await repository.read_hashes(transaction, places)
        for chain, head in heads.items():
            self._attested[chain] = max(head.seq, self._attested.get(chain, -1))
            if found.get((chain, head.seq)) != head.hash and chain not in self._truncated:
                self._truncated.add(chain)
                what = "differs" if (chain, head.seq) in found else "is missing"
                sentence = (
                    f"event {head.seq} of chain {chain} {what}; checkpoint {row.number} attests it"
                )
                self.report.add(Damage.TRUNCATED, chain, head.seq, sentence)

    async def check_chains(self) -> None:
        after = ""
        while page := await self._read_chain_ids(after):
            for chain_id in page:
                self.report.chains += 1
                await self._check_chain(chain_id)
            after = page[-1]

    async def _read_chain_ids(self, after: str) -> list[str]:
        async with self._database.read() as transaction:
            return list(await repository.read_lengths(transaction, after))

    async def _check_chain(self, chain_id: str) -> None:
        expected, previous = 0, genesis(chain_id)
        attested = self._attested.get(chain_id, -1)
        async for seq, row in _events(self._database, chain_id):
            self.report.events += 1
            self.report.unattested += seq > attested
            if seq != expected:
                sentence = f"events {expected} to {seq - 1} of chain {chain_id} are missing"
                self.report.add(Damage.GAP, chain_id, seq, sentence)
            elif row is not None and row.previous_hash != previous:
                sentence = f"event {seq} of chain {chain_id} does not follow from the one before it"
                self.report.add(Damage.BROKEN_LINK, chain_id, seq, sentence)
            self._check_event(chain_id, seq, row)
            expected = seq + 1
            # What cannot be read is reported once; its successor says what its hash was.
            previous = row.hash if row is not None else await self._claimed(chain_id, seq)

    async def _claimed(self, chain_id: str, seq: int) -> bytes:
        async with self._database.read() as transaction:
            found = await repository.read_hashes(transaction, [(chain_id, seq)])
        return found.get((chain_id, seq), b"")

    def _check_event(self, chain_id: str, seq: int, row: Row[Any] | None) -> None:
        if row is None:
            sentence = f"event {seq} of chain {chain_id} cannot be read"
            self.report.add(Damage.UNREADABLE, chain_id, seq, sentence)
            return
        if not self._is_genuine(row):
            sentence = f"event {seq} of chain {chain_id} was altered"
            self.report.add(Damage.ALTERED, chain_id, seq, sentence)

    def _is_genuine(self, row: Row[Any]) -> bool:
        try:
            event = ChainedEvent(**{name: getattr(row, name) for name in _COLUMNS})
            return hmac.compare_digest(event.compute_hash(self._event_key), row.hash)
        except (TypeError, ValueError):
            return False  # a value of a kind that this program never writes


async def _events(database: Database, chain_id: str) -> AsyncIterator[tuple[int, Row[Any] | None]]:
    """Yield number and row of every event of a chain; None for a row that cannot be read."""
    after = -1
    while True:
        page = await _read_page(database, chain_id, after)
        for item in page:
            yield item
        if len(page) < repository.PAGE:
            return
        after = page[-1][0]


async def _read_page(
    database: Database, chain_id: str, after: int
) -> list[tuple[int, Row[Any] | None]]:
    async with database.read() as transaction:
        try:
            rows = await repository.read_chain_page(transaction, chain_id, after)
        except (ValueError, OperationalError):
            numbers = await repository.read_numbers(transaction, chain_id, after)
            return [(seq, await _readable(transaction, chain_id, seq)) for seq in numbers]
        return [(row.seq, row) for row in rows]


async def _readable(transaction: Transaction, chain_id: str, seq: int) -> Row[Any] | None:
    try:
        return await repository.read_event(transaction, chain_id, seq)
    except (ValueError, OperationalError):
        return None
