"""Looking clients up without a query per request.

Each worker keeps the clients it has met and asks every few seconds what changed, so that a
disabled or changed client takes effect everywhere within `MAX_AGE` (R12: 5 s).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import datetime, timedelta

from idp.client_registry import repository
from idp.client_registry.client import Client
from idp.client_registry.client_metadata import CLIENT_ID_PATTERN
from idp.clock import Clock
from idp.storage.database import Database

MAX_AGE = timedelta(seconds=4)
POLL_SECONDS = 2.0
# Rows become visible after the time they carry: another worker's clock and an open transaction.
_LOOK_BACK = timedelta(seconds=60)
_CAPACITY = 10_000
# Anything else was never registered, and PostgreSQL would refuse some of it (NUL) with an error.
_CLIENT_ID = re.compile(CLIENT_ID_PATTERN)


class ClientDirectory:
    """Active clients by id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[str, Client] = OrderedDict()
        self._polled_at: datetime | None = None

    async def find(self, client_id: str) -> Client | None:
        """Return the active client `client_id`."""
        if _CLIENT_ID.fullmatch(client_id) is None:
            return None
        await self._keep_fresh()
        client = self._known.get(client_id)
        if client is not None:
            self._known.move_to_end(client_id)
            return client
        async with self._database.read() as transaction:
            row = await repository.read_client(transaction, client_id)
        if row is None or row.status != repository.ACTIVE:
            return None
        client = self._known[client_id] = Client.from_row(row)
        if len(self._known) > _CAPACITY:
            self._known.popitem(last=False)
        return client

    async def _keep_fresh(self) -> None:
        now = self._clock.now()
        if self._polled_at is None or abs(now - self._polled_at) > MAX_AGE:
            await self.poll()

    async def poll(self) -> None:
        """Take over what changed since the last poll; a changed client is met anew."""
        now = self._clock.now()
        since = (self._polled_at or now) - _LOOK_BACK
        async with self._database.read() as transaction:
            changed = await repository.read_changed_since(transaction, since)
        for row in changed:
            known = self._known.get(row.client_id)
            if known is not None and (
                known.version != row.version or row.status != repository.ACTIVE
            ):
                del self._known[row.client_id]
        self._polled_at = now
