"""Registrations in progress, sealed in the ephemeral store.

Losing one makes a person start again; getting an old one back gives nothing away, because codes
are used up and identities are claimed in SQL. The store sees neither the id nor the contents.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import orjson

from idp.clock import Clock
from idp.crypto.envelope import SealBrokenError, seal, unseal
from idp.crypto.identifiers import digest
from idp.crypto.root_key import Purpose, RootKey
from idp.enrolment.errors import FlowExpiredError
from idp.messaging.message import Language


class DraftSpace(Protocol):
    """What is needed of the ephemeral store: `Ephemeral.space("registration")`."""

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None: ...
    async def get(self, key: str) -> bytes | None: ...
    async def delete(self, key: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class DeclaredIdentity:
    """Name and document as the person states them, in canonical form."""

    kind: str
    name: str = field(repr=False)
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """One registration in progress. `expires_at` is in seconds since 1970."""

    expires_at: float
    locale: Language
    phone: str = field(repr=False)
    code_id: str | None = None
    phone_verified: bool = False
    password_hash: str | None = field(default=None, repr=False)
    declared: DeclaredIdentity | None = field(default=None, repr=False)


class Drafts:
    """Stores drafts under a hash of their secret id, sealed, until they expire."""

    def __init__(self, space: DraftSpace, root: RootKey, clock: Clock) -> None:
        self._space = space
        self._key = root.derive(Purpose.REGISTRATIONS)
        self._clock = clock

    async def put(self, draft_id: str, draft: Draft) -> None:
        """Store or replace a draft; raises FlowExpiredError when its time is over."""
        left = draft.expires_at - self._clock.now().timestamp()
        if left <= 0:
            raise FlowExpiredError
        key = _key_of(draft_id)
        sealed = seal(self._key, orjson.dumps(asdict(draft)), f"registration|{key}")
        await self._space.put(key, sealed, timedelta(seconds=left))

    async def get(self, draft_id: str) -> Draft:
        """Return a draft; raises FlowExpiredError."""
        key = _key_of(draft_id)
        sealed = await self._space.get(key)
        if sealed is None:
            raise FlowExpiredError
        try:
            values = orjson.loads(unseal(self._key, sealed, f"registration|{key}"))
        except SealBrokenError as error:
            raise FlowExpiredError(debug="a draft does not open") from error
        if values["declared"] is not None:
            values["declared"] = DeclaredIdentity(**values["declared"])
        draft = Draft(**values)
        # The store counts time by its own clock.
        if draft.expires_at <= self._clock.now().timestamp():
            raise FlowExpiredError
        return draft

    async def delete(self, draft_id: str) -> None:
        """Forget a draft."""
        await self._space.delete(_key_of(draft_id))

    def expiry(self, seconds: int) -> datetime:
        """Return the end of a draft that begins now."""
        return self._clock.now() + timedelta(seconds=seconds)


def _key_of(draft_id: str) -> str:
    if not draft_id.isascii():
        raise FlowExpiredError
    return digest(draft_id).hex()
