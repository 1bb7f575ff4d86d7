"""Settings of the register simulator."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

MIN_SECRET_BYTES = 32
MAX_GENERATED_PERSONS = 200_000
MAX_GENERATED_ENTITIES = 1_000_000


class RegistersSettings(BaseModel):
    """What the simulator serves and whom it answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: str = Field(default="tongxing", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """Name of the key that callers sign with."""
    secret: SecretStr
    """Shared secret of that key, at least 32 bytes; there is no default."""
    clock_window_seconds: int = Field(default=300, ge=1, le=900)
    """How far a request's timestamp may be from the register's clock, either way."""
    seed: str = Field(default="tongxing-1", min_length=1)
    """Seed of the generated people and entities; the same seed gives the same register."""
    generated_persons: int = Field(default=100_000, ge=0, le=MAX_GENERATED_PERSONS)
    """How many people are generated beside the personas."""
    generated_entities: int = Field(default=10_000, ge=0, le=MAX_GENERATED_ENTITIES)
    """How many legal entities are generated beside the personas' own."""
    personas_file: Path = Path(__file__).with_name("personas.yaml")
    """The people and entities with a story."""
    faults_enabled: bool = True
    """Whether `X-Register-Fault` and the personas' own faults are honoured."""
    max_body_bytes: int = Field(default=4096, ge=512, le=65536)
    """Largest request body that is read."""

    @field_validator("secret")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"the register secret needs at least {MIN_SECRET_BYTES} bytes")
        return secret
