"""What came of an attempt to sign in with a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What the person is told."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Wrong user name or password; which of them is not said."""
    LOCKED = "locked"
    """Too many failures; try again after a while."""
    RECOVERY_REQUIRED = "recovery_required"
    """Far too many failures; only recovery helps."""
    FROZEN = "frozen"
    """The password was right, but the account must not be used. Said to its owner only."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who signed in, and what the session needs to state `acr`, `amr` and `auth_time`."""

    account_id: str
    identity_level: int
    auth_time: datetime
    amr: tuple[str, ...] = ("pwd",)


@dataclass(frozen=True, slots=True)
class SignInResult:
    """The outcome; `accepted` is set only with ACCEPTED, `retry_after` (seconds) with LOCKED.

    `device_token` is for the long-lived cookie of a browser that has just become known.
    """

    outcome: Outcome
    accepted: Accepted | None = None
    retry_after: int | None = None
    device_token: str | None = field(default=None, repr=False)
