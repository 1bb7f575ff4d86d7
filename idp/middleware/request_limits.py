"""Refuses oversized or ambiguous request heads before anything interprets them (R6, R30, R60)."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from idp.middleware.cookie_header import is_clean_cookie_header
from idp.middleware.percent_encoding import is_clean_path, is_clean_query
from idp.middleware.refusal import (
    BAD_REQUEST,
    HEADERS_TOO_LARGE,
    URI_TOO_LONG,
    Refusal,
    refuse,
)
from idp.middleware.settings import HttpSettings

_HOST = re.compile(rb"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_NOT_FIELD_TEXT = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
# A second one of these would make two components of the system see two different requests.
_SINGLE = frozenset(
    {b"host", b"cookie", b"authorization", b"content-type", b"content-length", b"dpop", b"origin",
     b"transfer-encoding"}
)  # fmt: skip


class RequestLimits:
    """Checks the target and the headers of each request."""

    def __init__(self, app: ASGIApp, settings: HttpSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refusal = self._check_target(scope) or self._check_headers(scope["headers"])
            if refusal is not None:
                await refuse(refusal, scope, send)
                return
        await self._app(scope, receive, send)

    def _check_target(self, scope: Scope) -> Refusal | None:
        query: bytes = scope["query_string"]
        path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
        if len(query) > self._settings.max_query_bytes or len(path) > self._settings.max_path_bytes:
            return URI_TOO_LONG
        if not is_clean_path(path.partition(b"?")[0]) or not is_clean_query(query):
            return BAD_REQUEST
        return None

    def _check_headers(self, headers: list[tuple[bytes, bytes]]) -> Refusal | None:
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if len(headers) > self._settings.max_headers or size > self._settings.max_header_bytes:
            return HEADERS_TOO_LARGE
        single = [name for name, _ in headers if name in _SINGLE]
        if len(set(single)) != len(single) or b"host" not in single:
            return BAD_REQUEST
        return None if all(_is_clean(name, value) for name, value in headers) else BAD_REQUEST


def _is_clean(name: bytes, value: bytes) -> bool:
    if name == b"host":
        return _HOST.fullmatch(value) is not None
    if name == b"cookie":
        return is_clean_cookie_header(value)
    return not _NOT_FIELD_TEXT.search(value)
