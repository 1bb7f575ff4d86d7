"""Delivering logout tokens: at once by whoever ended the session, later by a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.client_registry.directory import ClientDirectory
from idp.clock import Clock
from idp.logout import repository
from idp.logout.backchannel import BackChannel
from idp.logout.delivery import Delivery, DeliveryState
from idp.logout.settings import LogoutSettings
from idp.observability import metrics
from idp.observability.logging import get_logger
from idp.storage import outbox
from idp.storage.database import Database, Transaction
from idp.storage.outbox import Job

_log = get_logger("logout")


class LogoutDeliveries:
    """Carries out the deliveries of the ledger."""

    def __init__(
        self,
        *,
        database: Database,
        directory: ClientDirectory,
        backchannel: BackChannel,
        audit: AuditLog,
        clock: Clock,
        settings: LogoutSettings,
    ) -> None:
        self._database = database
        self._directory = directory
        self._backchannel = backchannel
        self._audit = audit
        self._clock = clock
        self._settings = settings

    async def deliver_now(self, delivery_ids: Sequence[str]) -> None:
        """Attempt fresh deliveries side by side, within the lease that they were written with.

        The logout itself is done: what goes wrong here, whatever it is, is left to the worker.
        """
        attempts = (self._attempt(delivery_id, 1) for delivery_id in delivery_ids)
        for outcome in await asyncio.gather(*attempts, return_exceptions=True):
            if isinstance(outcome, Exception):
                _log.error("logout_not_delivered_at_once", exc_info=outcome)

    async def run(self, job: Job) -> None:
        """Handle a job of kind `logout.backchannel`."""
        await self._attempt(job.payload["delivery"], job.attempts + 1)

    async def _attempt(self, delivery_id: str, attempt: int) -> None:
        async with self._database.read() as transaction:
            delivery = await repository.read_delivery(transaction, delivery_id)
        if delivery is None or delivery.state is not DeliveryState.PENDING:
            await self._finish_stale(delivery_id)
            return
        client = await self._directory.find(delivery.client_id)
        if client is None:
            state, result = DeliveryState.NOT_SUPPORTED, "client_disabled"
        else:
            state, result = await self._backchannel.deliver(client, delivery)
        metrics.LOGOUT_DELIVERIES.labels(state.value).inc()
        async with self._database.write() as transaction:
            await self._note(transaction, delivery, attempt, state, result)

    async def _note(
        self,
        transaction: Transaction,
        delivery: Delivery,
        attempt: int,
        state: DeliveryState,
        result: str,
    ) -> None:
        now = self._clock.now()
        waits = self._settings.retry_seconds
        if state is DeliveryState.FAILED and attempt <= len(waits):
            await repository.settle(transaction, delivery.id, DeliveryState.PENDING, result, now)
            wait = timedelta(seconds=waits[attempt - 1])
            await outbox.postpone(transaction, delivery.id, now + wait)
            return
        if await repository.settle(transaction, delivery.id, state, result, now):
            await outbox.finish(transaction, delivery.id, now, state.value)
            self._record(transaction, delivery, state, result)

    async def _finish_stale(self, delivery_id: str) -> None:
        async with self._database.write() as transaction:
            await outbox.finish(transaction, delivery_id, self._clock.now(), "settled")

    def _record(
        self, transaction: Transaction, delivery: Delivery, state: DeliveryState, result: str
    ) -> None:
        event = AuditEvent(
            Tag.LOGOUT_DELIVERED if state is DeliveryState.DELIVERED else Tag.LOGOUT_FAILED,
            account_id=delivery.account_id,
            client_id=delivery.client_id,
            session_id=delivery.session_id,
            detail={"logout": delivery.logout_id, "result": result},
        )
        self._audit.record(transaction, event)
