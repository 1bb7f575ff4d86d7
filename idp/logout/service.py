"""Ending sessions everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from idp.audit.event import AuditEvent
from idp.audit.service import AuditLog
from idp.audit.tags import Tag
from idp.clock import Clock
from idp.crypto.identifiers import new_id
from idp.logout import repository
from idp.logout.delivery import Delivery, DeliveryState
from idp.logout.settings import LogoutSettings
from idp.sessions.service import Sessions
from idp.sessions.session import EndReason
from idp.storage import outbox
from idp.storage.database import Transaction
from idp.tokens.family import RevokeReason
from idp.tokens.repository import read_clients_of_sessions
from idp.tokens.service import Tokens

JOB_KIND = "logout.backchannel"
_LEASE_MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Logout:
    """A logout that was carried out. `id` leads to its ledger."""

    id: str
    deliveries: tuple[Delivery, ...] = ()

    @property
    def pending(self) -> tuple[str, ...]:
        """Ids of the deliveries that are to be attempted at once."""
        return tuple(delivery.id for delivery in self.deliveries)


class LogoutService:
    """Ends sessions with their tokens and opens the ledger of who has to be told.

    Everything is one transaction: when it commits, nothing that belonged to the session is good
    any more, and every portal is either told or on the list.
    """

    def __init__(
        self,
        sessions: Sessions,
        tokens: Tokens,
        audit: AuditLog,
        clock: Clock,
        settings: LogoutSettings,
    ) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._audit = audit
        self._clock = clock
        # The process that ends a session delivers at once; should it die, a worker takes over.
        self._first_lease = timedelta(seconds=settings.attempt_seconds + _LEASE_MARGIN)

    async def clients_to_tell(self, transaction: Transaction, session_id: str) -> list[str]:
        """Return the ids of the clients that were entered through a session."""
        pairs = await read_clients_of_sessions(transaction, [session_id])
        return [client_id for _, client_id in pairs]

    async def end_session(
        self, transaction: Transaction, account_id: str, session_id: str, reason: EndReason
    ) -> Logout:
        """End one session; ending it twice tells nobody twice."""
        ended = await self._sessions.end(transaction, session_id, reason)
        return await self._follow_up(transaction, account_id, [session_id] if ended else [], reason)

    async def end_account(
        self,
        transaction: Transaction,
        account_id: str,
        reason: EndReason,
        except_session: str | None = None,
    ) -> Logout:
        """End all sessions of an account, but for one when it is named."""
        ended = await self._sessions.end_all(transaction, account_id, reason, except_session)
        return await self._follow_up(transaction, account_id, ended, reason)

    async def end_offline_access(
        self, transaction: Transaction, account_id: str, reason: RevokeReason
    ) -> None:
        """End every token of an account, with those that outlive sessions. Nobody is told: such a
        portal learns of it when it next refreshes (Back-Channel Logout section 2.7)."""
        await self._tokens.revoke_account(transaction, account_id, reason)

    async def _follow_up(
        self,
        transaction: Transaction,
        account_id: str,
        session_ids: Sequence[str],
        reason: EndReason,
    ) -> Logout:
        logout_id = new_id()
        if not session_ids:
            return Logout(logout_id)
        pairs = await read_clients_of_sessions(transaction, session_ids)
        why = (
            RevokeReason.ADMINISTRATOR if reason is EndReason.ADMINISTRATOR else RevokeReason.LOGOUT
        )
        await self._tokens.revoke_sessions(transaction, session_ids, why)
        deliveries = [
            self._open_delivery(logout_id, account_id, session_id, client_id)
            for session_id, client_id in pairs
        ]
        await repository.insert_deliveries(transaction, [_row(item) for item in deliveries])
        now = self._clock.now()
        for item in deliveries:
            payload = {"delivery": item.id}
            await outbox.enqueue(
                transaction, item.id, JOB_KIND, payload, now, now + self._first_lease
            )
        event = AuditEvent(
            Tag.LOGOUT_REQUESTED,
            account_id=account_id,
            detail={
                "logout": logout_id,
                "clients": sorted({item.client_id for item in deliveries}),
            },
        )
        self._audit.record(transaction, event)
        return Logout(logout_id, tuple(deliveries))

    def _open_delivery(
        self, logout_id: str, account_id: str, session_id: str, client_id: str
    ) -> Delivery:
        return Delivery(
            id=new_id(),
            logout_id=logout_id,
            account_id=account_id,
            session_id=session_id,
            client_id=client_id,
            state=DeliveryState.PENDING,
            attempts=0,
            last_result=None,
            created_at=self._clock.now(),
            settled_at=None,
        )

    async def ledger(self, transaction: Transaction, logout_id: str) -> list[Delivery]:
        """Return who was told about a logout, and with what result."""
        return await repository.read_ledger(transaction, logout_id)


def _row(delivery: Delivery) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(delivery, name) for name in Delivery.__slots__}
    return {**values, "state": delivery.state.value}
