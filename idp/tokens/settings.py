"""Settings of the tokens room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TokenSettings(BaseModel):
    """Life times, in seconds unless the name says otherwise."""

    model_config = ConfigDict(extra="forbid")

    code_seconds: int = Field(default=60, ge=10, le=60)
    """How long an authorization code may be redeemed (R10: at most 60 s)."""

    access_token_seconds: int = Field(default=300, ge=60, le=600)
    """Life of an access token (R12: at most 10 minutes)."""

    id_token_seconds: int = Field(default=300, ge=60, le=3600)
    """Life of an ID token."""

    refresh_idle_seconds: int = Field(default=30 * 86_400, ge=300)
    """How long an unused refresh token stays good."""

    refresh_absolute_seconds: int = Field(default=180 * 86_400, ge=300)
    """How long a family of refresh tokens lives in any case."""

    refresh_grace_seconds: int = Field(default=10, ge=0, le=60)
    """How long a retried refresh is answered with the same next refresh token again, so that a
    lost response does not cost the sign-in. There is never a second lineage."""
