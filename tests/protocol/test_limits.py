"""What bounds the work that a request can cause, at every route of the protocol (R17, R60).

`test_hostile_input` has the same for bodies, queries and headers that are malformed.
"""

from __future__ import annotations

import json
import socket
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from tests.protocol.assertions import encoded, jwks, new_key, sign
from tests.protocol.conftest import NewPortal
from tests.protocol.documents import serving_documents
from tests.protocol.jwt_places import PLACES, WITHOUT, Place, bring, protocol_routes
from tests.protocol.raw_http import ask, exchange
from tests.protocol.relying_party import RelyingParty
from tests.protocol.self_registered import CALLBACK, registering_provider
from tests.protocol.surface import census
from tests.provider import RunningProvider

JSON = (b"Content-Type", b"application/json")
PUBLISHER = "https://publisher.example"
KEY = new_key("ES256", "first")
MEGABYTES = 10
LONGEST = 8192


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One that does everything: clients register themselves, old response types work."""
    folder = tmp_path_factory.mktemp("limits") / "home"
    with serving_documents() as documents:
        publishers = {PUBLISHER: documents.put("/jwks", jwks(KEY))}
        with registering_provider(
            folder, compatibility=True, software_statement_issuers=publishers
        ) as running:
            yield running


@pytest.fixture
def portal(new_portal: NewPortal) -> RelyingParty:
    return new_portal(token_endpoint_auth_method="client_secret_post")


def routes(provider: RunningProvider) -> list[tuple[str, str]]:
    """Return every method and path of the protocol."""
    found = protocol_routes(provider)
    return [
        (method, path.format(client_id="0" * 32))
        for path, methods in sorted(found.items())
        for method in sorted(methods - {"HEAD"})
    ]


def rows(provider: RunningProvider) -> dict[str, int]:
    """Count what is stored, but for the record of refusals."""
    return {name: count for name, count in census(provider).items() if "audit" not in name}


def test_every_route_is_known_here(provider: RunningProvider) -> None:
    """A new one belongs into `jwt_places`."""
    found = protocol_routes(provider)
    assert found.keys() == {place.path for place in PLACES} | WITHOUT
    for place in PLACES:
        assert place.method in found[place.path], place


def test_a_large_body_is_refused_before_it_is_sent(provider: RunningProvider) -> None:
    before = rows(provider)
    for method, path in routes(provider):
        answer = ask(provider.port, method, path, [JSON], length=str(MEGABYTES << 20).encode())
        assert answer.status == 413, f"{method} {path}"
        assert answer.json()["error"] == "invalid_request"
    assert rows(provider) == before


def test_a_large_body_that_was_not_announced_is_not_kept(provider: RunningProvider) -> None:
    """The provider is in this process, so what it keeps is seen here."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    tracemalloc.start()
    try:
        for method, path in routes(provider):
            if method not in ("POST", "PUT"):
                continue
            head = (
                f"{method} {path} HTTP/1.1\r\nHost: localhost:{provider.port}\r\n"
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            tracemalloc.reset_peak()
            began = tracemalloc.get_traced_memory()[0]
            assert _stream(provider.port, head.encode(), chunk, MEGABYTES * 16) == 413, path
            kept = tracemalloc.get_traced_memory()[1] - began
            assert kept < 1 << 20, f"{method} {path}: {kept}"
    finally:
        tracemalloc.stop()


def _stream(port: int, head: bytes, chunk: bytes, times: int) -> int:
    """Send chunks until the other side has enough; returns the status of its answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(head)
            for _ in range(times):
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        else:
            raise AssertionError("all of it was taken")
        try:
            answer = connection.recv(64)
        except ConnectionResetError:
            return 413  # closed on us with our bytes still on the way, which loses the answer
    return int(answer.split(b" ")[1])


@pytest.mark.parametrize(
    ("query", "status"),
    [("&".join(f"p{number}=1" for number in range(65)), 400), (f"p={'x' * 8193}", 400),
     (f"{'x' * 8193}=1", 400), (f"p={'x' * 17_000}", 414)],
    ids=["too many", "a long value", "a long name", "too long"],
)  # fmt: skip
def test_a_query_is_bounded_where_it_is_read(
    provider: RunningProvider, query: str, status: int
) -> None:
    for path in {place.path for place in PLACES if place.where == "query"}:
        assert ask(provider.port, "GET", f"{path}?{query}").status == status, path


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_jwt_of_more_than_8192_characters_is_refused_unread(
    provider: RunningProvider, portal: RelyingParty, place: Place
) -> None:
    token = _padded(LONGEST + 1)
    before = rows(provider)
    answer = bring(provider.port, place, token, portal)
    assert answer.status == (401 if place.where == "header" else 400), answer.status
    assert rows(provider) == before


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_nothing_encrypted_is_opened_for_a_stranger(
    provider: RunningProvider, portal: RelyingParty, place: Place
) -> None:
    """RFC 8725 section 3.6: neither what inflates nor what asks for a thousand million rounds."""
    before, begun = rows(provider), time.process_time()
    for header in (
        {"alg": "RSA-OAEP-256", "enc": "A128GCM", "zip": "DEF", "cty": "JWT"},
        {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA"},
        {"alg": "dir", "enc": "A128CBC-HS256", "zip": "DEF"},
    ):
        token = ".".join([encoded(json.dumps(header).encode()), "AAAA", "AAAA", "A" * 4000, "AAAA"])
        _is_foreign(provider, place, token, portal)
    assert rows(provider) == before
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_deep_nesting_in_a_jwt_breaks_nothing(
    provider: RunningProvider, portal: RelyingParty, place: Place
) -> None:
    before = rows(provider)
    deep = "[" * 1400 + "]" * 1400
    for header in (f'{{"alg":"ES256","kid":"first","x":{deep}}}', '{"alg":"ES256","kid":"first"}'):
        claims = f'{{"iss":"{PUBLISHER}","sub":"{portal.client_id}","x":{deep}}}'
        if len(header) > 100:
            claims = "{}"
        token = f"{encoded(header.encode())}.{encoded(claims.encode())}.{'A' * 86}"
        _is_foreign(provider, place, token, portal)
    assert rows(provider) == before


def _is_foreign(provider: RunningProvider, place: Place, token: str, portal: RelyingParty) -> None:
    """Check that a token which is none of ours or of a client is refused, or ignored where it may
    be anything."""
    answer = bring(provider.port, place, token, portal)
    assert answer.status == place.foreign, answer.status
    location = answer.header("location") or ""
    if location.startswith(portal.redirect_uri):
        assert "error=" in location
    if place.path == "/introspect" and answer.status == 200:
        assert answer.json() == {"active": False}


def _padded(length: int) -> str:
    """Return what looks like a signed JWT of `length` characters."""
    head = encoded(json.dumps({"alg": "ES256", "kid": "first"}).encode())
    signature = "A" * 86
    return f"{head}.{'A' * (length - len(head) - len(signature) - 2)}.{signature}"


@pytest.mark.parametrize("depth", [300, 1000, 30_000])
@pytest.mark.parametrize("member", ["jwks", "client_name", "redirect_uris", "contacts"])
def test_deep_nesting_in_a_registration_is_refused(
    provider: RunningProvider, member: str, depth: int
) -> None:
    deep = "[" * depth + "]" * depth
    if member == "jwks":
        key = json.dumps(jwks(KEY)["keys"][0])[:-1]
        deep = f'{{"keys":[{key},"x":{deep}}}]}}'
    uris = "" if member == "redirect_uris" else f'"redirect_uris":["{CALLBACK}"],'
    before = rows(provider)
    _is_not_registered(provider, f'{{{uris}"{member}":{deep}}}')
    assert rows(provider) == before


def test_a_member_that_nobody_knows_is_ignored_however_deep(provider: RunningProvider) -> None:
    """RFC 7591 section 2. Deeper than what can be read at all is no JSON here."""
    for depth, status in ((900, 201), (30_000, 400)):
        body = f'{{"redirect_uris":["{CALLBACK}"],"x":{"[" * depth + "]" * depth}}}'
        answer = ask(provider.port, "POST", "/clients", [JSON], body.encode())
        assert answer.status == status, answer.body
        assert b"[[" not in answer.body


def _is_not_registered(provider: RunningProvider, body: str) -> None:
    for method, path in (("POST", "/clients"), ("PUT", "/clients/" + "0" * 32)):
        answer = ask(provider.port, method, path, [JSON], body.encode())
        assert answer.status in ((400,) if method == "POST" else (400, 401)), answer.body


def test_deep_nesting_in_a_genuine_statement_is_refused(provider: RunningProvider) -> None:
    deep = "[" * 1400 + "]" * 1400
    claims = f'{{"iss":"{PUBLISHER}","redirect_uris":["{CALLBACK}"],"contacts":{deep}}}'
    statement = sign({"alg": "ES256", "kid": "first"}, claims.encode(), KEY)
    body = json.dumps({"software_statement": statement}).encode()
    answer = ask(provider.port, "POST", "/clients", [JSON], body)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_software_statement")


def test_a_head_without_end_is_given_up(provider: RunningProvider) -> None:
    """Neither one long header nor many short ones are collected for ever."""
    start = f"GET /jwks HTTP/1.1\r\nHost: localhost:{provider.port}\r\n".encode()
    for more in (b"X: " + b"y" * (1 << 20), b"".join(b"X%d: y\r\n" % n for n in range(100_000))):
        assert exchange(provider.port, "GET", start + more).status in (400, 431)
