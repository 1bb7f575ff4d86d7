"""Circuit breaker, bulkhead and time limit; no test waits for a clock to win a race."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from idp.proofing.connectors.population_register.breaker import CircuitBreaker, Permit
from idp.proofing.connectors.population_register.connector import Cause, RegisterResult
from idp.proofing.connectors.population_register.failures import (
    NoAnswerError,
    bad_request,
    unavailable,
)
from idp.proofing.connectors.population_register.guard import Guard
from idp.proofing.connectors.population_register.settings import GuardSettings

LONG = 60.0


class Seconds:
    """A monotonic clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _acquire(breaker: CircuitBreaker) -> Permit:
    permit = breaker.try_acquire()
    assert permit is not None
    return permit


def _opened(seconds: Seconds) -> CircuitBreaker:
    breaker = CircuitBreaker(3, 30.0, seconds)
    for _ in range(3):
        breaker.record_failure(_acquire(breaker))
    return breaker


def test_failures_in_a_row_open_the_circuit_and_a_success_between_them_does_not() -> None:
    breaker = CircuitBreaker(3, 30.0, Seconds())
    for outcome in ("failure", "failure", "success", "failure", "failure"):
        permit = _acquire(breaker)
        getattr(breaker, f"record_{outcome}")(permit)
    assert not breaker.is_open
    breaker.record_failure(_acquire(breaker))
    assert breaker.is_open
    assert breaker.try_acquire() is None


def test_a_rested_register_is_tried_with_one_question_only() -> None:
    seconds = Seconds()
    breaker = _opened(seconds)
    seconds.now = 29.9
    assert breaker.try_acquire() is None
    seconds.now = 30.0
    probe = _acquire(breaker)
    assert breaker.try_acquire() is None
    breaker.record_success(probe)
    assert not breaker.is_open


def test_a_failed_probe_leaves_the_register_alone_for_another_while() -> None:
    seconds = Seconds()
    breaker = _opened(seconds)
    seconds.now = 30.0
    breaker.record_failure(_acquire(breaker))
    seconds.now = 59.9
    assert breaker.try_acquire() is None
    seconds.now = 60.0
    _acquire(breaker)


def test_an_abandoned_probe_makes_room_for_the_next() -> None:
    seconds = Seconds()
    breaker = _opened(seconds)
    seconds.now = 30.0
    breaker.record_abandoned(_acquire(breaker))
    _acquire(breaker)


def test_an_outcome_from_before_the_circuit_opened_is_ignored() -> None:
    seconds = Seconds()
    breaker = CircuitBreaker(1, 30.0, seconds)
    early, failing = _acquire(breaker), _acquire(breaker)
    breaker.record_failure(failing)
    breaker.record_success(early)
    assert breaker.is_open
    seconds.now = 30.0
    _acquire(breaker)
    breaker.record_failure(early)
    assert breaker.try_acquire() is None, "a late failure does not free the probe's place"


def _guard(**settings: float) -> Guard:
    return Guard(GuardSettings.model_validate(settings), Seconds())


async def _cause(running: Awaitable[object]) -> Cause:
    with pytest.raises(NoAnswerError) as refusal:
        await running
    return refusal.value.cause


def _failing(error: Callable[[], NoAnswerError]) -> Callable[[], Awaitable[str]]:
    async def ask() -> str:
        raise error()

    return ask


async def _prompt() -> str:
    return "answer"


async def test_a_full_queue_refuses_at_once_and_empties_in_order() -> None:
    guard = _guard(max_concurrent=2, max_waiting=1)
    release = asyncio.Event()

    async def ask() -> str:
        await release.wait()
        return "answer"

    tasks = [asyncio.create_task(guard.run(ask, LONG)) for _ in range(3)]
    await asyncio.sleep(0)
    assert guard.bulkhead.waiting == 1
    assert await _cause(guard.run(ask, LONG)) is Cause.QUEUE_FULL
    release.set()
    assert await asyncio.gather(*tasks) == ["answer"] * 3
    assert guard.bulkhead.waiting == 0


async def test_waiting_for_a_place_ends_with_the_time_of_the_question() -> None:
    guard = _guard(max_concurrent=1, max_waiting=1)
    release = asyncio.Event()

    async def ask() -> str:
        await release.wait()
        return "answer"

    holder = asyncio.create_task(guard.run(ask, LONG))
    await asyncio.sleep(0)
    assert await _cause(guard.run(ask, 0.01)) is Cause.QUEUE_FULL
    release.set()
    assert await holder == "answer"
    assert not guard.breaker.is_open


async def test_a_cancelled_waiter_leaves_its_place_to_others() -> None:
    guard = _guard(max_concurrent=1, max_waiting=1)
    release = asyncio.Event()

    async def ask() -> str:
        await release.wait()
        return "answer"

    holder = asyncio.create_task(guard.run(ask, LONG))
    waiter = asyncio.create_task(guard.run(ask, LONG))
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    next_waiter = asyncio.create_task(guard.run(ask, LONG))
    await asyncio.sleep(0)
    release.set()
    assert list(await asyncio.gather(holder, next_waiter)) == ["answer"] * 2


async def test_a_question_without_an_end_is_late_and_counts_as_a_failure() -> None:
    guard = _guard(failures_to_open=1)

    async def never() -> str:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets the event")

    with pytest.raises(NoAnswerError) as refusal:
        await guard.run(never, 0.01)
    assert refusal.value.result is RegisterResult.TIMEOUT
    assert guard.breaker.is_open


async def test_the_open_circuit_answers_without_asking() -> None:
    guard = _guard(failures_to_open=2)
    for _ in range(2):
        await _cause(guard.run(_failing(lambda: unavailable(Cause.SERVER_ERROR)), LONG))
    assert await _cause(guard.run(_prompt, LONG)) is Cause.CIRCUIT_OPEN


async def test_a_refused_question_shows_that_the_register_is_well() -> None:
    guard = _guard(failures_to_open=1)
    await _cause(guard.run(_failing(lambda: bad_request(Cause.REFUSED_QUESTION)), LONG))
    assert await guard.run(_prompt, LONG) == "answer"


async def test_a_caller_who_goes_away_during_the_probe_does_not_block_the_next() -> None:
    seconds = Seconds()
    guard = Guard(GuardSettings(failures_to_open=1, open_seconds=30), seconds)
    await _cause(guard.run(_failing(lambda: unavailable(Cause.SERVER_ERROR)), LONG))
    seconds.now = 30.0
    started = asyncio.Event()

    async def never() -> str:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets the event")

    probe = asyncio.create_task(guard.run(never, LONG))
    await started.wait()
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert await guard.run(_prompt, LONG) == "answer"
    assert not guard.breaker.is_open
