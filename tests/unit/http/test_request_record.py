from __future__ import annotations

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from idp.middleware.request_record import RequestRecord
from idp.observability.request_context import current_trace_id
from tests.unit.http.asgi_call import HOST, call, scope_of

TRACEPARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
api = FastAPI(openapi_url=None)


@api.get("/things/{thing_id}")
async def thing(thing_id: str) -> str:
    return current_trace_id() or "none"


def count(route: str, method: str, status: str) -> float:
    labels = {"route": route, "method": method, "status": status}
    return REGISTRY.get_sample_value("idp_http_requests_total", labels) or 0.0


@pytest.mark.asyncio
async def test_the_label_is_the_template_never_the_path() -> None:
    before = count("/things/{thing_id}", "GET", "200")
    await call(RequestRecord(api), scope_of(b"/things/13800138000"))
    assert count("/things/{thing_id}", "GET", "200") == before + 1


@pytest.mark.asyncio
async def test_unknown_paths_and_methods_share_one_label() -> None:
    before = count("unmatched", "OTHER", "404")
    for name in (b"a", b"b"):
        await call(RequestRecord(api), scope_of(b"/none/" + name, method="BREW"))
    assert count("unmatched", "OTHER", "404") == before + 2


@pytest.mark.asyncio
async def test_a_trace_of_a_stranger_is_continued_only_when_trusted() -> None:
    scope = scope_of(b"/things/1", headers=[*HOST, (b"traceparent", TRACEPARENT)])
    trusted = await call(RequestRecord(api, trust_traceparent=True), dict(scope))
    assert trusted.body == b'"0af7651916cd43dd8448eb211c80319c"'
    untrusted = await call(RequestRecord(api), dict(scope))
    assert len(untrusted.body) == 34
    assert untrusted.body != trusted.body
