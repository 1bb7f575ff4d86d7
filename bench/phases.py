"""What is measured, one phase after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.http_connection import Connection
from bench.installation import HOST, Installation
from bench.person import Person
from bench.timings import Timings
from idp.crypto.password_settings import PasswordHashingSettings
from idp.crypto.passwords import PasswordHasher

WARM_UP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Result:
    """One phase. `done` rounds in `seconds`; `cpu_seconds` of all server processes together."""

    name: str
    seconds: float
    cpu_seconds: float
    done: int
    timings: Timings


async def measure_hops(site: Installation, *, connections: int, seconds: float) -> Result:
    """People who are signed in go to a portal again and again."""
    timings = Timings()
    async with AsyncExitStack() as stack:
        people = await _people(stack, site, connections, timings)
        for person, phone in zip(people, site.phones, strict=False):
            await person.sign_in(phone, site.password)
        rounds = [person.hop for person in people]
        return await _repeat("sign-in hop", site, rounds, seconds, timings)


async def measure_first_logins(site: Installation, *, connections: int, seconds: float) -> Result:
    """People who are not signed in give their password."""
    timings = Timings()
    async with AsyncExitStack() as stack:
        people = await _people(stack, site, connections, timings)

        def sign_in(person: Person, phone: str) -> Callable[[], Awaitable[None]]:
            return lambda: person.sign_in(phone, site.password)

        rounds = [sign_in(*pair) for pair in zip(people, site.phones, strict=False)]
        return await _repeat("first login", site, rounds, seconds, timings)


async def measure_hashes(*, seconds: float) -> Result:
    """The password hash alone, with the same settings and threads, in this process."""
    hasher = PasswordHasher(PasswordHashingSettings())
    stored = await hasher.hash("a password of the measurement")
    timings = Timings()
    timings.is_recording = True
    done, start, cpu = 0, time.perf_counter(), time.process_time()

    async def verify() -> None:
        nonlocal done
        while time.perf_counter() - start < seconds:
            with timings.measure("verify"):
                await hasher.verify("a password of the measurement", stored)
            done += 1

    await asyncio.gather(*(verify() for _ in range(PasswordHashingSettings().threads)))
    result = Result(
        "password hash", time.perf_counter() - start, time.process_time() - cpu, done, timings
    )
    hasher.close()
    return result


async def _people(
    stack: AsyncExitStack, site: Installation, count: int, timings: Timings
) -> list[Person]:
    people = []
    for number in range(count):
        connection = await stack.enter_async_context(Connection(HOST, site.port))
        address = f"203.0.113.{number + 1}"
        people.append(Person(connection, address, site.client_secret, timings))
    return people


async def _repeat(
    name: str,
    site: Installation,
    rounds: Sequence[Callable[[], Awaitable[None]]],
    seconds: float,
    timings: Timings,
) -> Result:
    """Run every round again and again, side by side: first to warm up, then measured."""
    done, is_over = 0, False

    async def repeat(one: Callable[[], Awaitable[None]]) -> None:
        nonlocal done
        while not is_over:
            await one()
            done += timings.is_recording

    tasks = [asyncio.create_task(repeat(one)) for one in rounds]
    await asyncio.sleep(WARM_UP_SECONDS)
    cpu, start, timings.is_recording = site.cpu_seconds(), time.perf_counter(), True
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    elapsed, used = time.perf_counter() - start, site.cpu_seconds() - cpu
    timings.is_recording, is_over = False, True
    await asyncio.gather(*tasks)
    return Result(name, elapsed, used, done, timings)
