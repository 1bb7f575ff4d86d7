"""Settings of password hashing."""

from __future__ import annotations

import math
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

    threads: int | None = Field(default=None, ge=1, le=256)
    """Hashes computed at the same time by one worker. By default its share of the processors
    available: more would take turns, and each other's place in the caches."""

    max_waiting: int = Field(default=64, ge=0, le=10_000)
    """Hashes that may wait for a thread; one more is answered 503 instead of slowing everybody
    (64 on two cores is less than a second)."""

    def threads_of(self, workers: int) -> int:
        """Return the threads of one of so many workers: theirs together are no fewer than the
        processors."""
        return self.threads or math.ceil(_available_processors() / workers)
