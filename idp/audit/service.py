"""Recording audited acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from idp.audit import repository
from idp.audit.chain import Chain, ChainPool
from idp.audit.event import AuditEvent, ChainedEvent
from idp.clock import Clock
from idp.crypto.root_key import Purpose, RootKey
from idp.storage.database import Transaction


class AuditLog:
    """Adds events to a transaction; they are written together, in one statement, as the last
    work before its commit. If they cannot be written the transaction fails as a whole."""

    def __init__(self, root: RootKey, clock: Clock, trace_id: Callable[[], str | None]) -> None:
        self._key = root.derive(Purpose.AUDIT)
        self._clock = clock
        self._trace_id = trace_id
        self._pool = ChainPool()
        self._pending: dict[int, list[AuditEvent]] = {}

    def record(self, transaction: Transaction, event: AuditEvent) -> None:
        """Add `event` to what `transaction` commits."""
        if not transaction.writable:
            raise RuntimeError("an audited act needs a writable transaction")
        key = id(transaction)
        pending = self._pending.get(key)
        if pending is None:
            pending = self._pending[key] = []
            transaction.before_commit(self._flush)
            transaction.after_end(lambda committed: self._forget(key))
        pending.append(event)

    def _forget(self, key: int) -> None:
        self._pending.pop(key, None)

    async def _flush(self, transaction: Transaction) -> None:
        chain = self._pool.borrow()

        def settle(committed: bool) -> None:
            if committed:
                self._pool.give_back(chain)

        transaction.after_end(settle)
        rows = [self._link(chain, event) for event in self._pending[id(transaction)]]
        await repository.insert_events(transaction, rows)

    def _link(self, chain: Chain, event: AuditEvent) -> dict[str, Any]:
        chained = ChainedEvent(
            chain_id=chain.chain_id,
            seq=chain.next_seq,
            at=self._clock.now(),
            tag=event.tag.value,
            account_id=event.account_id,
            client_id=event.client_id,
            session_id=event.session_id,
            trace_id=self._trace_id(),
            detail=dict(event.detail),
            previous_hash=chain.head,
        )
        digest = chained.compute_hash(self._key)
        chain.next_seq += 1
        chain.head = digest
        return {**chained.as_row(), "hash": digest}
