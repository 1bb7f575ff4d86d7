"""Settings of the sessions room."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

_NOTED_AFTER_SECONDS = 60


class SessionSettings(BaseModel):
    """How long a sign-in lasts."""

    model_config = ConfigDict(extra="forbid")

    idle_seconds: int = Field(default=30 * 60, ge=60, le=86_400)
    """Seconds without a visit after which a session ends (ID-porten: 30 minutes). Visits are noted
    once a minute, so that it may end up to a minute sooner."""

    absolute_seconds: int = Field(default=12 * 3600, ge=300, le=7 * 86_400)
    """Seconds after sign-in at which a session ends in any case (GovSSO: 12 hours)."""

    management: bool = False
    """Offer OpenID Connect Session Management 1.0: portals watch from a frame whether somebody is
    signed in. Off, because browsers that keep cookies of other sites from frames make it fail, and
    because it lets a script of this site read a value that tells one sign-in from another."""

    @property
    def visits_noted_after(self) -> timedelta:
        """How old the last noted visit has to be for another one to be written down.

        Most visits then only read. The idle limit may pass that much too soon, never too late.
        """
        return timedelta(seconds=min(_NOTED_AFTER_SECONDS, self.idle_seconds / 10))
