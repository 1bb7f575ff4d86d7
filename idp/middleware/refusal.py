"""The answer to a request that is refused before any page or endpoint sees it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import orjson
from starlette.types import Scope, Send

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{zh}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{zh}</h1><p lang="en">{en}</p></main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One kind of refusal: the status, the words for people, the words for programs."""

    status: int
    zh: str
    en: str
    error: str = "invalid_request"


BAD_REQUEST = Refusal(400, "无法识别的请求", "The request could not be understood.")
BODY_TIMEOUT = Refusal(408, "请求超时，请重试", "The request took too long to arrive.")
BODY_TOO_LARGE = Refusal(413, "提交的内容过大", "The request body is too large.")
URI_TOO_LONG = Refusal(414, "请求地址过长", "The request address is too long.")
HEADERS_TOO_LARGE = Refusal(
    431,
    "请求头过大，请清除浏览器 Cookie 后重试",
    "The request headers are too large. Clearing your cookies may help.",
)
INTERNAL_ERROR = Refusal(
    500,
    "服务暂时不可用，请稍后重试",
    "Something went wrong here. Please try again later.",
    "server_error",
)


def _wants_page(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


async def refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """Send `refusal` as a small page to browsers, else as the JSON of RFC 6749 section 5.2.

    The connection is closed afterwards, so that an unread body is not taken for a next request.
    """
    if _wants_page(scope):
        content_type = b"text/html; charset=utf-8"
        body = _PAGE.format(zh=escape(refusal.zh), en=escape(refusal.en)).encode()
    else:
        content_type = b"application/json"
        body = orjson.dumps({"error": refusal.error, "error_description": refusal.en})
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
