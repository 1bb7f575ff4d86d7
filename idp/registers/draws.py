"""Repeatable choices: the same seed and index always draw the same values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """A stream of choices derived from one hash; cheap enough to rebuild at every lookup."""

    def __init__(self, seed: str, subject: str, index: int) -> None:
        digest = hashlib.blake2b(f"{seed}|{subject}|{index}".encode(), digest_size=64).digest()
        self._pool = int.from_bytes(digest, "big")

    def below(self, bound: int) -> int:
        """Return the next number from 0 to `bound` - 1."""
        self._pool, value = divmod(self._pool, bound)
        return value

    def pick(self, choices: Sequence[Item]) -> Item:
        """Return the next choice from a sequence."""
        return choices[self.below(len(choices))]
