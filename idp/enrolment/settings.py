"""Settings of the enrolment room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class EnrolmentSettings(BaseModel):
    """How long registration and recovery may take."""

    model_config = ConfigDict(extra="forbid")

    draft_seconds: int = Field(default=1800, ge=300, le=7200)
    """Seconds from the first step of a registration to its last."""

    phone_country_codes: tuple[str, ...] = ("86", "852", "853", "886")
    """Countries and regions to whose phones messages are sent. Whoever pays for the messages
    decides; some numbers abroad earn money for whoever makes us call them."""

    recovery_seconds: int = Field(default=1800, ge=300, le=3600)
    """Seconds from the first step of a recovery to its last."""
