"""A sign-in session as the other rooms see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row


class EndReason(StrEnum):
    """Why a session ended."""

    LOGOUT = "logout"
    ANOTHER_PERSON = "another_person"
    ENDED_BY_OWNER = "ended_by_owner"
    CREDENTIAL_RESET = "credential_reset"
    ACCOUNT_DISABLED = "account_disabled"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. `id` is not a secret; the cookie's value is, and is nowhere in here."""

    id: str
    account_id: str
    started_at: datetime
    auth_time: datetime
    acr: str
    amr: tuple[str, ...]
    device: str
    last_seen_at: datetime
    idle_expires_at: datetime
    absolute_expires_at: datetime

    @classmethod
    def from_row(cls, row: Row[Any]) -> Session:
        return cls(
            id=row.id,
            account_id=row.account_id,
            started_at=row.started_at,
            auth_time=row.auth_time,
            acr=row.acr,
            amr=tuple(row.amr),
            device=row.device,
            last_seen_at=row.last_seen_at,
            idle_expires_at=row.idle_expires_at,
            absolute_expires_at=row.absolute_expires_at,
        )
