"""What an attacker sends to every endpoint: always a clean refusal, never an effect (R6, R30)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.protocol.raw_http import Answer, ask, exchange
from tests.protocol.surface import FOR_PROGRAMS, METHODS, READS_JSON, Endpoint, census, endpoints
from tests.provider import RunningProvider

FORM = (b"Content-Type", b"application/x-www-form-urlencoded")
BAD_QUERIES = {
    "a cut percent": "a=%",
    "no hexadecimal": "a=%zz",
    "no UTF-8": "a=%ff%fe",
    "overlong UTF-8": "a=%c0%af",
    "a surrogate": "a=%ed%a0%80",
    "NUL": "a=%00",
    "a control character": "a=%1b",
    "too long": "a=" + "x" * 17_000,
}
BAD_HEADERS: dict[str, list[tuple[bytes, bytes]]] = {
    "two cookies headers": [(b"Cookie", b"a=1"), (b"Cookie", b"b=2")],
    "two authorizations": [(b"Authorization", b"Bearer a"), (b"Authorization", b"Bearer b")],
    "two content types": [FORM, FORM],
    "two origins": [(b"Origin", b"null"), (b"Origin", b"null")],
    "two hosts": [(b"Host", b"localhost")],
    "a cookie that is no text": [(b"Cookie", b"tongxing_session=\xff\xfe")],
    "a cookie with a control character": [(b"Cookie", b"a=\x01")],
    "huge cookies": [(b"Cookie", b"a=" + b"x" * 17_000)],
    "huge headers": [(b"X-Padding", b"x" * 33_000)],
    "many headers": [(f"X-{number}".encode(), b"1") for number in range(101)],
    "a control character": [(b"X-Odd", b"a\x08b")],
}
BAD_BODIES: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {
    "JSON": ([(b"Content-Type", b"application/json")], b'{"a": 1}'),
    "plain text": ([(b"Content-Type", b"text/plain")], b"a=1"),
    "XML": ([(b"Content-Type", b"application/xml")], b"<a/>"),
    "multipart": (
        [(b"Content-Type", b"multipart/form-data; boundary=b")],
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
    ),
    "no content type": ([], b"a=1"),
    "a strange content type": ([(b"Content-Type", b";;=,\xff")], b"a=1"),
    "a cut percent": ([FORM], b"a=%"),
    "no hexadecimal": ([FORM], b"a=%zz"),
    "no UTF-8": ([FORM], b"a=%ff%fe"),
    "raw bytes": ([FORM], b"a=\xe4\xb8\xad"),
    "NUL": ([FORM], b"a=%00"),
    "raw NUL": ([FORM], b"a=\x00"),
    "many fields": ([FORM], b"&".join(b"f%d=1" % number for number in range(65))),
    "a long value": ([FORM], b"a=" + b"x" * 8193),
    "a long name": ([FORM], b"x" * 8193 + b"=a"),
    "too much": ([FORM], b"a=" + b"x" * 70_000),
}


@pytest.fixture(scope="module")
def surface(provider: RunningProvider) -> list[Endpoint]:
    return endpoints(provider)


@pytest.fixture(autouse=True)
def nothing_happens(provider: RunningProvider) -> Iterator[None]:
    """After each test of this file every table has as many rows as before."""
    before = census(provider)
    yield
    assert census(provider) == before


def refused(answer: Answer, what: str, *statuses: int) -> None:
    """Check that a refusal is a standard error with the headers of every response (R31)."""
    assert answer.status in (statuses or range(400, 500)), f"{what}: {answer.status}"
    assert answer.header("cache-control") == "no-store", what
    assert answer.header("x-content-type-options") == "nosniff", what
    assert "default-src 'none'" in (answer.header("content-security-policy") or ""), what
    assert answer.header("set-cookie") is None or "session" not in str(
        answer.header("set-cookie")
    ), what
    content_type = answer.header("content-type") or ""
    if content_type.startswith("application/json"):
        assert answer.json()["error"], what
    else:
        assert content_type == "text/html; charset=utf-8", what
    for leak in (b"Traceback", b"sqlalchemy", b"/idp/", b"Error("):
        assert leak not in answer.body, what


def methods_of(endpoint: Endpoint) -> list[str]:
    return [method for method in ("GET", "POST") if method in endpoint.methods]


@pytest.mark.parametrize("kind", BAD_QUERIES)
def test_a_malformed_query_is_refused_everywhere(
    provider: RunningProvider, surface: list[Endpoint], kind: str
) -> None:
    """RFC 3986 section 2.1, R6, R30."""
    for endpoint in surface:
        for method in methods_of(endpoint):
            target = f"{endpoint.path}?{BAD_QUERIES[kind]}"
            refused(ask(provider.port, method, target), f"{method} {endpoint.path}", 400, 414)


@pytest.mark.parametrize("kind", BAD_HEADERS)
def test_ambiguous_and_oversized_headers_are_refused_everywhere(
    provider: RunningProvider, surface: list[Endpoint], kind: str
) -> None:
    """RFC 9110 section 5.3, RFC 6265 section 5.4, R30."""
    for endpoint in surface:
        for method in methods_of(endpoint):
            answer = ask(provider.port, method, endpoint.path, BAD_HEADERS[kind])
            refused(answer, f"{method} {endpoint.path}", 400, 431)


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_a_body_that_is_no_form_is_refused_everywhere(
    provider: RunningProvider, surface: list[Endpoint], kind: str
) -> None:
    """RFC 6749 section 3.2 and appendix B, R6, R27."""
    headers, body = BAD_BODIES[kind]
    for endpoint in surface:
        if "POST" in endpoint.methods and not (kind == "JSON" and endpoint.path in READS_JSON):
            answer = ask(provider.port, "POST", endpoint.path, headers, body)
            refused(answer, endpoint.path, 400, 413)


def test_a_chunked_body_is_counted_as_it_arrives(
    provider: RunningProvider, surface: list[Endpoint]
) -> None:
    """R60: no Content-Length announces its size."""
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    for endpoint in surface:
        if "POST" not in endpoint.methods:
            continue
        head = (
            f"POST {endpoint.path} HTTP/1.1\r\nHost: localhost:{provider.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        answer = exchange(provider.port, "POST", head.encode() + chunk * 10 + b"0\r\n\r\n")
        refused(answer, endpoint.path, 413)


@pytest.mark.parametrize("length", [b"-1", b"+5", b"1_0", b"5, 5", b"0x5", b"9" * 30])
def test_a_content_length_that_is_no_number_is_refused(
    provider: RunningProvider, length: bytes
) -> None:
    """RFC 9112 section 6.3: request smuggling begins here."""
    for path in ("/token", "/login"):
        answer = ask(provider.port, "POST", path, [FORM], b"a=1&b", length=length)
        refused(answer, path, 400, 413)


def test_both_lengths_at_once_are_refused(provider: RunningProvider) -> None:
    """RFC 9112 section 6.1."""
    headers = [FORM, (b"Transfer-Encoding", b"chunked")]
    refused(ask(provider.port, "POST", "/token", headers, b"0\r\n\r\n"), "both", 400)


@pytest.mark.parametrize(
    "host",
    [b"", b"evil.example/path", b"user@localhost", b"a b", b"localhost:99999999", b"\xff",
     b"localhost,evil.example"],
)  # fmt: skip
def test_a_host_that_is_none_is_refused(provider: RunningProvider, host: bytes) -> None:
    """RFC 9112 section 3.2."""
    for path in ("/", "/authorize", "/token", "/.well-known/openid-configuration"):
        refused(ask(provider.port, "GET", path, host=host), path, 400)


def test_every_other_method_is_refused_everywhere(
    provider: RunningProvider, surface: list[Endpoint]
) -> None:
    """RFC 9110 section 15.5.6: no method is mistaken for another."""
    for endpoint in surface:
        for method in METHODS:
            if method in endpoint.methods:
                continue
            answer = ask(provider.port, method, endpoint.path)
            what = f"{method} {endpoint.path}"
            assert answer.status == 405, what
            allowed = {name.strip() for name in (answer.header("allow") or "").split(",")}
            assert allowed <= endpoint.methods, what
            assert allowed, what
            assert answer.header("x-content-type-options") == "nosniff"


def test_a_method_cannot_be_overridden(provider: RunningProvider) -> None:
    """R27: neither by header nor by field."""
    headers = [FORM, (b"X-HTTP-Method-Override", b"POST"), (b"X-Method-Override", b"POST")]
    assert ask(provider.port, "GET", "/token?_method=POST", headers).status == 405


def test_forms_without_the_token_of_their_page_are_refused(
    provider: RunningProvider, surface: list[Endpoint]
) -> None:
    """R27: CSRF defence on every form of every page."""
    cookies = (b"Cookie", b"tongxing_browser=" + b"B" * 43)
    for endpoint in surface:
        if "POST" not in endpoint.methods or endpoint.path in FOR_PROGRAMS:
            continue
        for body in (
            b"decision=logout&a=1",
            b"decision=logout&csrf_token=",
            b"decision=logout&csrf_token=" + b"A" * 43,
            b"decision=logout&csrf_token=" + b"A" * 43 + b"&csrf_token=" + b"A" * 43,
            b"decision=logout&csrf_token=%E4%B8%AD",
        ):
            for headers in ([FORM], [FORM, cookies]):
                answer = ask(provider.port, "POST", endpoint.path, headers, body)
                refused(answer, endpoint.path, 400)


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/login/", "/token/", "//login", "/LOGIN", "/login%20", "/static", "/static/",
     "/static/../idp/settings.py", "/static/%2e%2e/idp/settings.py", "/static/..%2f..%2fetc/passwd",
     "/static/%5c..%5c", "/static/" + "x" * 1500, "/login%00", "/login%0d%0aX:1", "/%", "/%ff",
     "/login%2Fx", "/.well-known/nothing", "/docs", "/openapi.json", "/redoc", "/metrics",
     "/" + "x" * 3000],
)  # fmt: skip
def test_paths_that_are_nothing_are_refused(provider: RunningProvider, path: str) -> None:
    """R8, R30: no hidden separators, no traversal, no helpful redirects."""
    answer = ask(provider.port, "GET", path)
    assert answer.status in (400, 404, 414), answer.status
    assert answer.header("location") is None
    assert answer.header("x-content-type-options") == "nosniff"


@pytest.mark.parametrize(
    "request_bytes",
    [b"GET /\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"NONSENSE\r\n\r\n",
     b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
     b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
     b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 80_000 + b"\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_refused(provider: RunningProvider, request_bytes: bytes) -> None:
    """RFC 9112 section 2.2, R30, R31."""
    refused(exchange(provider.port, "GET", request_bytes), "no HTTP", 400, 431)
