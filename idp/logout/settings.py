"""Settings of the logout room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LogoutSettings(BaseModel):
    """How persistently portals are told that a person signed out."""

    model_config = ConfigDict(extra="forbid")

    token_seconds: int = Field(default=120, ge=30, le=600)
    """Life of a logout token (Back-Channel Logout section 2.4 recommends two minutes)."""

    attempt_seconds: float = Field(default=3.0, gt=0, le=30)
    """How long one portal may take to answer."""

    frames_seconds: float = Field(default=3.0, gt=0, le=15)
    """How long a browser waits for the portals' front-channel logout pages before it goes on."""

    ledger_days: int = Field(default=30, ge=1, le=180)
    """For how many days back a portal may read what became of the logouts that concerned it."""

    retry_seconds: tuple[int, ...] = (2, 5, 15, 60, 300, 1800, 7200)
    """Waiting times between attempts; after the last one the delivery counts as failed."""
