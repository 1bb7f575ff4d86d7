"""Work that comes round again: removing what has expired, and attesting the audit log."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from idp.audit.checkpoints import Checkpoints
from idp.authn.known_devices import KnownDevices
from idp.authn.one_time_codes import OneTimeCodes
from idp.authn.throttle import Throttle
from idp.enrolment.recovery_store import Recoveries
from idp.errors import UnavailableError
from idp.interaction.interaction import Interactions
from idp.observability.logging import get_logger
from idp.proofing.attempts import ProofingAttempts
from idp.services.foundation import Foundation
from idp.sessions.repository import purge_sessions
from idp.storage.database import Transaction
from idp.storage.outbox import purge_finished
from idp.tokens.repository import purge_expired

# How long rows stay after they have lost their effect, for questions that come late.
KEEP = timedelta(days=7)
_log = get_logger("housekeeping")

Purge = Callable[[Transaction], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of work and how often it is done."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]


class Housekeeping:
    """Does each chore at once and then at its interval. Safe beside others on other hosts."""

    def __init__(self, chores: Sequence[Chore]) -> None:
        self._chores = chores

    async def run(self, stopping: asyncio.Event) -> None:
        """Keep house until `stopping` is set."""
        async with asyncio.TaskGroup() as group:
            for chore in self._chores:
                group.create_task(self._repeat(chore, stopping))

    async def _repeat(self, chore: Chore, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await do_once(chore)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), chore.every.total_seconds())


async def do_once(chore: Chore) -> None:
    """Do a chore; a failure is logged and left to the next time."""
    try:
        await chore.do()
    except UnavailableError as error:
        _log.warning("chore_postponed", chore=chore.name, reason=error.debug)
    except Exception:
        # A defect in one chore must end neither the others nor the jobs beside them.
        _log.exception("chore_failed", chore=chore.name)


def checkpoint_chore(base: Foundation) -> Chore:
    """Return the chore that attests the audit log (R49)."""
    checkpoints = Checkpoints(base.database, base.root, base.clock)
    return Chore("audit_checkpoint", timedelta(minutes=1), checkpoints.write)


def purge_chores(base: Foundation) -> list[Chore]:
    """Return the chores that remove what has expired (R61), each in a transaction of its own."""
    settings, clock = base.settings, base.clock

    async def tokens(transaction: Transaction) -> None:
        await purge_expired(transaction, clock.now(), clock.now() - KEEP)

    async def sessions(transaction: Transaction) -> None:
        await purge_sessions(transaction, clock.now() - KEEP)

    async def jobs(transaction: Transaction) -> None:
        await purge_finished(transaction, clock.now() - KEEP)

    purges: dict[str, Purge] = {
        "tokens": tokens,
        "sessions": sessions,
        "jobs": jobs,
        "failures": Throttle(clock, settings.authn.throttle).purge,
        "devices": KnownDevices(clock, settings.authn.known_devices).purge,
        "one_time_codes": OneTimeCodes(
            base.root, base.audit, clock, settings.authn.one_time_codes
        ).purge,
        "proofing_attempts": ProofingAttempts(base.database, clock, settings.proofing).purge,
        "interactions": Interactions(base.database, base.root, clock).purge,
        "recoveries": Recoveries(base.root, clock, settings.enrolment.recovery_seconds).purge,
    }
    return [_purge_chore(base, name, purge) for name, purge in purges.items()]


def _purge_chore(base: Foundation, name: str, purge: Purge) -> Chore:
    async def do() -> None:
        async with base.database.write() as transaction:
            await purge(transaction)

    return Chore(f"purge_{name}", timedelta(minutes=10), do)
