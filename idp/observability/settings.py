"""Settings of logs and metrics."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ObservabilitySettings(BaseModel):
    """What is logged and how requests are traced."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Lowest level written to stderr."""

    trust_traceparent: bool = False
    """Continue the trace named by a `traceparent` header. Only set this when a gateway in front
    removes the header from requests of strangers; otherwise anybody could choose log identifiers.
    """
