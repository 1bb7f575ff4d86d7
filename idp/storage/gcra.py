"""Rate limits by the generic cell rate algorithm (GCRA), one key and one round trip per decision.

The store's clock decides, so a worker with a wrong clock cannot lift a limit.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from idp.storage.ephemeral import Ephemeral, Script

# KEYS[1]: the theoretical arrival time in microseconds.
# ARGV: emission interval and burst tolerance in microseconds, cost.
# Returns {1, remaining} or {0, microseconds until it would be allowed}.
_SOURCE = """
local now = redis.call('TIME')
local t = now[1] * 1e6 + now[2]
local interval, tolerance, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local arrival = tonumber(redis.call('GET', KEYS[1]) or t)
if arrival < t then arrival = t end
local next_arrival = arrival + interval * cost
local allowed_at = next_arrival - tolerance
if allowed_at > t then return {0, string.format('%.0f', allowed_at - t)} end
redis.call('SET', KEYS[1], string.format('%.0f', next_arrival),
           'PX', math.ceil((next_arrival - t) / 1000))
return {1, string.format('%.0f', math.floor((tolerance - (next_arrival - t)) / interval))}
"""
_SCRIPT = Script(_SOURCE, hashlib.sha1(_SOURCE.encode(), usedforsecurity=False).hexdigest())
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` per `period` in the long run, of which `burst` (by default all) may come at once."""

    count: int
    period: timedelta
    burst: int = 0

    def __post_init__(self) -> None:
        if self.count < 1 or self.burst < 0 or self.interval < 1:
            raise ValueError("a limit needs a positive count and period")

    @property
    def interval(self) -> int:
        """Microseconds between two events at the steady rate."""
        return int(self.period / _MICROSECOND) // self.count


@dataclass(frozen=True, slots=True)
class Decision:
    """`remaining`: how many more are allowed at once. `retry_after`: zero when allowed."""

    allowed: bool
    remaining: int
    retry_after: timedelta


class RateLimiter:
    """Counts events per key in the ephemeral store."""

    def __init__(self, store: Ephemeral) -> None:
        self._store = store

    async def hit(self, name: str, key: str, limit: Limit, *, cost: int = 1) -> Decision:
        """Count `cost` events of `key` under the limit called `name`; refused ones do not count.

        `key` is what is limited, for instance a network or a keyed hash of a phone number: never a
        personal identifier itself.

        Raises:
            EphemeralUnavailableError: the caller decides whether to go on without a limit.
            ValueError: `cost` can never fit the limit.
        """
        burst = limit.burst or limit.count
        if not 1 <= cost <= burst:
            raise ValueError("the cost can never fit the limit")
        allowed, number = await self._store.run_script(
            _SCRIPT, f"limit:1:{name}:{key}", limit.interval, limit.interval * burst, cost
        )
        value = int(number) if isinstance(number, bytes | int) else 0
        if allowed:
            return Decision(True, value, timedelta(0))
        return Decision(False, 0, timedelta(microseconds=value))
