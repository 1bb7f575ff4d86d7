from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse

from idp.middleware.request_limits import RequestLimits
from idp.middleware.settings import HttpSettings
from tests.unit.http.asgi_call import HOST, call, scope_of

APP = RequestLimits(PlainTextResponse("reached"), HttpSettings())
pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (b"a=" + b"x" * 16382, 200),
        (b"a=" + b"x" * 16383, 414),
        (b"state=%E4%BD%A0%20+%0d%0a", 200),
        (b"state=%", 400),
        (b"state=%zz", 400),
        (b"state=%ff%fe", 400),
        (b"state=%00", 400),
        (b"state=\xff", 400),
    ],
)
async def test_a_query_is_bounded_and_must_decode(query: bytes, status: int) -> None:
    assert (await call(APP, scope_of(query=query))).status == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (b"/clients/%E9%80%9A", 200),
        (b"/" + b"x" * 2048, 414),
        (b"/%ff", 400),
        (b"/%c0%ae%c0%ae", 400),
        (b"/a%2Fb", 400),
        (b"/a%5cb", 400),
        (b"/a\\b", 400),
        (b"/%00", 400),
        (b"/%0d%0aSet-Cookie:x", 400),
        (b"/%", 400),
    ],
)
async def test_a_path_must_mean_one_thing(path: bytes, status: int) -> None:
    assert (await call(APP, scope_of(path))).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 400),
        ([(b"host", b"a"), (b"host", b"b")], 400),
        ([(b"host", b"a b")], 400),
        ([(b"host", b"id.example@evil")], 400),
        ([(b"host", b"[::1]:8000")], 200),
        ([*HOST, (b"authorization", b"a"), (b"authorization", b"b")], 400),
        ([*HOST, (b"content-length", b"1"), (b"content-length", b"1")], 400),
        ([*HOST, (b"x", b"a\x00b")], 400),
        ([*HOST, (b"accept", b"a"), (b"accept", b"b")], 200),
        ([*HOST, *[(b"x", b"y")] * 100], 431),
        ([*HOST, (b"x", b"y" * 33_000)], 431),
    ],
)
async def test_headers_are_bounded_and_unambiguous(
    headers: list[tuple[bytes, bytes]], status: int
) -> None:
    assert (await call(APP, scope_of(headers=headers))).status == status


@pytest.mark.parametrize(
    ("cookie", "status"),
    [
        (b"__Host-session=abc; theme=dark", 200),
        (b"", 200),
        (b"; ;;=x", 200),
        (b'prefs={"a", "b"}; __Host-session=abc', 200),
        (b"\xff\xfe=1", 400),
        (b"a=\x01", 400),
        (b"a=b\r\nx: y", 400),
        (b"__Host-session=abc; __Host-session=def", 400),
        (b"__Host-session=abc; __host-SESSION=def", 400),
        (b'__Host-session="a,b"', 400),
        (b"a=" + b"x" * 17_000, 400),
    ],
)
async def test_a_cookie_header_must_be_unambiguous(cookie: bytes, status: int) -> None:
    assert (await call(APP, scope_of(headers=[*HOST, (b"cookie", cookie)]))).status == status


async def test_two_cookie_headers_are_refused() -> None:
    headers = [*HOST, (b"cookie", b"a=1"), (b"cookie", b"a=2")]
    assert (await call(APP, scope_of(headers=headers))).status == 400


async def test_browsers_get_a_page_and_programs_get_json() -> None:
    page = await call(APP, scope_of(b"/%", headers=[*HOST, (b"accept", b"text/html,*/*")]))
    assert page.header("content-type") == "text/html; charset=utf-8"
    assert "无法识别的请求" in page.body.decode()
    json = await call(APP, scope_of(b"/%"))
    assert json.header("content-type") == "application/json"
    assert b'"error":"invalid_request"' in json.body
