from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from idp.middleware.body_limit import BodyLimit
from idp.middleware.settings import HttpSettings
from tests.unit.http.asgi_call import HOST, call, scope_of

pytestmark = pytest.mark.asyncio


async def _length(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def _forgiving(scope: Scope, receive: Receive, send: Send) -> None:
    """Like a framework which answers any failure to read a body in its own way."""
    response: Response = PlainTextResponse("fine")
    try:
        await Request(scope, receive).body()
    except Exception:
        response = JSONResponse({"detail": "There was an error parsing the body"}, 400)
    await response(scope, receive, send)


APP = BodyLimit(_length, HttpSettings(max_body_bytes=2048, larger_bodies={"/bulk/": 4096}))


async def test_a_body_up_to_the_limit_passes() -> None:
    answer = await call(APP, scope_of(method="POST"), [b"x" * 1024, b"x" * 1024])
    assert (answer.status, answer.body) == (200, b"2048")


async def test_an_announced_oversize_is_refused_before_reading() -> None:
    headers = [*HOST, (b"content-length", b"2049")]
    answer = await call(APP, scope_of(method="POST", headers=headers))
    assert answer.status == 413
    assert answer.header("connection") == "close"


@pytest.mark.parametrize("length", [b"-1", b"+5", b"1_0", b" 5", b"", b"9" * 5000])
async def test_a_malformed_length_is_refused(length: bytes) -> None:
    headers = [*HOST, (b"content-length", length)]
    assert (await call(APP, scope_of(method="POST", headers=headers))).status == 400


async def test_a_chunked_body_is_counted_as_it_arrives() -> None:
    chunks = [b"x" * 512] * 100
    answer = await call(APP, scope_of(method="POST"), chunks)
    assert answer.status == 413


async def test_a_lying_length_does_not_help() -> None:
    headers = [*HOST, (b"content-length", b"10")]
    answer = await call(APP, scope_of(method="POST", headers=headers), [b"x" * 2049])
    assert answer.status == 413


async def test_a_framework_that_swallows_the_error_does_not_hide_it() -> None:
    app = BodyLimit(_forgiving, HttpSettings(max_body_bytes=1024))
    assert (await call(app, scope_of(method="POST"), [b"x" * 1025])).status == 413


async def test_a_prefix_may_have_a_larger_limit() -> None:
    answer = await call(APP, scope_of(b"/bulk/users", method="POST"), [b"x" * 4096])
    assert answer.status == 200
    answer = await call(APP, scope_of(b"/bulk/users", method="POST"), [b"x" * 4097])
    assert answer.status == 413


async def test_a_body_that_never_arrives_is_given_up() -> None:
    app = BodyLimit(_length, HttpSettings(body_seconds=0.05))
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope_of(method="POST"), receive, send)
    assert sent[0]["status"] == 408
