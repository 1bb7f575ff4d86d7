"""Settings of the sessions room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SessionSettings(BaseModel):
    """How long a sign-in lasts."""

    model_config = ConfigDict(extra="forbid")

    idle_seconds: int = Field(default=30 * 60, ge=60, le=86_400)
    """Seconds without a visit after which a session ends (ID-porten: 30 minutes)."""

    absolute_seconds: int = Field(default=12 * 3600, ge=300, le=7 * 86_400)
    """Seconds after sign-in at which a session ends in any case (GovSSO: 12 hours)."""

    management: bool = False
    """Offer OpenID Connect Session Management 1.0: portals watch from a frame whether somebody is
    signed in. Off, because browsers that keep cookies of other sites from frames make it fail, and
    because it lets a script of this site read a value that tells one sign-in from another."""
