"""An audit log with a few chains, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from idp.audit.checkpoints import Checkpoints
from idp.audit.event import AuditEvent, Detail
from idp.audit.findings import Report
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.audit.verification import verify_log
from idp.clock import ManualClock
from idp.crypto.root_key import RootKey
from idp.storage.database import Database
from tests.contracts.databases import (  # noqa: F401 - fixtures
    database,
    database_url,
    postgres_url,
    sqlite_file,
)

ROOT = RootKey(bytes(range(32)))
START = datetime(2026, 3, 2, 4, 0, 0, 123457, tzinfo=UTC)
ODD_DETAILS: tuple[Detail, ...] = (
    {"b": 1, "a": '税务\u2028😀 "quoted" \\ /', "none": None, "yes": True, "list": ["z", "a"]},
    {"large": 2**53 + 1, "negative": -(2**62), "empty": [], "": "empty name"},
    {},
)


class WrittenLog:
    """Writes to one log as several processes would."""

    def __init__(self, database: Database) -> None:  # noqa: F811 - the fixture's value
        self.database = database
        self.clock = ManualClock(START)
        self.checkpoints = Checkpoints(database, ROOT, self.clock)

    def one_process(self) -> AuditLog:
        """Return what a process writes with; it keeps to one chain as long as it is alone."""
        return AuditLog(ROOT, self.clock, lambda: "0" * 32)

    async def write_chain(self, commits: int = 4) -> None:
        """Have a new process commit: one chain, three events each time."""
        audit = self.one_process()
        for _ in range(commits):
            await self.commit(audit)

    async def commit(self, audit: AuditLog) -> None:
        """Commit three events."""
        async with self.database.write() as transaction:
            for detail in ODD_DETAILS:
                event = AuditEvent(Tag.SESSION_STARTED, account_id="a" * 32, detail=detail)
                audit.record(transaction, event)
        self.clock.advance(0.000001)

    async def verify(self, anchor: str | None = None) -> Report:
        return await verify_log(self.database, ROOT, anchor)


@pytest.fixture
def log(database: Database) -> WrittenLog:  # noqa: F811 - the fixture of that name
    return WrittenLog(database)
