"""Where a request came from, believing only configured proxies (R32)."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_MAX_HOPS = 20


class ClientAddress:
    """Replaces `scope["client"]` by the address of the client in front of our own proxies.

    `X-Forwarded-For` is read from right to left: each entry was written by the hop to its right,
    so reading stops at the first one that is not a trusted proxy. `Forwarded` is not read.
    """

    def __init__(self, app: ASGIApp, *, trusted_proxies: Sequence[Network] = ()) -> None:
        self._app = app
        self._trusted = tuple(trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._trusted:
            scope["client"] = self._client(scope)
        await self._app(scope, receive, send)

    def _client(self, scope: Scope) -> tuple[str, int] | None:
        peer: tuple[str, int] | None = scope.get("client")
        address = _parse(peer[0]) if peer else None
        if address is None or not _is_in(address, self._trusted):
            return peer
        forwarded = b",".join(v for name, v in scope["headers"] if name == b"x-forwarded-for")
        entries = forwarded.decode("latin-1").split(",")
        for entry in entries[: -_MAX_HOPS - 1 : -1]:
            earlier = _parse(entry)
            if earlier is None:
                break
            address = earlier
            if not _is_in(address, self._trusted):
                break
        return str(address), 0


def is_from_proxy(scope: Scope, trusted: Sequence[Network]) -> bool:
    """Whether the connection itself comes from a trusted proxy, so that its headers count."""
    peer: tuple[str, int] | None = scope.get("client")
    address = _parse(peer[0]) if peer else None
    return address is not None and _is_in(address, trusted)


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def client_address(scope: Scope) -> str:
    """Return the client's address as text, or `unknown` (for instance over a unix socket)."""
    client: tuple[str, int] | None = scope.get("client")
    return client[0] if client else "unknown"


def client_network(scope: Scope) -> str:
    """Return what rate limits count by: the IPv4 address, or the /64 an IPv6 client can roam in."""
    text = client_address(scope)
    address = _parse(text)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address) if address else text
