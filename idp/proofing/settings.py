"""Settings of the proofing room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ProofingSettings(BaseModel):
    """How long evidence counts and how often somebody may try."""

    model_config = ConfigDict(extra="forbid")

    acr_prefix: str = Field(default="urn:tongxing:acr:l", min_length=1, max_length=64)
    """The `acr` of a level is this and its number."""

    register_match_days: int = Field(default=3650, ge=1, le=36_500)
    """Days for which name and number matched by the population register support level 2."""

    live_person_days: int = Field(default=1825, ge=1, le=36_500)
    """Days for which proof that the person was present supports level 3."""

    strong_proof_days: int = Field(default=1825, ge=1, le=36_500)
    """Days for which a chip, an officer or a certificate supports level 4."""

    attempts: int = Field(default=5, ge=1, le=100)
    """Attempts at proofing within the window, for one phone and for one document number. More than
    a few help whoever guesses; the bound leaves room for rehearsing a rush on one identity."""

    window_seconds: int = Field(default=6 * 3600, ge=60, le=86_400)
    """Length of the window (login.gov: five attempts in six hours)."""

    accept_name_variants: bool = False
    """Accept another writing of the registered name. Off: the name has to be as registered."""
