"""One portal that has to be told about one logout.

pending --> delivered
   |  \\-> (again, after a wait)
   \\----> failed            after the last attempt
not_supported               the portal registered no back-channel logout

The state is that of the back channel, where the portal answers. Over the front channel nobody
answers: `browser_asked_at` says when the browser was asked to load the portal's logout address, and
what came of it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the ledger."""

    id: str
    logout_id: str
    account_id: str
    session_id: str
    client_id: str
    state: DeliveryState
    attempts: int
    last_result: str | None
    created_at: datetime
    settled_at: datetime | None
    browser_asked_at: datetime | None = None

    @classmethod
    def from_row(cls, row: Row[Any]) -> Delivery:
        values = {name: getattr(row, name) for name in cls.__slots__}
        return cls(**{**values, "state": DeliveryState(row.state)})
