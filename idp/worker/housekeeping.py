"""Work that comes round again: removing what has expired, and attesting the audit log."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.audit.checkpoints import Checkpoints
from idp.authn.known_devices import KnownDevices
from idp.authn.one_time_codes import OneTimeCodes
from idp.authn.throttle import Throttle
from idp.client_registry.registration.initial_access_tokens import purge_initial_access_tokens
from idp.enrolment.recovery_store import Recoveries
from idp.errors import UnavailableError
from idp.interaction.interaction import Interactions
from idp.logout.repository import purge_deliveries
from idp.observability import metrics
from idp.observability.logging import get_logger
from idp.proofing.attempts import ProofingAttempts
from idp.protocol.authorization.pushed_requests import PushedRequests
from idp.protocol.repository import purge_jwt_ids
from idp.services.foundation import Foundation
from idp.sessions.repository import purge_sessions
from idp.storage.outbox import purge_finished
from idp.tokens.repository import purge_tokens

# How long rows stay after they have lost their effect, for questions that come late.
KEEP = timedelta(days=7)
KEEP_LEDGER = timedelta(days=180)
# Two hosts whose clocks are each a day wrong, in opposite directions: what one forgets, the other
# must refuse for its age (R59).
KEEP_JWT_IDS = timedelta(days=3)
PURGE_EVERY = timedelta(minutes=5)
_log = get_logger("housekeeping")

Purge = Callable[[], Awaitable[int]]


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
    """Do a chore; a failure is logged, counted and left to the next time."""
    try:
        await chore.do()
    except UnavailableError as error:
        metrics.CHORE_FAILURES.labels(chore.name).inc()
        _log.warning("chore_postponed", chore=chore.name, reason=error.debug)
    except Exception:
        # A defect in one chore must end neither the others nor the jobs beside them.
        metrics.CHORE_FAILURES.labels(chore.name).inc()
        _log.exception("chore_failed", chore=chore.name)


def checkpoint_chore(base: Foundation) -> Chore:
    """Return the chore that attests the audit log (R49)."""
    checkpoints = Checkpoints(base.database, base.root, base.clock)
    return Chore("audit_checkpoint", timedelta(minutes=1), checkpoints.write)


def purge_chores(base: Foundation) -> list[Chore]:
    """Return the chores that remove what has expired (R61), a batch at a time."""
    settings, clock, database = base.settings, base.clock, base.database
    throttle = Throttle(clock, settings.authn.throttle)
    devices = KnownDevices(clock, settings.authn.known_devices)
    codes = OneTimeCodes(base.root, base.audit, clock, settings.authn.one_time_codes)
    recoveries = Recoveries(base.root, clock, settings.enrolment.recovery_seconds)

    def past(kept: timedelta) -> datetime:
        return clock.now() - kept

    purges: dict[str, Purge] = {
        "tokens": lambda: purge_tokens(database, past(KEEP)),
        "sessions": lambda: purge_sessions(database, past(KEEP)),
        "jobs": lambda: purge_finished(database, past(KEEP)),
        "logout_deliveries": lambda: purge_deliveries(database, past(KEEP_LEDGER)),
        "failures": lambda: throttle.purge(database),
        "devices": lambda: devices.purge(database),
        "one_time_codes": lambda: codes.purge(database),
        "code_sendings": lambda: codes.purge_sendings(database),
        "proofing_attempts": ProofingAttempts(database, clock, settings.proofing).purge,
        "interactions": Interactions(database, base.root, clock).purge,
        "initial_access_tokens": lambda: purge_initial_access_tokens(database, clock, KEEP),
        "pushed_requests": PushedRequests(database, base.root, clock).purge,
        "recoveries": lambda: recoveries.purge(database),
        "jwt_ids": lambda: purge_jwt_ids(database, past(KEEP_JWT_IDS)),
    }
    return [Chore(f"purge_{name}", PURGE_EVERY, purge) for name, purge in purges.items()]
