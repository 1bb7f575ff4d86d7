"""Settings of the protocol room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ProtocolSettings(BaseModel):
    """What this provider calls itself and its levels."""

    model_config = ConfigDict(extra="forbid")

    acr_values: tuple[str, ...] = Field(
        default=(
            "urn:tongxing:acr:l1",
            "urn:tongxing:acr:l2",
            "urn:tongxing:acr:l3",
            "urn:tongxing:acr:l4",
        ),
        min_length=4,
        max_length=4,
    )
    """The `acr` values of the levels L1 to L4, lowest first."""
