"""Resolves a host, checks what was found, and connects to exactly that: no second look-up happens
between check and connection, so a name cannot be rebound in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import httpcore2

from idp.outbound.egress import EgressRules
from idp.outbound.public_addresses import Address
from idp.outbound.resolver import Resolver

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """The network as httpcore2 sees it. TLS still verifies the host's name, not the address."""

    def __init__(self, rules: EgressRules, resolver: Resolver, *, insecure: bool) -> None:
        self._rules = rules
        self._resolver = resolver
        self._insecure = insecure
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to a checked address of `host`; `timeout` covers look-up and connection.

        Raises:
            EgressRefusedError: the rules refuse the host.
            httpcore2.ConnectError, httpcore2.ConnectTimeout: the network failed.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolver.resolve(host)
                self._rules.check_addresses(host, port, addresses, insecure=self._insecure)
                return await self._connect_first(addresses, port, timeout, local_address)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("connecting took too long") from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("the host was not found") from error

    async def _connect_first(
        self, addresses: list[Address], port: int, limit: float | None, local: str | None
    ) -> httpcore2.AsyncNetworkStream:
        failure: httpcore2.ConnectError | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(str(address), port, limit, local)
            except httpcore2.ConnectError as error:
                failure = error
        raise failure or httpcore2.ConnectError("the host has no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: nothing outbound is reached through a unix socket."""
        raise httpcore2.ConnectError("unix sockets are not used")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
