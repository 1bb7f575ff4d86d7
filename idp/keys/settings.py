"""Settings of the keys room."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SigningAlgorithm = Literal["ES256", "RS256"]


class KeySettings(BaseModel):
    """How long keys are announced, used and kept."""

    model_config = ConfigDict(extra="forbid")

    algorithms: tuple[SigningAlgorithm, ...] = ("ES256", "RS256")
    """Algorithms for which a signing key is kept. ES256 is the default of every client; RS256 is
    for clients that cannot do otherwise."""

    cache_seconds: int = Field(default=30, ge=1, le=60)
    """How long a worker may use its copy of the keys. An emergency revocation is effective on
    every worker after this time."""

    announce_seconds: int = Field(default=120, ge=0, le=86_400)
    """How long a new key is published before it first signs, so that no verifier meets a `kid`
    it could not have fetched. Must exceed `cache_seconds`."""

    overlap_days: int = Field(default=30, ge=1, le=400)
    """How long a replaced key stays published. Covers every token it signed and ID tokens that
    come back as `id_token_hint`."""
