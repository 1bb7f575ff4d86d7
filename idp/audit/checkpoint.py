"""One checkpoint: how far every chain reached, and the bytes that its hash covers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row

from idp.crypto.root_key import Purpose, RootKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

GENESIS = hashlib.sha256(b"tongxing/audit/checkpoints").digest()
"""The `previous_hash` of the first checkpoint."""


def checkpoint_key(root: RootKey) -> bytes:
    """Return the key of checkpoints; it is not that of events, so neither passes as the other."""
    return root.derive(Purpose.AUDIT, "checkpoints")


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain: its number and its hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The heads of the chains that grew since the checkpoint before. Heads of the others follow
    from earlier checkpoints, to which `previous_hash` binds this one."""

    number: int
    at: datetime
    heads: Mapping[str, Head]
    previous_hash: bytes

    def stored_heads(self) -> dict[str, list[int | str]]:
        """Return the heads as they are stored and hashed: number and hexadecimal hash."""
        return {chain: [head.seq, head.hash.hex()] for chain, head in self.heads.items()}

    def compute_hash(self, key: bytes) -> bytes:
        """HMAC-SHA-256 over number, time, heads and the previous hash."""
        content = orjson.dumps(
            [
                "checkpoint",
                self.number,
                (self.at - _EPOCH) // timedelta(microseconds=1),
                self.stored_heads(),
                self.previous_hash.hex(),
            ],
            option=orjson.OPT_SORT_KEYS,
        )
        return hmac.digest(key, content, hashlib.sha256)

    @classmethod
    def from_row(cls, row: Row[Any]) -> Checkpoint:
        """Read a stored checkpoint; raises ValueError when its heads have not the right shape."""
        heads: dict[str, Head] = {}
        for chain, stored in dict(row.heads).items():
            match stored:
                case [int(seq), str(digest)]:
                    heads[str(chain)] = Head(seq, bytes.fromhex(digest))
                case _:
                    raise ValueError("a head is not a number and a hash")
        return cls(row.number, row.at, heads, row.previous_hash)
