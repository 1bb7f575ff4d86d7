"""Settings of the population-register connectors."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from idp.accounts.identifiers.kinds import IdentifierKind

MIN_SECRET_BYTES: Final = 32
PERSON_KINDS: Final = frozenset(IdentifierKind) - {IdentifierKind.USCC}
_Kinds = Annotated[frozenset[IdentifierKind], Field(min_length=1)]


class GuardSettings(BaseModel):
    """How far a failing register may reach into this service."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_concurrent: int = Field(default=32, ge=1, le=1024)
    """Questions under way at one time, per process."""
    max_waiting: int = Field(default=64, ge=0, le=4096)
    """Questions that may wait for a place; one more is answered UNAVAILABLE at once."""
    failures_to_open: int = Field(default=5, ge=1, le=1000)
    """Failures in a row after which the register is left alone."""
    open_seconds: float = Field(default=30.0, gt=0, le=3600)
    """How long it is left alone before one question tries it again."""


class _ConnectorSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(default="人口库", min_length=1, max_length=64)
    """Name of the department that answers, as shown to people."""
    kinds: _Kinds = PERSON_KINDS
    """Kinds of documents the register holds; others are answered BAD_REQUEST."""
    guard: GuardSettings = GuardSettings()
    """Concurrency and circuit breaker."""


class HttpRegisterSettings(_ConnectorSettings):
    """A register that speaks the signed protocol of docs/registers.md."""

    base_url: str
    """Address before `/population/v1/verifications`; https, or http on a loopback address."""
    key_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """Name of our key at the register."""
    secret: SecretStr
    """Secret of that key, at least 32 bytes."""
    total_seconds: float = Field(default=4.0, gt=0, le=60)
    """Time for one question with its retry and its wait for a place."""
    attempt_seconds: float = Field(default=2.0, gt=0, le=60)
    """Time for one attempt; a retry gets what is left of the total."""
    max_reply_bytes: int = Field(default=16384, ge=1024, le=1048576)
    """A larger reply is not read."""

    @field_validator("base_url")
    @classmethod
    def _is_protected(cls, url: str) -> str:
        parts = urlsplit(url)
        is_bare = not (parts.query or parts.fragment or parts.username or parts.password)
        if (
            parts.hostname
            and is_bare
            and (parts.scheme == "https" or _is_loopback(parts.scheme, parts.hostname))
        ):
            return url.rstrip("/")
        raise ValueError("the register is asked over https, or over http on a loopback address")

    @field_validator("secret")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"the register secret needs at least {MIN_SECRET_BYTES} bytes")
        return secret


class SqlRegisterSettings(_ConnectorSettings):
    """A register that grants a read-only view in its own database."""

    view: str = Field(
        default="population_view", pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$"
    )
    """Name of the view, with its schema if need be; its columns are listed in docs/registers.md."""
    total_seconds: float = Field(default=4.0, gt=0, le=60)
    """Time for one question with its wait for a place and for a connection."""
    statement_seconds: float = Field(default=2.0, gt=0, le=60)
    """Time after which the database ends the statement."""


def _is_loopback(scheme: str, hostname: str) -> bool:
    if scheme != "http":
        return False
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost"
