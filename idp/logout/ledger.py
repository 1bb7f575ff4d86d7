"""The ledger as a client sees it: what became of the logouts that concerned it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from idp.client_registry.client import Client
from idp.clock import Clock, epoch_seconds
from idp.crypto.root_key import Purpose, RootKey
from idp.logout import repository
from idp.logout.delivery import Delivery
from idp.logout.settings import LogoutSettings
from idp.storage.database import Transaction
from idp.tokens.subject import Subjects

PAGE_SIZE = 100
_CURSOR = re.compile(r"(\d{1,20})\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})")
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LogoutLedger:
    """Pages through one client's deliveries, newest first."""

    def __init__(
        self, *, root: RootKey, subjects: Subjects, clock: Clock, settings: LogoutSettings
    ) -> None:
        self._key = root.derive(Purpose.LOGOUT_RECEIPTS, "ledger-cursor")
        self._subjects = subjects
        self._clock = clock
        self._kept = timedelta(days=settings.ledger_days)

    async def page(
        self, transaction: Transaction, client: Client, cursor: str | None
    ) -> dict[str, Any] | None:
        """Return `deliveries` and, when there may be more, `next_cursor`; times are seconds since
        1970, and `sid` is the client's own. None when `cursor` was not made here for this client.
        """
        before = None
        if cursor is not None:
            before = self._read_cursor(client.client_id, cursor)
            if before is None:
                return None
        found = await repository.read_page_of_client(
            transaction, client.client_id, self._clock.now() - self._kept, before, PAGE_SIZE
        )
        page: dict[str, Any] = {"deliveries": [self._entry(client, item) for item in found]}
        if len(found) == PAGE_SIZE:
            page["next_cursor"] = self._cursor(client.client_id, found[-1])
        return page

    def _entry(self, client: Client, delivery: Delivery) -> dict[str, Any]:
        return {
            "sid": self._subjects.sid(client, delivery.session_id),
            "state": delivery.state.value,
            "attempts": delivery.attempts,
            "last_result": delivery.last_result,
            "created_at": epoch_seconds(delivery.created_at),
            "settled_at": _seconds(delivery.settled_at),
            "browser_asked_at": _seconds(delivery.browser_asked_at),
        }

    def _cursor(self, client_id: str, last: Delivery) -> str:
        place = f"{(last.created_at - _EPOCH) // _MICROSECOND}.{last.id}"
        return f"{place}.{self._tag(client_id, place)}"

    def _read_cursor(self, client_id: str, cursor: str) -> tuple[datetime, str] | None:
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            return None
        place = f"{match[1]}.{match[2]}"
        if not hmac.compare_digest(match[3], self._tag(client_id, place)):
            return None
        return _EPOCH + int(match[1]) * _MICROSECOND, match[2]

    def _tag(self, client_id: str, place: str) -> str:
        mac = hmac.digest(self._key, f"{client_id}\x00{place}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else epoch_seconds(moment)
