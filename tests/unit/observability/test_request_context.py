from __future__ import annotations

import asyncio

import pytest

from idp.observability.request_context import (
    current_trace_id,
    new_trace_id,
    request_context,
    trace_id_from_traceparent,
)

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_a_valid_traceparent_gives_its_trace_id() -> None:
    assert trace_id_from_traceparent(f"00-{TRACE}-b7ad6b7169203331-01") == TRACE
    assert trace_id_from_traceparent(f"01-{TRACE}-b7ad6b7169203331-01-more") == TRACE


@pytest.mark.parametrize(
    "header",
    [
        "",
        "junk",
        f"ff-{TRACE}-b7ad6b7169203331-01",
        f"00-{TRACE}-b7ad6b7169203331-01-more",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-b7ad6b7169203331-01",
        f"00-{TRACE}-b7ad6b7169203331-01\nforged: line",
    ],
)
def test_a_malformed_traceparent_is_ignored(header: str) -> None:
    assert trace_id_from_traceparent(header) is None


async def _seen_in_task() -> str | None:
    await asyncio.sleep(0)
    return current_trace_id()


@pytest.mark.asyncio
async def test_concurrent_requests_do_not_see_each_other() -> None:
    async def serve(trace_id: str) -> str | None:
        with request_context(trace_id):
            return await asyncio.create_task(_seen_in_task())

    wanted = [new_trace_id() for _ in range(5)]
    assert await asyncio.gather(*(serve(trace_id) for trace_id in wanted)) == wanted
    assert current_trace_id() is None
