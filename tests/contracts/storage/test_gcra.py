from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from idp.storage.ephemeral import Ephemeral
from idp.storage.gcra import Limit, RateLimiter

pytestmark = pytest.mark.asyncio
FIVE_A_MINUTE = Limit(5, timedelta(minutes=1))


async def test_a_burst_passes_and_the_next_is_told_when_to_return(store: Ephemeral) -> None:
    limiter = RateLimiter(store)
    decisions = [await limiter.hit("otp", "k", FIVE_A_MINUTE) for _ in range(6)]
    assert [d.allowed for d in decisions] == [True] * 5 + [False]
    assert [d.remaining for d in decisions] == [4, 3, 2, 1, 0, 0]
    assert timedelta(seconds=11) < decisions[-1].retry_after <= timedelta(seconds=12)


async def test_refused_attempts_do_not_push_the_moment_further(store: Ephemeral) -> None:
    limiter = RateLimiter(store)
    limit = Limit(10, timedelta(seconds=1), burst=1)
    assert (await limiter.hit("x", "k", limit)).allowed
    for _ in range(20):
        await limiter.hit("x", "k", limit)
    await asyncio.sleep(0.11)
    assert (await limiter.hit("x", "k", limit)).allowed


async def test_keys_and_limits_are_counted_apart(store: Ephemeral) -> None:
    limiter = RateLimiter(store)
    once = Limit(1, timedelta(hours=1))
    assert (await limiter.hit("a", "k", once)).allowed
    assert (await limiter.hit("a", "l", once)).allowed
    assert (await limiter.hit("b", "k", once)).allowed
    assert not (await limiter.hit("a", "k", once)).allowed


async def test_many_at_once_do_not_slip_through(store: Ephemeral) -> None:
    limiter = RateLimiter(store)
    limit = Limit(7, timedelta(hours=1))
    decisions = await asyncio.gather(*(limiter.hit("x", "k", limit) for _ in range(40)))
    assert sum(d.allowed for d in decisions) == 7


async def test_a_cost_counts_as_many(store: Ephemeral) -> None:
    limiter = RateLimiter(store)
    assert (await limiter.hit("x", "k", FIVE_A_MINUTE, cost=4)).remaining == 1
    assert not (await limiter.hit("x", "k", FIVE_A_MINUTE, cost=2)).allowed
    assert (await limiter.hit("x", "k", FIVE_A_MINUTE)).allowed
    with pytest.raises(ValueError, match="never fit"):
        await limiter.hit("x", "k", FIVE_A_MINUTE, cost=6)


async def test_the_key_ends_when_the_limit_is_whole_again(store: Ephemeral) -> None:
    limiter = RateLimiter(store)
    limit = Limit(20, timedelta(seconds=1), burst=1)
    await limiter.hit("x", "k", limit)
    await asyncio.sleep(0.08)
    assert await store.get("limit:1:x:k") is None


@pytest.mark.parametrize(("count", "period"), [(0, timedelta(1)), (1, timedelta(0))])
async def test_a_limit_that_means_nothing_is_refused(count: int, period: timedelta) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        Limit(count, period)
