"""Settings of message delivery."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, model_validator


class MessagingSettings(BaseModel):
    """Who delivers text messages and mails."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Literal["console", "file", "gateway"] = "console"
    """`gateway` in production; `file` and `console` for development and tests."""

    sandbox: bool = False
    """Let `console` print whole texts, codes included. Never in production."""

    outbox_file: Path | None = None
    """Where `file` appends one JSON object per message."""

    gateway_url: HttpUrl | None = None
    """Where `gateway` posts messages; its host must be public or on the egress allow-list."""

    gateway_secret: SecretStr | None = Field(default=None)
    """Shared secret of the signature on each request to the gateway, 32 characters or more."""

    gateway_seconds: float = Field(default=5.0, gt=0)
    """Time the gateway has to accept a message."""

    @model_validator(mode="after")
    def _check_provider(self) -> MessagingSettings:
        if self.provider == "file" and self.outbox_file is None:
            raise ValueError("messaging provider `file` needs outbox_file")
        if self.provider == "gateway":
            secret = self.gateway_secret.get_secret_value() if self.gateway_secret else ""
            if self.gateway_url is None or len(secret) < 32:
                raise ValueError(
                    "messaging provider `gateway` needs gateway_url and a gateway_secret of at"
                    " least 32 characters"
                )
        return self
