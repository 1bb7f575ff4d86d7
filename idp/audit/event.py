"""One audited act, and the bytes that its hash covers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from idp.audit.tags import Tag

Detail = Mapping[str, str | int | bool | list[str] | None]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What happened, to whom, through which client. `detail` holds no credential, no identifier
    of a person in clear and no free text typed by a person."""

    tag: Tag
    account_id: str | None = None
    client_id: str | None = None
    session_id: str | None = None
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """A stored event with its place in a chain."""

    chain_id: str
    seq: int
    at: datetime
    tag: str
    account_id: str | None
    client_id: str | None
    session_id: str | None
    trace_id: str | None
    detail: Detail
    previous_hash: bytes

    def as_row(self) -> dict[str, Any]:
        """Return the columns, all but the hash."""
        return {
            "chain_id": self.chain_id,
            "seq": self.seq,
            "at": self.at,
            "tag": self.tag,
            "account_id": self.account_id,
            "client_id": self.client_id,
            "session_id": self.session_id,
            "trace_id": self.trace_id,
            "detail": self.detail,
            "previous_hash": self.previous_hash,
        }

    def compute_hash(self, key: bytes) -> bytes:
        """HMAC-SHA-256 over every column and the previous hash.

        Keyed, so that someone who can write to the database alone cannot recompute a chain.
        """
        content = orjson.dumps(
            [
                self.chain_id,
                self.seq,
                (self.at - _EPOCH) // timedelta(microseconds=1),
                self.tag,
                self.account_id,
                self.client_id,
                self.session_id,
                self.trace_id,
                self.detail,
                self.previous_hash.hex(),
            ],
            option=orjson.OPT_SORT_KEYS,
        )
        return hmac.digest(key, content, hashlib.sha256)


def genesis(chain_id: str) -> bytes:
    """The `previous_hash` of a chain's first event."""
    return hashlib.sha256(f"tongxing/audit/{chain_id}".encode()).digest()
