from __future__ import annotations

import pytest
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from idp.middleware.content_security_policy import allow_source, source_of
from idp.middleware.settings import HttpSettings
from idp.middleware.stack import wrap
from idp.observability.logging import configure_logging
from tests.unit.http.asgi_call import HOST, call, scope_of

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
api = FastAPI(openapi_url=None)


@api.get("/page")
async def page(request: Request) -> Response:
    allow_source(request.scope, "form-action", "https://portal.example/callback?x=1")
    return HTMLResponse("ok", headers={"Content-Security-Policy": "default-src *"})


@api.get("/keys/{kid}")
async def keys(kid: str) -> Response:
    return JSONResponse({"kid": kid}, headers={"Cache-Control": "public, max-age=300"})


@api.get("/crash")
async def crash() -> Response:
    raise RuntimeError("secret inside")


@api.get("/where/")
async def where(request: Request) -> str:
    return str(request.base_url)


APP = wrap(api, HttpSettings(), issuer="https://id.gov.example")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "status"),
    [(b"/page", 200), (b"/missing", 404), (b"/crash", 500), (b"/%", 400), (b"/where", 307)],
)
async def test_every_response_has_them(path: bytes, status: int) -> None:
    answer = await call(APP, scope_of(path))
    assert answer.status == status
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("cross-origin-opener-policy") == "same-origin"
    assert "camera=()" in str(answer.header("permissions-policy"))
    assert str(answer.header("strict-transport-security")).startswith("max-age=63072000")
    assert "frame-ancestors 'none'" in str(answer.header("content-security-policy"))
    assert b"secret" not in answer.body
    assert answer.header("x-request-id")


@pytest.mark.asyncio
async def test_the_default_policy_is_closed_and_a_page_cannot_replace_it() -> None:
    assert (await call(APP, scope_of(b"/missing"))).header("content-security-policy") == POLICY
    widened = (await call(APP, scope_of(b"/page"))).header("content-security-policy")
    assert widened == POLICY.replace(
        "form-action 'self'", "form-action 'self' https://portal.example"
    )


@pytest.mark.asyncio
async def test_a_response_may_choose_its_caching() -> None:
    answer = await call(APP, scope_of(b"/keys/1"))
    assert answer.header("cache-control") == "public, max-age=300"


@pytest.mark.asyncio
async def test_no_hsts_over_plain_http() -> None:
    app = wrap(api, HttpSettings(), issuer="http://localhost:8000")
    answer = await call(app, scope_of(b"/page"))
    assert answer.header("strict-transport-security") is None


@pytest.mark.asyncio
async def test_absolute_addresses_come_from_the_issuer_not_from_the_host_header() -> None:
    headers = [(b"host", b"evil.example"), (b"x-forwarded-host", b"evil.example")]
    answer = await call(APP, scope_of(b"/where/", headers=headers))
    assert answer.body == b'"https://id.gov.example/"'
    redirect = await call(APP, scope_of(b"/where", headers=headers))
    assert redirect.header("location") == "https://id.gov.example/where/"


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("https://portal.example/cb?x=1", "https://portal.example"),
        ("https://portal.example:8443/cb", "https://portal.example:8443"),
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000"),
        ("http://[::1]:5000/cb", "http://[::1]:5000"),
        ("cn.gov.app:/callback", "cn.gov.app:"),
    ],
)
def test_the_source_of_an_address_is_its_origin(uri: str, source: str) -> None:
    assert source_of(uri) == source


@pytest.mark.parametrize(
    "uri",
    ["javascript:alert(1)", "data:text/html,x", "https://", "https://a;script-src *", "/x", "",
     "https://user@host/", "https://*/", "https://a b/", "https://a'unsafe-inline'/"],
)  # fmt: skip
def test_a_source_cannot_smuggle_a_directive(uri: str) -> None:
    with pytest.raises(ValueError, match="policy"):
        source_of(uri)


@pytest.mark.asyncio
async def test_a_crash_is_logged_once_without_the_path(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    configure_logging("INFO")
    await call(APP, scope_of(b"/crash", query=b"code=SECRET", headers=HOST))
    logged = capsysbinary.readouterr().err
    assert logged.count(b"request_crashed") == 1
    assert b"SECRET" not in logged
    assert b'"route":"/crash"' in logged
