from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import pytest
import redis.asyncio as redis

from idp.storage.ephemeral import Ephemeral, EphemeralUnavailableError
from tests.servers.ports import free_port
from tests.servers.redis7 import redis7, start_redis7
from tests.servers.requirements import require

pytestmark = pytest.mark.asyncio
MINUTE = timedelta(minutes=1)


async def test_what_was_put_is_got_until_it_is_deleted(store: Ephemeral) -> None:
    await store.put("k", b"\x00v\xff", MINUTE)
    assert await store.get("k") == b"\x00v\xff"
    assert await store.delete("k")
    assert await store.get("k") is None
    assert not await store.delete("k")


async def test_a_record_ends_with_its_time_to_live(store: Ephemeral) -> None:
    await store.put("k", b"v", timedelta(milliseconds=30))
    await asyncio.sleep(0.06)
    assert await store.get("k") is None


@pytest.mark.parametrize("ttl", [timedelta(0), timedelta(seconds=-1), timedelta(microseconds=10)])
async def test_a_record_without_a_life_is_refused(store: Ephemeral, ttl: timedelta) -> None:
    with pytest.raises(ValueError, match="positive"):
        await store.put("k", b"v", ttl)


async def test_spaces_and_their_versions_are_apart(store: Ephemeral) -> None:
    await store.space("par").put("k", b"old", MINUTE)
    assert await store.space("par", version=2).get("k") is None
    assert await store.space("transaction").get("k") is None
    assert await store.space("par").get("k") == b"old"
    assert await store.space("par").delete("k")


async def test_an_interrupted_call_never_gives_its_answer_to_the_next(ephemeral_url: str) -> None:
    # One connection, so a left-over answer would surely be read by the next call.
    async with Ephemeral(ephemeral_url, max_connections=1, seconds=5) as store:
        await store.put("mine", b"mine", MINUTE)
        await store.put("theirs", b"theirs", MINUTE)
        for _ in range(20):
            call = asyncio.create_task(store.get("theirs"))
            for _ in range(3):
                await asyncio.sleep(0)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            assert await store.get("mine") == b"mine"


async def test_a_hanging_server_is_given_up_in_time(ephemeral_url: str) -> None:
    admin = redis.from_url(ephemeral_url)
    async with Ephemeral(ephemeral_url, seconds=0.2) as store:
        await store.put("k", b"v", MINUTE)
        await admin.client_pause(1500)
        started = time.monotonic()
        with pytest.raises(EphemeralUnavailableError):
            await store.get("k")
        assert time.monotonic() - started < 1
        await asyncio.sleep(1.5)
        assert await store.get("k") == b"v"
    await admin.aclose()


async def test_a_full_pool_is_a_refusal_not_a_queue_without_end(ephemeral_url: str) -> None:
    admin = redis.from_url(ephemeral_url)
    async with Ephemeral(ephemeral_url, seconds=0.2, max_connections=2) as store:
        await store.ping()
        await admin.client_pause(800)
        started = time.monotonic()
        answers = await asyncio.gather(*(store.get("k") for _ in range(50)), return_exceptions=True)
        assert all(isinstance(answer, EphemeralUnavailableError) for answer in answers)
        assert time.monotonic() - started < 1
        await asyncio.sleep(0.8)
    await admin.aclose()


async def test_an_absent_server_is_a_typed_error() -> None:
    async with Ephemeral(f"redis://127.0.0.1:{free_port()}") as store:
        with pytest.raises(EphemeralUnavailableError) as caught:
            await store.ping()
    assert caught.value.code == "temporarily_unavailable"


async def test_a_full_server_is_a_typed_error(tmp_path: Path) -> None:
    with redis7(tmp_path) as url:
        admin = redis.from_url(url)
        await admin.config_set("maxmemory", "1")
        async with Ephemeral(url) as store:
            with pytest.raises(EphemeralUnavailableError):
                await store.put("k", b"v", MINUTE)
        await admin.aclose()


async def test_calls_work_again_once_a_crashed_server_is_back(tmp_path: Path) -> None:
    program = require("redis-server")
    port = free_port()
    first = start_redis7(program, tmp_path, port)
    async with Ephemeral(f"redis://127.0.0.1:{port}") as store:
        await store.put("k", b"v", MINUTE)
        first.kill()
        first.wait()
        with pytest.raises(EphemeralUnavailableError):
            await store.get("k")
        second = start_redis7(program, tmp_path, port)
        try:
            assert await store.get("k") is None
        finally:
            second.kill()
            second.wait()
