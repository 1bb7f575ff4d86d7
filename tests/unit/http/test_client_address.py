from __future__ import annotations

from ipaddress import ip_network

import pytest
from starlette.types import Receive, Scope, Send

from idp.middleware.client_address import ClientAddress, client_address, client_network
from tests.unit.http.asgi_call import HOST, scope_of

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


async def seen(peer: str, *forwarded: bytes, trusted: list[object] | None = None) -> str:
    found: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(client_address(scope))

    headers = [*HOST, *[(b"x-forwarded-for", value) for value in forwarded]]
    scope = scope_of(headers=headers, client=(peer, 1))
    networks = PROXIES if trusted is None else []
    await ClientAddress(app, trusted_proxies=networks)(scope, None, None)  # type: ignore[arg-type]  # never called
    return found[0]


@pytest.mark.asyncio
async def test_a_stranger_cannot_claim_an_address() -> None:
    assert await seen("198.51.100.9", b"203.0.113.1") == "198.51.100.9"
    assert await seen("10.0.0.1", b"203.0.113.1", trusted=[]) == "10.0.0.1"


@pytest.mark.asyncio
async def test_the_entry_written_by_the_outermost_trusted_proxy_counts() -> None:
    assert await seen("10.0.0.1", b"1.1.1.1, 203.0.113.1, 10.0.0.2") == "203.0.113.1"
    assert await seen("10.0.0.1", b"1.1.1.1", b"203.0.113.1") == "203.0.113.1"
    assert await seen("fd00::1", b"2001:db8::5") == "2001:db8::5"
    assert await seen("::ffff:10.0.0.1", b"203.0.113.1") == "203.0.113.1"


@pytest.mark.asyncio
async def test_reading_stops_at_what_is_not_an_address() -> None:
    assert await seen("10.0.0.1", b"203.0.113.1, junk, 10.0.0.2") == "10.0.0.2"
    assert await seen("10.0.0.1", b"") == "10.0.0.1"
    assert await seen("10.0.0.1") == "10.0.0.1"


def test_rate_limits_count_an_ipv6_site_as_one() -> None:
    assert client_network(scope_of(client=("2001:db8:1:2:3::4", 1))) == "2001:db8:1:2::/64"
    assert client_network(scope_of(client=("203.0.113.1", 1))) == "203.0.113.1"
    assert client_network(scope_of(client=None)) == "unknown"
