"""Settings of the accounts room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class AccountsSettings(BaseModel):
    """Which people this installation is for."""

    model_config = ConfigDict(extra="forbid")

    sandbox: bool = False
    """Accept only identity numbers that can never belong to anybody, and refuse real ones. Off in
    production, where it is the other way round."""
