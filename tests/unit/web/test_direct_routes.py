"""The short way to an endpoint ends as FastAPI's own would: also when the endpoint fails."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.types import Message

from idp.web.direct_routes import DirectRoutes
from tests.unit.http.asgi_call import call, scope_of

router = APIRouter()


@router.get("/good")
async def good(request: Request) -> Response:
    return PlainTextResponse(request.method)


@router.get("/expected")
async def expected(request: Request) -> Response:
    raise KeyError


@router.get("/unexpected")
async def unexpected(request: Request) -> Response:
    raise ZeroDivisionError


async def _known(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("known", 404)


async def _unknown(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("unknown", 500)


@pytest.fixture
def app() -> DirectRoutes:
    api = FastAPI()
    api.include_router(router)
    return DirectRoutes(api, (router,), {LookupError: _known, Exception: _unknown})


async def test_an_endpoint_is_reached_without_fastapis_routing(app: DirectRoutes) -> None:
    answer = await call(app, scope_of(b"/good"))
    assert (answer.status, answer.body) == (200, b"GET")


async def test_another_method_and_another_path_are_left_to_fastapi(app: DirectRoutes) -> None:
    assert (await call(app, scope_of(b"/good", method="POST"))).status == 405
    assert (await call(app, scope_of(b"/elsewhere"))).status == 404


async def test_an_error_is_answered_by_the_handler_of_its_nearest_class(app: DirectRoutes) -> None:
    answer = await call(app, scope_of(b"/expected"))
    assert (answer.status, answer.body) == (404, b"known")


async def test_an_unexpected_error_is_answered_and_goes_on_to_the_record(
    app: DirectRoutes,
) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    with pytest.raises(ZeroDivisionError):
        await app(scope_of(b"/unexpected"), receive, send)
    assert [message.get("status", message.get("body")) for message in sent] == [500, b"unknown"]


async def test_an_endpoint_that_asks_for_more_than_the_request_is_refused() -> None:
    greedy = APIRouter()

    @greedy.get("/greedy")
    async def endpoint(request: Request, wish: str) -> Response:
        return PlainTextResponse(wish)

    with pytest.raises(ValueError, match="more than the request"):
        DirectRoutes(FastAPI(), (greedy,), {})
