"""Public keys that somebody publishes at a URL: a client's `jwks_uri`, a software publisher's keys.

A key of an unknown `kid` leads to one new look, so that keys may be rotated at any time; strangers
who invent `kid` values make us look no more often than `_PAUSE` allows.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import httpx2
import orjson

from idp.client_registry.errors import ClientKeysUnavailableError
from idp.client_registry.jwks import ClientKey, parse_published_jwks
from idp.clock import Clock
from idp.observability.logging import get_logger

_FRESH = timedelta(minutes=10)
_PAUSE = timedelta(seconds=10)
# Whose key server is down goes on for a day with the keys we last saw.
_STALE = timedelta(days=1)
_CAPACITY = 2_000
_log = get_logger("published_keys")

IsWanted: TypeAlias = Callable[[ClientKey], bool]


@dataclass(frozen=True, slots=True)
class _Published:
    """What a URL said. `tried_at` is when it was last asked, `read_at` when it answered."""

    keys: tuple[ClientKey, ...]
    read_at: datetime | None
    tried_at: datetime


class PublishedKeys:
    """JWK Sets by URL; each worker keeps a copy of those it has met."""

    def __init__(self, http: httpx2.AsyncClient, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._published: OrderedDict[str, _Published] = OrderedDict()
        self._looking: dict[str, asyncio.Task[_Published]] = {}

    async def find(self, uri: str, is_wanted: IsWanted) -> tuple[ClientKey, ...]:
        """Return every key at `uri`, looked at anew when none of the known ones is wanted.

        Raises ClientKeysUnavailableError.
        """
        now = self._clock.now()
        known = self._published.get(uri)
        if known is None or self._is_due(known, now, is_wanted):
            known = await self._look(uri)
        if known.read_at is None or now - known.read_at > _STALE:
            raise ClientKeysUnavailableError(debug=f"no keys from {uri}")
        return known.keys

    @staticmethod
    def _is_due(known: _Published, now: datetime, is_wanted: IsWanted) -> bool:
        if timedelta(0) <= now - known.tried_at < _PAUSE:
            return False
        is_old = known.read_at is None or now - known.read_at >= _FRESH
        return is_old or not any(is_wanted(key) for key in known.keys)

    async def _look(self, uri: str) -> _Published:
        """Ask once for all who wait for the same answer."""
        task = self._looking.get(uri)
        if task is None:
            task = self._looking[uri] = asyncio.create_task(self._fetch(uri))
            task.add_done_callback(lambda _: self._looking.pop(uri, None))
        return await asyncio.shield(task)

    async def _fetch(self, uri: str) -> _Published:
        before = self._published.get(uri)
        now = self._clock.now()
        try:
            answer = await self._http.get(uri, headers={"Accept": "application/json"})
            answer.raise_for_status()
            document = orjson.loads(answer.content)
            if not isinstance(document, dict):
                raise ValueError("is not a JWK Set")
            published = _Published(parse_published_jwks(document), now, now)
        except (httpx2.HTTPError, ValueError) as error:
            _log.warning("published_keys_not_read", uri=uri, reason=type(error).__name__)
            keys, read_at = (before.keys, before.read_at) if before else ((), None)
            published = _Published(keys, read_at, now)
        self._published[uri] = published
        self._published.move_to_end(uri)
        if len(self._published) > _CAPACITY:
            self._published.popitem(last=False)
        return published
