"""Settings of the consents room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ConsentSettings(BaseModel):
    """How often people are asked."""

    model_config = ConfigDict(extra="forbid")

    refusal_cooldown_days: int = Field(default=180, ge=1, le=3650)
    """For how many days a refused voluntary claim is not asked for again (网络数据安全管理条例
    article 22(5): no repeated asking after a refusal)."""
