"""The short-lived store (Redis or Valkey, commands of Redis 7.0 only).

Nothing here may open a hole by vanishing or by coming back: see where each record lives in
`docs/`. Every call has a time limit, and every failure is one typed error that callers must answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar, cast

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from idp.errors import UnavailableError

T = TypeVar("T")
Reply = bytes | int | list[object] | None


class EphemeralUnavailableError(UnavailableError):
    """The ephemeral store did not answer in time, refused, or is full.

    Whether the command took effect is not known.
    """


class _ScriptNotKnownError(Exception):
    """The server has not seen the script since it started."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and its SHA-1, by which the server remembers it."""

    source: str
    sha1: str


class Ephemeral:
    """A connection pool to the store. One per process.

    `url`: `redis://`, `rediss://` or `unix://`. `seconds` bounds each call, waiting for a free
    connection included; `max_connections` bounds how many calls are under way;
    `on_failure` is called for each failed one, for instance to count it.
    """

    def __init__(
        self,
        url: str,
        *,
        namespace: str = "idp",
        seconds: float = 0.5,
        max_connections: int = 32,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        # No retries: a repeated script would count twice what was done once. Connections that died
        # while idle are noticed when they leave the pool.
        pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=max_connections,
            timeout=seconds,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            **({} if url.startswith("unix:") else {"socket_keepalive": True}),
            client_name=namespace,
        )
        self._redis = redis.Redis(connection_pool=pool)
        self._prefix = namespace
        self._seconds = seconds
        self._on_failure = on_failure

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()

    def space(self, name: str, *, version: int = 1) -> Space:
        """Return the keys of one kind of record.

        Raise `version` when the record's format changes: old records are then simply not found.
        """
        return Space(self, f"{name}:{version}:")

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Store `value` for `ttl`, replacing what was there."""
        await self._run("SET", self._key(key), value, "PX", _milliseconds(ttl))

    async def get(self, key: str) -> bytes | None:
        """Return the value, or None when there is none (any more)."""
        return cast("bytes | None", await self._run("GET", self._key(key)))

    async def delete(self, key: str) -> bool:
        """Remove the key; tell whether it existed."""
        return bool(await self._run("DEL", self._key(key)))

    async def ping(self) -> None:
        """Return if the store answers.

        Raises:
            EphemeralUnavailableError: it does not.
        """
        await self._run("PING")

    async def run_script(self, script: Script, key: str, *arguments: str | int) -> list[object]:
        """Run a Lua script on one key and return its array."""
        name = self._key(key)
        try:
            reply = await self._run("EVALSHA", script.sha1, 1, name, *arguments)
        except _ScriptNotKnownError:
            reply = await self._run("EVAL", script.source, 1, name, *arguments)
        return cast("list[object]", reply)

    def _key(self, key: str) -> str:
        return f"{self._prefix}:{key}"

    async def _run(self, command: str, *arguments: str | bytes | int) -> Reply:
        call = cast("Callable[..., Awaitable[Reply]]", self._redis.execute_command)
        return await self._guard(lambda: call(command, *arguments))

    async def _guard(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await call()
        except NoScriptError as error:
            raise _ScriptNotKnownError from error
        except (RedisError, OSError, TimeoutError) as error:
            self._on_failure()
            # The server's own words may quote a key, so only their kind is kept.
            raise EphemeralUnavailableError(
                "the ephemeral store does not answer", debug=type(error).__name__
            ) from None


class Space:
    """The same verbs as `Ephemeral`, on keys of one kind."""

    def __init__(self, store: Ephemeral, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """See `Ephemeral.put`."""
        await self._store.put(self._prefix + key, value, ttl)

    async def get(self, key: str) -> bytes | None:
        """See `Ephemeral.get`."""
        return await self._store.get(self._prefix + key)

    async def delete(self, key: str) -> bool:
        """See `Ephemeral.delete`."""
        return await self._store.delete(self._prefix + key)


def _milliseconds(ttl: timedelta) -> int:
    milliseconds = int(ttl / timedelta(milliseconds=1))
    if milliseconds < 1:
        raise ValueError("a time to live must be positive")
    return milliseconds
