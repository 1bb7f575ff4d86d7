"""Failure counters: one per account and factor, over every alias and entry point.

An attempt is counted before it is checked, in one statement, so parallel guesses cannot exceed
the limit; a crash in between leaves it counted. Success forgets the count. Where no account
exists the index of what was typed takes the account's place, and everything else is the same but
that the count is forgotten sooner.

    free --5 failures--> waits 1 min --failure--> 2 min .. 15 min .. --100--> recovery only
      ^------------------------- success ------------------------|
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idp.accounts.aliases import Alias
from idp.authn import repository
from idp.authn.models import NOBODY
from idp.authn.settings import ThrottleSettings
from idp.clock import Clock
from idp.storage.database import Database, Transaction


class Factor(StrEnum):
    """What is being guessed at."""

    PASSWORD = "password"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose failures are counted."""

    key: str

    @classmethod
    def account(cls, account_id: str) -> Subject:
        """All attempts on an account, but those of its known devices."""
        return cls(f"account:{account_id}")

    @classmethod
    def nobody(cls, alias: Alias) -> Subject:
        """Attempts on a name that no account has."""
        return cls(f"{NOBODY}{alias.kind.value}:{alias.index.hex()}")

    @classmethod
    def device(cls, token_hash: bytes) -> Subject:
        """Attempts from a browser that has signed in to the account before."""
        return cls(f"device:{token_hash.hex()}")


@dataclass(frozen=True, slots=True)
class Lock:
    """Why an attempt may not be made. `retry_after` is in seconds; None: recovery is needed."""

    retry_after: int | None


class Throttle:
    """Counts attempts and says when the next one may be made."""

    def __init__(self, clock: Clock, settings: ThrottleSettings) -> None:
        self._clock = clock
        self._settings = settings

    async def reserve(
        self, transaction: Transaction, subject: Subject, factor: Factor
    ) -> Lock | None:
        """Count an attempt as failed before it is made; a Lock means it must not be made.

        The transaction has to be committed before the attempt is checked.
        """
        now = self._clock.now()
        delays = self._delays(now)
        counted = await repository.count_failure(
            transaction, (subject.key, factor.value), now, delays, self._settings.hard_cap
        )
        if counted:
            return None
        row = await repository.read_failures(transaction, subject.key, factor.value)
        if row is None or row.failures >= self._settings.hard_cap or row.blocked_until is None:
            return Lock(None)
        return Lock(max(1, math.ceil((row.blocked_until - now).total_seconds())))

    async def reset(self, transaction: Transaction, subject: Subject, factor: Factor) -> None:
        """Forget the failures: the right secret was given."""
        await repository.delete_failures(transaction, [subject.key], factor.value)

    async def purge(self, database: Database) -> int:
        """Delete counters without a failure for long; returns how many."""
        now = self._clock.now()
        limit = now - timedelta(days=self._settings.retention_days)
        # Names that nobody has are kept as long as accounts: a wait that is forgotten sooner would
        # tell after a while which is which.
        return await repository.purge_failures(database, limit)

    def _delays(self, now: datetime) -> list[tuple[int, datetime]]:
        """Return (failure number, end of the wait it causes); the last holds for the rest."""
        settings = self._settings
        delays: list[tuple[int, datetime]] = []
        number, seconds = settings.free_failures, settings.first_delay_seconds
        while True:
            wait = min(seconds, settings.longest_delay_seconds)
            delays.append((number, now + timedelta(seconds=wait)))
            if wait == settings.longest_delay_seconds:
                return delays
            number, seconds = number + 1, seconds * 2
