"""Answers that registration and recovery have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Begun:
    """A flow was started and a message sent. `flow_id` is a secret for the browser's cookie."""

    expires_at: datetime
    masked_phone: str = field(repr=False)
    flow_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Too often: the same step may be tried again in `retry_after` seconds."""

    retry_after: int


class CodeAnswer(StrEnum):
    """What came of typing a one-time code."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    UNUSABLE = "unusable"
    """Expired, used, or typed too often: a new code is needed."""
    PHONE_TAKEN = "phone_taken"
    """The code was right and the phone has an account: sign in or recover. Registration only."""


class PasswordAnswer(StrEnum):
    """The password was taken; refusals are `PolicyRefusal`."""

    KEPT = "kept"
