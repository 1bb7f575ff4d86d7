"""Fills PostgreSQL with accounts: rows are made in every processor and go in with COPY."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections.abc import Iterable
from functools import partial

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from bench.contenders.tongxing.rows import AccountRows

Batch = dict[str, tuple[list[str], list[tuple[object, ...]]]]
"""Columns and records by table."""

_BATCH = 2000
_ORDER = (
    "natural_persons", "subject_keys", "identity_keys", "login_aliases", "documents",
    "identity_evidence", "password_credentials",
)  # fmt: skip


def load(url: str, accounts: int, root_key: bytes, password_hash: str) -> None:
    """Write accounts 0 to `accounts` - 1 into the empty tables at `url` (libpq form)."""
    asyncio.run(_load(url, accounts, root_key, password_hash))


async def _load(url: str, accounts: int, root_key: bytes, password_hash: str) -> None:
    starts = range(0, accounts, _BATCH)
    make = partial(_batch, root_key, password_hash, accounts)
    connection = await asyncpg.connect(url)
    try:
        # Nothing is lost if it is: a crash while filling means filling anew.
        await connection.execute("SET synchronous_commit = off")
        # `spawn`: the parent has threads and an event loop.
        with multiprocessing.get_context("spawn").Pool() as pool:
            await _copy(connection, pool.imap(make, starts), accounts)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, batches: Iterable[Batch], accounts: int) -> None:
    done, iterator = 0, iter(batches)
    while (batch := await asyncio.to_thread(next, iterator, None)) is not None:
        for table in _ORDER:
            columns, records = batch[table]
            await connection.copy_records_to_table(table, columns=columns, records=records)
        done += len(batch["natural_persons"][1])
        if accounts > 10 * _BATCH and done % (25 * _BATCH) == 0:
            sys.stderr.write(f"  {done:,} of {accounts:,} accounts\n")


def _batch(root_key: bytes, password_hash: str, accounts: int, start: int) -> Batch:
    maker, batch = AccountRows(root_key, password_hash), Batch()
    for index in range(start, min(start + _BATCH, accounts)):
        for table, row in maker.of(index):
            columns, records = batch.setdefault(table, (list(row), []))
            records.append(tuple(row[column] for column in columns))
    return batch
