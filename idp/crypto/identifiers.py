"""Random identifiers and secrets."""

from __future__ import annotations

import hashlib
import secrets
import time


def new_id() -> str:
    """Return a 32-character hexadecimal id, time-ordered as UUIDv7 (RFC 9562 section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return f"{value:032x}"


def new_secret(size: int = 32) -> str:
    """Return a URL-safe random string of `size` bytes of entropy (256 bits by default)."""
    return secrets.token_urlsafe(size)


def digest(secret: str) -> bytes:
    """Return the SHA-256 under which a high-entropy secret is stored and looked up.

    Fit only for secrets of 128 random bits or more; never for passwords or one-time codes.
    """
    return hashlib.sha256(secret.encode()).digest()
