"""Settings of password hashing."""

from __future__ import annotations

import os

from pydantic import BaseModel, ConfigDict, Field


def _available_processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class PasswordHashingSettings(BaseModel):
    """What one password guess costs, and how many may be computed at once."""

    model_config = ConfigDict(extra="forbid")

    memory_kib: int = Field(default=19_456, ge=64, le=1_048_576)
    """Argon2id memory in KiB. 19456 with two passes is the first choice of the OWASP Password
    Storage Cheat Sheet: 23 ms on one core. Lower it only in tests."""

    passes: int = Field(default=2, ge=1, le=20)
    """Argon2id iterations over that memory."""

    lanes: int = Field(default=1, ge=1, le=16)
    """Argon2id parallelism within one hash."""

    threads: int = Field(default_factory=_available_processors, ge=1, le=256)
    """Hashes computed at the same time by one worker; the processors available by default."""

    max_waiting: int = Field(default=64, ge=0, le=10_000)
    """Hashes that may wait for a thread; one more is answered 503 instead of slowing everybody
    (64 on two cores is less than a second)."""
